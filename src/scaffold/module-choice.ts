/** Which modules a new application gets, and how each scales. */
import { defaultInstanceClass, instanceClassesFor } from '../model/instance-class.ts';
import { moduleNameProblem } from '../model/names.ts';
import type { ScalingType } from '../model/scaling.ts';

export interface ModuleChoice {
  /** The person's word for it: the name of its folder, and of the module unless it is the first. */
  readonly name: string;
  readonly scaling: ScalingType;
  readonly instanceClass: string;
}

export const scalingTypes: readonly ScalingType[] = ['automatic', 'basic', 'manual'];

/** Modules that people often have, with what they are for. */
export const usualModules: readonly { readonly name: string; readonly explanation: string }[] = [
  { name: 'web', explanation: 'Pages and APIs. The first module answers at the address of the application.' },
  { name: 'mobile', explanation: 'A second front, with an address of its own: an API for phones, for example.' },
  { name: 'worker', explanation: 'Work in the background: tasks from queues, jobs from cron.' },
];

/** Background work rarely wants instances that come and go with the load. */
export function suggestedScaling(module: string): ScalingType {
  return /^(worker|batch|backend|background)/.test(module) ? 'basic' : 'automatic';
}

export function usualModule(name: string, scaling: ScalingType = suggestedScaling(name)): ModuleChoice {
  return { name, scaling, instanceClass: defaultInstanceClass(scaling) };
}

export type ModuleReading = { readonly choice: ModuleChoice } | { readonly problem: string };

/** `NAME[:SCALING[:CLASS]]`, as in `worker:manual:B4`. */
export function readModuleChoice(text: string): ModuleReading {
  const [name = '', scalingText, className, ...rest] = text.split(':');
  const nameProblem = moduleNameProblem(name);
  if (rest.length > 0 || nameProblem !== undefined) {
    return {
      problem: `NAME[:SCALING[:CLASS]], where the name ${nameProblem ?? 'is followed by two words at the most'}`,
    };
  }
  const scaling =
    scalingText === undefined ? suggestedScaling(name) : scalingTypes.find((type) => type === scalingText);
  if (scaling === undefined) return { problem: `NAME:SCALING with ${scalingTypes.join(', ')} for the scaling` };
  if (className === undefined) return { choice: usualModule(name, scaling) };
  const instanceClass = instanceClassesFor(scaling).find((known) => known === className.toUpperCase());
  if (instanceClass !== undefined) return { choice: { name, scaling, instanceClass } };
  return { problem: `an instance class of ${scaling} scaling: ${instanceClassesFor(scaling).join(', ')}` };
}
