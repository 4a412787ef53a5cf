/** Options that several commands share, each written once. */
import * as Flags from '@oclif/core/flags';
import { failure } from '../errors.ts';
import { applicationIdProblem, moduleNameProblem, type NameProblem, versionNameProblem } from '../model/names.ts';

const globalGroup = 'global';

/** On every command. */
export const globalFlags = {
  json: Flags.boolean({
    summary: 'Print one JSON document on standard output, and nothing else there.',
    helpGroup: globalGroup,
  }),
  quiet: Flags.boolean({ char: 'q', summary: 'Print only results, warnings and errors.', helpGroup: globalGroup }),
  verbose: Flags.boolean({
    char: 'v',
    summary: 'Print more of what happens.',
    aliases: ['noisy'],
    helpGroup: globalGroup,
    exclusive: ['quiet'],
  }),
  'no-color': Flags.boolean({ summary: 'No colours (also NO_COLOR=1).', helpGroup: globalGroup }),
  yes: Flags.boolean({ char: 'y', summary: 'Answer every question with yes.', helpGroup: globalGroup }),
  backend: Flags.string({
    summary: 'Where to deploy and what to ask (also APPCFG_BACKEND).',
    helpValue: 'NAME',
    helpGroup: globalGroup,
  }),
  server: Flags.string({
    char: 's',
    summary:
      'Address of a platform on another machine (also APPCFG_SERVER); without it that of the context, else the one on this machine.',
    helpValue: 'URL',
    helpGroup: globalGroup,
  }),
  token: Flags.string({
    summary: 'Token for the server; better with appcfg login, or in APPCFG_TOKEN, where other users do not see it.',
    helpValue: 'TOKEN',
    aliases: ['oauth2-access-token'],
    helpGroup: globalGroup,
  }),
  context: Flags.string({
    summary: 'Context to use this time (also APPCFG_CONTEXT): appcfg context list',
    helpValue: 'NAME',
    helpGroup: globalGroup,
  }),
  'ca-cert': Flags.string({
    summary: 'Certificates to trust for the server besides the usual ones (also APPCFG_CA_CERT).',
    helpValue: 'FILE',
    helpGroup: globalGroup,
  }),
} as const;

export interface GlobalFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly 'no-color': boolean;
  readonly yes: boolean;
  readonly backend?: string | undefined;
  readonly server?: string | undefined;
  readonly token?: string | undefined;
  readonly context?: string | undefined;
  readonly 'ca-cert'?: string | undefined;
}

/** A string that follows a naming rule of the model. */
const nameFlag = (what: string, problemOf: (name: string) => NameProblem) =>
  Flags.custom<string>({
    parse: async (input, context) => {
      const problem = problemOf(input);
      if (problem === undefined) return input;
      throw failure('usage.invalid-value', {
        command: (context as { readonly id?: string }).id ?? '',
        what,
        value: input,
        expected: `a name: it ${problem}`,
      });
    },
  });

export const applicationFlag = nameFlag('--application', applicationIdProblem);
export const moduleFlag = nameFlag('--module', moduleNameProblem);
export const versionFlag = nameFlag('--version', versionNameProblem);

/** `a,b,c`, each a module. */
export const moduleListFlag = Flags.custom<readonly string[]>({
  parse: async (input, context) => {
    const modules = input.split(',');
    const wrong = modules.find((module) => moduleNameProblem(module) !== undefined);
    if (wrong === undefined) return modules;
    const command = (context as { readonly id?: string }).id ?? '';
    const expected = 'names of modules, separated by commas';
    throw failure('usage.invalid-value', { command, what: '--module', value: input, expected });
  },
});

export const applicationOnly = {
  application: applicationFlag({ char: 'A', summary: 'Application id.', helpValue: 'APP' }),
} as const;

/** Which version of which module of which application. */
export const targetFlags = {
  ...applicationOnly,
  module: moduleFlag({ char: 'M', summary: 'Module.', helpValue: 'MODULE', aliases: ['service'] }),
  version: versionFlag({ char: 'V', summary: 'Version.', helpValue: 'VERSION' }),
} as const;

export const dryRunFlag = {
  'dry-run': Flags.boolean({ summary: 'Print what would change, and change nothing.' }),
} as const;
