/** How far the platform keeps applications from the machine, as options and environment variables. */
import * as Flags from '@oclif/core/flags';
import { isolationLevels, isolationWishes } from '../model/isolation.ts';

export const isolationFlags = {
  isolation: Flags.option({
    options: isolationWishes,
  })({
    summary: 'How far applications are kept from the machine and each other; auto: as far as possible, the default.',
    helpValue: 'LEVEL',
    env: 'APPCFG_ISOLATION',
  }),
  'require-isolation': Flags.option({
    options: isolationLevels,
  })({
    summary: 'Do not start, and do not go on, with less than this level of isolation.',
    helpValue: 'LEVEL',
    env: 'APPCFG_REQUIRE_ISOLATION',
  }),
} as const;
