/** Instance classes: memory, CPU share and price (S3's table). */
import type { ScalingType } from './scaling.ts';

export interface InstanceClass {
  readonly name: string;
  readonly memoryMiB: number;
  readonly cpuMHz: number;
  /** US dollars an hour, as S3 prints them. */
  readonly dollarsPerHour: number;
  /** Instance hours are reported in multiples of F1 or B1. */
  readonly billedUnits: number;
  readonly scaling: 'automatic' | 'manual-or-basic';
}

type Row = readonly [memoryMiB: number, cpuMHz: number, dollarsPerHour: number, billedUnits: number];

const rows: Readonly<Record<string, Row>> = {
  B1: [128, 600, 0.05, 1],
  B2: [256, 1200, 0.1, 2],
  B4: [512, 2400, 0.2, 4],
  B4_1G: [1024, 2400, 0.3, 6],
  B8: [1024, 4800, 0.4, 8],
  F1: [128, 600, 0.05, 1],
  F2: [256, 1200, 0.1, 2],
  F4: [512, 2400, 0.2, 4],
  F4_1G: [1024, 2400, 0.3, 6],
};

const classes = new Map<string, InstanceClass>(
  Object.entries(rows).map(([name, [memoryMiB, cpuMHz, dollarsPerHour, billedUnits]]) => [
    name,
    {
      name,
      memoryMiB,
      cpuMHz,
      dollarsPerHour,
      billedUnits,
      scaling: name.startsWith('F') ? 'automatic' : 'manual-or-basic',
    },
  ]),
);

export function instanceClass(name: string): InstanceClass | undefined {
  return classes.get(name.toUpperCase());
}

/** The second generation counts three times the table's memory since 2022 (App Engine docs). */
export const SECOND_GENERATION_MEMORY_FACTOR = 3;

export function defaultInstanceClass(type: ScalingType): string {
  return type === 'automatic' ? 'F1' : 'B2';
}

export function instanceClassesFor(type: ScalingType): readonly string[] {
  const wanted = type === 'automatic' ? 'automatic' : 'manual-or-basic';
  return [...classes.values()].filter((entry) => entry.scaling === wanted).map((entry) => entry.name);
}
