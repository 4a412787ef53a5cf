/** `${NAME}` in environment variables: where values come from, and what is said when there is none. */
import { describe, expect, it } from 'vitest';
import { parseModuleFile } from '../../../src/config/app/parse-module-file.ts';

const given: Readonly<Record<string, string>> = { HOST: 'db.example', EMPTY: '', PRICE: '$1 $& $$' };
const source = (name: string) => given[name];

function read(value: string, included?: string) {
  const text = `runtime: python27\nthreadsafe: true\n${included === undefined ? '' : 'includes: [more.yaml]\n'}env_variables:\n  A: '${value}'\n`;
  return parseModuleFile(text, 'app.yaml', {
    variables: source,
    findInclude: (file) => (included === undefined ? undefined : { file, identity: file, source: included }),
  });
}

const expanded = (text: string) => read(text).value?.spec.environmentVariables.A;

describe('a variable in a value', () => {
  it.each([
    [`postgres://\${HOST}/x`, 'postgres://db.example/x'],
    [`\${HOST}\${HOST}`, 'db.exampledb.example'],
    [`\${EMPTY}`, ''],
    [`\${EMPTY:-none}`, 'none'],
    [`\${NONE:-none}`, 'none'],
    [`\${NONE:-}`, ''],
    [`$\${HOST}`, `\${HOST}`],
    [`\${PRICE}`, '$1 $& $$'],
    [`$HOST \${log.name} \${1} %{x} $`, `$HOST \${log.name} \${1} %{x} $`],
  ])('%s is %s', (text, value) => {
    expect(read(text).diagnostics).toEqual([]);
    expect(expanded(text)).toBe(value);
  });

  it('that is not set is named with its place, and the ways to set it', () => {
    const { diagnostics } = read(`a\${TOKEN}b\${OTHER}`);
    expect(diagnostics).toMatchObject([
      { severity: 'error', code: 'missing-variable', line: 4, column: 8, path: 'env_variables.A' },
      { code: 'missing-variable', line: 4, column: 17 },
    ]);
    expect(diagnostics[0]?.message).toContain('TOKEN is not set');
    expect(diagnostics[0]?.hint).toContain('--env TOKEN=VALUE, --env-file FILE');
  });

  it('is looked for in included files too', () => {
    const reading = read('x', `env_variables: {B: '\${HOST}', C: '\${NONE}'}\n`);
    expect(reading.value?.spec.environmentVariables).toMatchObject({ A: 'x', B: 'db.example' });
    expect(reading.diagnostics).toMatchObject([{ file: 'more.yaml', code: 'missing-variable' }]);
  });

  it('stays as it is written where nothing is deployed', () => {
    const text = `runtime: python27\nthreadsafe: true\nenv_variables: {A: '\${NONE}'}\n`;
    expect(parseModuleFile(text, 'app.yaml')).toMatchObject({
      diagnostics: [],
      value: { spec: { environmentVariables: { A: `\${NONE}` } } },
    });
  });
});
