/** Requests whose code calls an API. */
import type { VersionSpec } from '../../../../src/model/version-spec.ts';
import type { ApiCall } from '../../../../src/platform/apis/api-service.ts';
import type { TicketRequest } from '../../../../src/platform/apis/api-tickets.ts';
import type { Deployment } from '../../../../src/platform/deployment.ts';
import { plainSpec } from '../../../sample-spec.ts';

export const spec: VersionSpec = {
  ...plainSpec,
  runtime: 'python27',
  scaling: { type: 'manual', instances: 2 },
  instanceClass: 'B2',
};

export function ticketRequest(facts: Partial<TicketRequest> = {}, deployment: Partial<Deployment> = {}): TicketRequest {
  return {
    deployment: {
      application: 'shop',
      module: 'default',
      version: 'uno',
      deploymentId: '1',
      spec,
      directory: '/nowhere',
      defaultHostname: 'shop.localhost:8080',
      ...deployment,
    },
    instance: '0',
    requestId: 'abc123',
    host: 'shop.localhost:8080',
    isSecure: false,
    isTask: false,
    method: 'GET',
    resource: '/page?a=b',
    httpVersion: 'HTTP/1.1',
    ip: '192.0.2.1',
    startedAtMs: Date.UTC(2026, 0, 1),
    ...facts,
  };
}

export function apiCall(facts: Partial<TicketRequest> = {}, deployment: Partial<Deployment> = {}): ApiCall {
  return { caller: ticketRequest(facts, deployment), deadlineMs: 60_000, signal: new AbortController().signal };
}
