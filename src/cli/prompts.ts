/** Questions to a person at a terminal. */
import { failure } from '../errors.ts';

/** @throws AppcfgError `interrupted` on Ctrl-C */
export async function askYesOrNo(message: string, defaultAnswer: boolean, signal: AbortSignal): Promise<boolean> {
  const { confirm } = await import('@inquirer/prompts');
  try {
    // On standard error, so that `--json > file` and pipes stay clean.
    return await confirm({ message, default: defaultAnswer }, { signal, output: process.stderr });
  } catch (error) {
    if (error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError')) {
      throw failure('interrupted', { where: 'at a question; nothing was changed' });
    }
    throw error;
  }
}
