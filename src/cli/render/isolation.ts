/** Isolation in one line: the level, and the limits that the kernel holds at it. */
import type { IsolationStatus } from '../../model/isolation.ts';

export function isolationText({ level, kernelLimits }: IsolationStatus): string {
  if (kernelLimits.length === 0) return level;
  return `${level}, with limits of ${kernelLimits.map((limit) => (limit === 'cpu' ? 'processor time' : limit)).join(', ')}`;
}
