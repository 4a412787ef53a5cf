import { describe, expect, it } from 'vitest';
import type { IsolationLevel, IsolationWish } from '../../../../../src/model/isolation.ts';
import {
  chooseIsolation,
  type IsolationProbes,
  type Probe,
} from '../../../../../src/platform/serving/isolation/choose-isolation.ts';

const yes: Probe = { isAvailable: true };
const no = (reason: string): Probe => ({ isAvailable: false, reason, advice: `mend: ${reason}` });

const everything: IsolationProbes = {
  isRoot: true,
  bwrap: yes,
  setpriv: yes,
  otherUsers: yes,
  callFilter: yes,
  limits: ['memory', 'cpu', 'processes'],
  missingLimits: yes,
};
const noBwrap = { bwrap: no('no bwrap') };
const noReach = { otherUsers: no('no way in') };
const noSetpriv = { setpriv: no('no setpriv') };

type Row = readonly [
  wanted: IsolationWish,
  required: IsolationLevel | undefined,
  machine: Partial<IsolationProbes>,
  outcome: IsolationLevel | `refused ${IsolationLevel}: ${string}`,
];

const rows: readonly Row[] = [
  ['auto', undefined, {}, 'bwrap'],
  ['auto', undefined, { isRoot: false }, 'bwrap'],
  ['auto', undefined, noBwrap, 'process'],
  ['auto', undefined, { ...noBwrap, isRoot: false }, 'process'],
  ['auto', undefined, { ...noBwrap, ...noReach }, 'none'],
  ['auto', undefined, { ...noBwrap, ...noReach, isRoot: false }, 'process'],
  ['auto', undefined, { ...noBwrap, ...noSetpriv }, 'none'],
  // Root changes the user inside the sandbox, so that needs setpriv; an ordinary user does not.
  ['auto', undefined, noSetpriv, 'none'],
  ['auto', undefined, { ...noSetpriv, isRoot: false }, 'bwrap'],
  ['auto', 'bwrap', {}, 'bwrap'],
  ['auto', 'process', {}, 'bwrap'],
  ['auto', 'process', noBwrap, 'process'],
  ['auto', 'bwrap', noBwrap, 'refused bwrap: no bwrap'],
  ['auto', 'process', { ...noBwrap, ...noReach }, 'refused process: no way in'],
  ['auto', 'none', { ...noBwrap, ...noReach }, 'none'],
  ['none', undefined, {}, 'none'],
  ['process', undefined, {}, 'process'],
  ['process', undefined, noReach, 'refused process: no way in'],
  ['bwrap', undefined, {}, 'bwrap'],
  ['bwrap', undefined, noBwrap, 'refused bwrap: no bwrap'],
  ['bwrap', undefined, { ...noBwrap, ...noSetpriv }, 'refused bwrap: no bwrap; no setpriv'],
  ['none', 'process', {}, 'refused process: isolation level none was asked for, which is less'],
  ['process', 'bwrap', {}, 'refused bwrap: isolation level process was asked for, which is less'],
  ['process', 'bwrap', noBwrap, 'refused bwrap: no bwrap'],
  ['bwrap', 'process', {}, 'bwrap'],
];

describe('the isolation level', () => {
  it.each(rows)('wanted %s, required %s, on %o: %s', (wanted, required, machine, outcome) => {
    const probes = { ...everything, ...machine };
    const choice = chooseIsolation({ wanted, probes, ...(required === undefined ? {} : { required }) });
    const found = choice.isPossible ? choice.status.level : `refused ${choice.level}: ${choice.reasons.join('; ')}`;
    expect(found).toBe(outcome);
  });

  it('says nothing where there is nothing better', () => {
    expect(chooseIsolation({ wanted: 'auto', probes: everything })).toEqual({
      isPossible: true,
      status: { level: 'bwrap', reasons: [], advice: [], kernelLimits: ['memory', 'cpu', 'processes'] },
    });
  });

  it('says why it is no better one, and what to do', () => {
    const probes = { ...everything, ...noBwrap, missingLimits: no('no cgroups'), limits: [], isRoot: false };
    expect(chooseIsolation({ wanted: 'auto', probes })).toMatchObject({
      status: {
        level: 'process',
        reasons: [
          'applications run as the user of the platform, and can read what that user can',
          'no bwrap',
          'no cgroups',
        ],
        advice: ['mend: no bwrap', 'mend: no cgroups'],
        kernelLimits: [],
      },
    });
  });

  it('points to the better level where one was not asked for', () => {
    expect(chooseIsolation({ wanted: 'none', probes: everything })).toMatchObject({
      status: {
        reasons: [
          expect.stringMatching(/^applications can read what the platform can, .* packages that a build installs$/),
        ],
        advice: ['Ask for bwrap or auto.'],
        kernelLimits: [],
      },
    });
  });

  it('counts a missing filter of system calls as a weakness of the sandbox only', () => {
    const probes = { ...everything, callFilter: no('no filter') };
    expect(chooseIsolation({ wanted: 'auto', probes })).toMatchObject({
      status: { level: 'bwrap', reasons: ['no filter'] },
    });
    expect(chooseIsolation({ wanted: 'process', probes })).toMatchObject({ status: { reasons: [] } });
  });
});
