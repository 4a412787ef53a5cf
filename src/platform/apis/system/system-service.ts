/** The service `system`: what the calling instance uses, and its background threads. */
import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import type { Engine } from '../../serving/engine.ts';
import type { UsageStatistics } from '../../serving/usage-history.ts';
import { ApplicationError } from '../api-problem.ts';
import { type ApiCall, type ApiService, apiMethod } from '../api-service.ts';
import { systemMessages as messages, type SystemStat, systemErrors } from '../protocol/system.ts';

/** S3: "The maximum number of concurrent background threads is 10 per instance". */
const MAX_BACKGROUND_REQUESTS = 10;
const MEBIBYTE = 1024 * 1024;
/** Of machines that don't say how fast they are. */
const USUAL_MEGAHERTZ = 2400;

export function createSystemService({ engine }: { readonly engine: Pick<Engine, 'inside'> }): ApiService {
  return {
    GetSystemStats: apiMethod(messages.empty, messages.getSystemStatsResponse, (_, call) =>
      systemStats(insideOf(engine, call).statistics()),
    ),
    StartBackgroundRequest: apiMethod(messages.empty, messages.startBackgroundRequestResponse, (_, call) => ({
      request_id: startBackground(engine, call),
    })),
  };
}

/** The caller waits until the request with this id arrives. */
function startBackground(engine: Pick<Engine, 'inside'>, call: ApiCall): string {
  const { scaling } = call.caller.deployment.spec;
  if (scaling.type === 'automatic') {
    throw new ApplicationError(systemErrors.backendRequired, 'background threads need manual or basic scaling');
  }
  const inside = insideOf(engine, call);
  if (inside.backgroundRequests >= MAX_BACKGROUND_REQUESTS) {
    const detail = `an instance may have ${MAX_BACKGROUND_REQUESTS} background threads at a time`;
    throw new ApplicationError(systemErrors.limitReached, detail);
  }
  const id = randomBytes(8).toString('hex');
  if (!inside.startBackground(id)) throw gone();
  return id;
}

function insideOf(engine: Pick<Engine, 'inside'>, { caller }: ApiCall) {
  const inside = engine.inside(caller.deployment.deploymentId, caller.instance);
  if (!inside) throw gone();
  return inside;
}

function gone(): ApplicationError {
  return new ApplicationError(systemErrors.internalError, 'the instance is being shut down');
}

/** Megabytes, and megacycles of this machine's processor. */
export function systemStats({ memoryBytes, cpuSeconds }: UsageStatistics, megahertz = machineMegahertz()) {
  const memory: SystemStat = {
    current: memoryBytes.current / MEBIBYTE,
    average1m: memoryBytes.average1m / MEBIBYTE,
    average10m: memoryBytes.average10m / MEBIBYTE,
  };
  const cpu: SystemStat = {
    total: cpuSeconds.total * megahertz,
    rate1m: cpuSeconds.rate1m * megahertz,
    rate10m: cpuSeconds.rate10m * megahertz,
  };
  return { cpu, memory };
}

function machineMegahertz(): number {
  return cpus()[0]?.speed || USUAL_MEGAHERTZ;
}
