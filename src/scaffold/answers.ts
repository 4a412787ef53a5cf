/** Everything that `init` has to know before it writes, and what of it can't be. */
import { failure } from '../errors.ts';
import { DEFAULT_MODULE } from '../model/names.ts';
import type { ModuleChoice } from './module-choice.ts';
import { type StarterRuntime, starterFacts } from './starter-runtime.ts';

export interface SettingsChoice {
  readonly dispatch: boolean;
  readonly cron: boolean;
  readonly queue: boolean;
}

export interface Answers extends SettingsChoice {
  readonly application: string;
  readonly version: string;
  readonly runtime: StarterRuntime;
  /** The first one is the application's default module. */
  readonly modules: readonly ModuleChoice[];
}

/** Names whose yaml files mean something else. */
const fileNames = ['app', 'cron', 'dispatch', 'dos', 'index', 'queue'];

/**
 * @param sharesDirectory whether the modules' yaml files lie side by side
 * @throws AppcfgError `init.not-possible` for answers that contradict one another
 */
export function checkAnswers(answers: Answers, sharesDirectory: boolean): void {
  const names = answers.modules.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw impossible(`there are two modules ${twice}`, 'Give each module a name of its own.');
  if (names.indexOf(DEFAULT_MODULE) > 0) {
    throw impossible('the default module is not the first one', `Name the module ${DEFAULT_MODULE} first.`);
  }
  const taken = sharesDirectory ? names.slice(1).find((name) => fileNames.includes(name)) : undefined;
  if (taken !== undefined) {
    throw impossible(`${taken}.yaml can't describe a module ${taken}: the name is taken`, 'Choose another name.');
  }
  if (answers.dispatch && names.length < 2) {
    throw impossible(
      'a dispatch file sends requests to several modules, and there is one',
      'Name more modules: --module web --module worker',
    );
  }
  const { hasCode } = starterFacts(answers.runtime, '');
  if (!hasCode && (answers.cron || answers.queue)) {
    throw impossible('static files have nothing that cron or a queue could call', 'Choose another runtime.');
  }
}

function impossible(reason: string, hint: string) {
  return failure('init.not-possible', { reason, hint });
}
