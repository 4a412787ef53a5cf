/** The scaling of a module as lines of its yaml file, with what they mean. */
import type { ScalingType } from '../model/scaling.ts';
import type { ModuleChoice } from './module-choice.ts';

const settings: Readonly<Record<ScalingType, readonly string[]>> = {
  automatic: ['# Instances come with requests and go when they are idle.', 'automatic_scaling:', '  max_instances: 5'],
  basic: [
    '# An instance starts with a request and ends five minutes after the last one.',
    'basic_scaling:',
    '  max_instances: 2',
    '  idle_timeout: 5m',
  ],
  manual: ['# One instance runs all the time and keeps what it has in memory.', 'manual_scaling:', '  instances: 1'],
};

export function scalingLines({ scaling, instanceClass }: ModuleChoice): readonly string[] {
  const [comment = '', ...lines] = settings[scaling];
  return ['', comment, `instance_class: ${instanceClass}`, ...lines];
}
