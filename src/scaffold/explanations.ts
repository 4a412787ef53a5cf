/** Scaling and instance classes in plain words. */
import { instanceClass, SECOND_GENERATION_MEMORY_FACTOR } from '../model/instance-class.ts';
import type { ScalingType } from '../model/scaling.ts';
import { runtimeGeneration } from '../model/version-spec.ts';

export const scalingExplanations: Readonly<Record<ScalingType, string>> = {
  automatic: 'Instances come with requests and go when they are idle; none runs when nobody calls. For pages and APIs.',
  basic: 'An instance starts with a request and ends five minutes after the last one. For work now and then.',
  manual: 'A fixed number of instances run all the time and keep what they have in memory. For resident work.',
};

/** `384 MB of memory and 600 MHz for each instance` */
export function instanceClassExplanation(name: string, runtime: string): string {
  const found = instanceClass(name);
  if (found === undefined) return '';
  const factor = runtimeGeneration(runtime) === 1 ? 1 : SECOND_GENERATION_MEMORY_FACTOR;
  return `${found.memoryMiB * factor} MB of memory and ${found.cpuMHz} MHz for each instance`;
}
