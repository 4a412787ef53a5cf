/** Which APIs an application may ask for. */
import { expect, it } from 'vitest';
import { createCapabilityService } from '../../../../src/platform/apis/capability-service.ts';
import { schema } from '../../../../src/platform/apis/protocol/codec.ts';
import { apiCall } from './caller.ts';

const messages = schema(`
  message Request { required string package = 1; repeated string capability = 2; repeated string call = 3; }
  message Response { optional int32 summary_status = 1; }
`);
const request = messages.message<{ package: string; capability: string[]; call: string[] }>('Request');
const response = messages.message<{ summary_status: number }>('Response');
const ENABLED = 1;
const DISABLED = 4;

it('5.5f a service is enabled when it is here with every call that was named', async () => {
  const service = createCapabilityService((name) => (name === 'memcache' ? ['Get', 'Set'] : undefined));
  const statusOf = async (name: string, call: string[]) => {
    const bytes = request.encode({ package: name, capability: ['*'], call });
    const answer = await service.IsEnabled?.(bytes, apiCall());
    return response.decode(answer ?? new Uint8Array()).summary_status;
  };
  expect(await statusOf('memcache', [])).toBe(ENABLED);
  expect(await statusOf('memcache', ['Get', 'Set'])).toBe(ENABLED);
  expect(await statusOf('memcache', ['Get', 'Grab'])).toBe(DISABLED);
  expect(await statusOf('datastore_v3', [])).toBe(DISABLED);
  expect(await statusOf('constructor', [])).toBe(DISABLED);
});
