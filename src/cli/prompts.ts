/** Questions to a person at a terminal. */
import { failure } from '../errors.ts';
import type { Asker, Choice } from '../support/questions.ts';

/** @throws AppcfgError `interrupted` on Ctrl-C */
export async function askYesOrNo(message: string, defaultAnswer: boolean, signal: AbortSignal): Promise<boolean> {
  return createAsker(signal).confirm({ message, defaultAnswer });
}

export function createAsker(signal: AbortSignal): Asker {
  // On standard error, so that `--json > file` and pipes stay clean.
  const context = { signal, output: process.stderr };
  const ask = async <T>(show: (prompts: typeof import('@inquirer/prompts')) => Promise<T>): Promise<T> => {
    try {
      return await show(await import('@inquirer/prompts'));
    } catch (error) {
      if (error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError')) {
        throw failure('interrupted', { where: 'at a question; nothing was changed' });
      }
      throw error;
    }
  };
  return {
    text: ({ message, defaultAnswer, problemOf }) =>
      ask(({ input }) =>
        input(
          { message, default: defaultAnswer, validate: (answer) => problemOf(answer.trim()) ?? true },
          context,
        ).then((answer) => answer.trim()),
      ),
    choose: ({ message, choices, defaultAnswer }) =>
      ask(({ select }) => select({ message, choices: choices.map(drawn), default: defaultAnswer }, context)),
    secret: ({ message }) => ask(({ password }) => password({ message }, context)),
    chooseSeveral: ({ message, choices, defaultAnswers }) =>
      ask(({ checkbox }) =>
        checkbox(
          {
            message,
            choices: choices.map((choice) => ({ ...drawn(choice), checked: defaultAnswers.includes(choice.value) })),
            required: true,
          },
          context,
        ),
      ),
    confirm: ({ message, defaultAnswer }) =>
      ask(({ confirm }) => confirm({ message, default: defaultAnswer }, context)),
  };
}

function drawn({ value, label, explanation }: Choice) {
  return { value, name: label, ...(explanation === undefined ? {} : { description: explanation }) };
}
