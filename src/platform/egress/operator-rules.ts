/** Where the operator writes what is opened: a file beside the platform's configuration, and a variable. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AllowRule, parseAllowRules } from './allow-rules.ts';

const FILE = 'socket-allow.txt';
const VARIABLE = 'APPCFG_SOCKET_ALLOW';

/** @throws AppcfgError `platform.socket-rule-invalid` */
export function operatorRules(
  configDirectory: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly AllowRule[] {
  const file = join(configDirectory, FILE);
  return [
    ...parseAllowRules({ name: file, text: readIfThere(file) }),
    ...parseAllowRules({ name: VARIABLE, text: environment[VARIABLE] ?? '' }),
  ];
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
