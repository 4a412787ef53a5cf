/** Asks a person for what the command line left open. */

import { defaultInstanceClass, instanceClassesFor } from '../model/instance-class.ts';
import { applicationIdProblem, moduleNameProblem } from '../model/names.ts';
import type { ScalingType } from '../model/scaling.ts';
import type { Asker } from '../support/questions.ts';
import type { Answers } from './answers.ts';
import { instanceClassExplanation, scalingExplanations } from './explanations.ts';
import { type ModuleChoice, scalingTypes, suggestedScaling, usualModule, usualModules } from './module-choice.ts';
import { type StarterRuntime, starterFacts, starterRuntimes } from './starter-runtime.ts';

/** What the command line said; what it did not say is asked, or taken from `proposal`. */
export type GivenAnswers = { readonly [K in keyof Answers]?: Answers[K] | undefined };

/** What is taken where nobody is asked, and offered where somebody is. */
export interface Proposal {
  readonly application: string;
  readonly version: string;
  readonly runtime: StarterRuntime;
  readonly nodeVersion: string;
}

/** Without asking anybody. */
export function proposedAnswers(given: GivenAnswers, proposal: Proposal): Answers {
  return {
    application: given.application ?? proposal.application,
    version: given.version ?? proposal.version,
    runtime: given.runtime ?? proposal.runtime,
    modules: given.modules ?? [usualModule('web')],
    dispatch: given.dispatch ?? false,
    cron: given.cron ?? false,
    queue: given.queue ?? false,
  };
}

/** @throws AppcfgError `interrupted` */
export async function interview(given: GivenAnswers, proposal: Proposal, asker: Asker): Promise<Answers> {
  const { nodeVersion } = proposal;
  const runtime = given.runtime ?? (await askRuntime(proposal, asker));
  const application = given.application ?? (await askApplication(proposal, asker));
  const { hasCode, runtime: yamlRuntime } = starterFacts(runtime, nodeVersion);
  const modules = given.modules ?? (await askModules({ hasCode, yamlRuntime }, asker));
  const confirm = (message: string, defaultAnswer: boolean) => asker.confirm({ message, defaultAnswer });
  const settled = { ...proposedAnswers({ ...given, runtime, application, modules }, proposal) };
  return {
    ...settled,
    dispatch:
      given.dispatch ??
      (modules.length > 1 && (await confirm('A dispatch.yaml, which sends paths such as /worker/ to modules?', true))),
    cron: given.cron ?? (hasCode && (await confirm('A cron.yaml, with a job that runs every day?', false))),
    queue: given.queue ?? (hasCode && (await confirm('A queue.yaml, for work that is put off?', false))),
  };
}

async function askRuntime({ runtime, nodeVersion }: Proposal, asker: Asker): Promise<StarterRuntime> {
  const choices = starterRuntimes.map((value) => {
    const { label, explanation } = starterFacts(value, nodeVersion);
    return { value, label, explanation };
  });
  const answer = await asker.choose({ message: 'What runs the code?', choices, defaultAnswer: runtime });
  return starterRuntimes.find((known) => known === answer) ?? runtime;
}

function askApplication({ application }: Proposal, asker: Asker): Promise<string> {
  return asker.text({
    message: 'Application id, the first part of its address?',
    defaultAnswer: application,
    problemOf: (answer) => sentence('It', applicationIdProblem(answer)),
  });
}

const OTHERS = '';

interface ModuleFacts {
  readonly hasCode: boolean;
  /** As the yaml file names it. */
  readonly yamlRuntime: string;
}

async function askModules(facts: ModuleFacts, asker: Asker): Promise<readonly ModuleChoice[]> {
  const usual = usualModules.map(({ name, explanation }) => ({ value: name, label: name, explanation }));
  const others = { value: OTHERS, label: 'others ...', explanation: 'You name them.' };
  const chosen = await asker.chooseSeveral({
    message: 'Which modules?',
    choices: [...usual, others],
    defaultAnswers: ['web'],
  });
  const named = chosen.filter((name) => name !== OTHERS);
  const names = chosen.includes(OTHERS) ? [...named, ...(await askNames(named, asker))] : named;
  const modules: ModuleChoice[] = [];
  for (const name of names) modules.push(facts.hasCode ? await askScaling(name, facts, asker) : usualModule(name));
  return modules;
}

async function askNames(taken: readonly string[], asker: Asker): Promise<readonly string[]> {
  const split = (text: string) => text.split(/[\s,]+/).filter((name) => name !== '');
  const problemOf = (text: string) => {
    const names = split(text);
    if (names.length === 0) return 'At least one name.';
    const wrong = names.find((name) => moduleNameProblem(name) !== undefined);
    if (wrong !== undefined) return sentence(wrong, moduleNameProblem(wrong));
    const all = [...taken, ...names];
    const twice = all.find((name, index) => all.indexOf(name) !== index);
    return twice === undefined ? undefined : `${twice} is there already.`;
  };
  return split(await asker.text({ message: 'Their names, separated by blanks?', defaultAnswer: 'api', problemOf }));
}

async function askScaling(name: string, { yamlRuntime }: ModuleFacts, asker: Asker): Promise<ModuleChoice> {
  const scalings = scalingTypes.map((value) => ({ value, label: value, explanation: scalingExplanations[value] }));
  const answer = await asker.choose({
    message: `How does module ${name} scale?`,
    choices: scalings,
    defaultAnswer: suggestedScaling(name),
  });
  const scaling: ScalingType = scalingTypes.find((type) => type === answer) ?? suggestedScaling(name);
  const classes = instanceClassesFor(scaling).map((value) => {
    const explanation = instanceClassExplanation(value, yamlRuntime);
    return { value, label: `${value}  ${explanation}` };
  });
  const instanceClass = await asker.choose({
    message: `How big are its instances?`,
    choices: classes,
    defaultAnswer: defaultInstanceClass(scaling),
  });
  return { name, scaling, instanceClass };
}

function sentence(subject: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${subject} ${problem}.`;
}
