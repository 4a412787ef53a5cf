/** `${NAME}` in the values of environment variables: what the command was given stands in its place. */
import type { Findings } from '../findings.ts';

/** The value of a variable; undefined when there is none. */
export type VariableSource = (name: string) => string | undefined;

type Texts = Readonly<Record<string, string>>;

interface Expandable {
  readonly env_variables?: Texts | undefined;
  readonly build_env_variables?: Texts | undefined;
}

/** `${NAME}`, `${NAME:-otherwise}`, and `$${NAME}` for the text itself. Anything else after a dollar is text. */
const reference = /\$(\$?)\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/** Without a source the values stay as they are written. */
export function expandVariables<T extends Expandable>(
  values: T,
  source: VariableSource | undefined,
  findings: Findings,
): T {
  if (source === undefined) return values;
  const expanded: { env_variables?: Texts; build_env_variables?: Texts } = {};
  for (const key of ['env_variables', 'build_env_variables'] as const) {
    const texts = values[key];
    if (texts === undefined) continue;
    expanded[key] = Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, expand(text, [key, name], source, findings)]),
    );
  }
  return { ...values, ...expanded };
}

function expand(text: string, path: readonly string[], source: VariableSource, findings: Findings): string {
  return text.replaceAll(
    reference,
    (whole, dollar: string, name: string, otherwise: string | undefined, at: number) => {
      if (dollar !== '') return whole.slice(1);
      const value = source(name) || otherwise;
      if (value !== undefined) return value;
      if (source(name) !== undefined) return '';
      findings.error('missing-variable', {
        path,
        inText: at + 1,
        message: `The variable ${name} is not set, and ${path.join('.')} needs it.`,
        hint: `Give it with --env ${name}=VALUE, --env-file FILE or in the environment; write \${${name}:-VALUE} for a default, or $\${${name}} for the text itself.`,
      });
      return whole;
    },
  );
}
