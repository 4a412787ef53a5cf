/** Services of the Admin API: their traffic is refused as Google refuses it. */
import { type Call, checkMask, type FakeApplication, type FakeService } from './admin-resources.ts';
import { Refusal } from './answer.ts';
import type { FakeOperation, FakeOperations } from './fake-operations.ts';
import { invalid } from './version-rules.ts';

export function shownService(app: string, name: string, { split }: FakeService): object {
  return { name: `apps/${app}/services/${name}`, id: name, split };
}

export function patchService(operations: FakeOperations, service: FakeService, call: Call): FakeOperation {
  checkMask(call, ['split']);
  const { split } = call.body as { readonly split?: FakeService['split'] };
  if (!split || split.shardBy === 'UNSPECIFIED') throw invalid('service.split.shard_by', 'shard_by is required.');
  checkSplit(split, service);
  const effect = () => {
    service.split = split;
    return shownService(call.app, call.service, service);
  };
  return operations.start({
    application: call.app,
    target: `services/${call.service}`,
    method: 'Services.UpdateService',
    effect,
  });
}

export function deleteService(operations: FakeOperations, { services }: FakeApplication, call: Call): FakeOperation {
  if (call.service === 'default')
    throw new Refusal(400, 'FAILED_PRECONDITION', 'The default service cannot be deleted.');
  const effect = () => {
    services.delete(call.service);
    return {};
  };
  return operations.start({
    application: call.app,
    target: `services/${call.service}`,
    method: 'Services.DeleteService',
    effect,
  });
}

function checkSplit({ allocations, shardBy }: FakeService['split'], { versions }: FakeService): void {
  const shares = Object.entries(allocations);
  const units = shardBy === 'IP' ? 100 : 1000;
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-9) throw invalid('service.split.allocations', 'The shares do not add up to 1.');
  for (const [version, share] of shares) {
    if (!versions.has(version)) throw invalid('service.split.allocations', `The version ${version} does not exist.`);
    if (versions.get(version)?.servingStatus !== 'SERVING')
      throw invalid('service.split', `The version ${version} is stopped.`);
    if (Math.abs(share * units - Math.round(share * units)) > 1e-9)
      throw invalid('service.split', `${share} has too many digits.`);
  }
}
