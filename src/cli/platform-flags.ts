/** The ports of the platform, as options and environment variables. */
import * as Flags from '@oclif/core/flags';

export const portFlag = Flags.custom<number>({
  parse: async (input) => {
    const value = Number(input);
    if (/^\d+$/.test(input) && value <= 65_535) return value;
    throw new Error(`a port is a number from 0 to 65535, not "${input}"`);
  },
});

export const platformPortFlags = {
  port: portFlag({
    summary: 'Port for applications; 0 for any free one. Default: 8080 or the next free one.',
    helpValue: 'PORT',
    env: 'APPCFG_PORT',
  }),
  'control-port': portFlag({
    summary: 'Port of the control API; 0 for any free one. Default: 8090 or the next free one.',
    helpValue: 'PORT',
    env: 'APPCFG_CONTROL_PORT',
  }),
} as const;
