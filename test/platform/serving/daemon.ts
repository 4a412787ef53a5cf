/** Run by orphans.test.ts as a process of its own: an engine that serves a fixture until it is killed. */
import { createRig, desiredOf, fetchFrom, manual } from './serving-rig.ts';

const rig = await createRig({ nonce: process.argv[2] ?? '' });
const desired = desiredOf('forks-a-grandchild', { scaling: manual(1) });
await rig.serve(desired);
const { body } = await fetchFrom(rig, desired);
process.send?.({ ...JSON.parse(body), directory: rig.directory });
