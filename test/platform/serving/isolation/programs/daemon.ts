/** Run by lifecycle.test.ts as a process of its own: an engine at a level that serves a hostile fixture until it is killed. */
import type { IsolationLevel } from '../../../../../src/model/isolation.ts';
import { processTree } from '../../../../../src/platform/serving/process-table.ts';
import { manual } from '../../serving-rig.ts';
import { createIsolatedRig, groupMembers } from '../isolated-rig.ts';

const [level, nonce = ''] = process.argv.slice(2);
const rig = await createIsolatedRig(level as IsolationLevel, { nonce });
const desired = rig.place('hostile', { scaling: manual(1) });
await rig.serve(desired);
await rig.ask(desired, 'escape');
const { cgroups } = rig.isolation;
const leader = rig.engine.instances()[0]?.pid ?? 0;
process.send?.({ pids: cgroups.length > 0 ? groupMembers(rig) : processTree(leader), cgroups });
