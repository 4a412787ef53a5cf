/** The contract suite of backends: an adapter is right when all of it passes. */
import { describe } from 'vitest';
import { changesContract } from './changes-contract.ts';
import { type ContractFactory, type ContractOptions, contractBench } from './contract-bench.ts';
import { filesContract } from './files-contract.ts';
import { operationsContract } from './operations-contract.ts';
import { releasesContract } from './releases-contract.ts';
import { rolesContract } from './roles-contract.ts';
import { webhooksContract } from './webhooks-contract.ts';

export function describeBackendContract(name: string, factory: ContractFactory, options: ContractOptions): void {
  describe(`the ${name} backend keeps the contract`, () => {
    const bench = contractBench(factory);
    describe('files', () => filesContract(bench));
    describe('releases', () => releasesContract(bench));
    describe('versions and traffic', () => changesContract(bench));
    describe('operations', () => operationsContract(bench));
    describe('optional roles', () => rolesContract(bench, options));
    describe.skipIf(!options.roles.includes('webhooks'))('web-hooks', () => webhooksContract(bench));
  });
}
