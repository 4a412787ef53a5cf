/** Files that people write: whatever is in them, they are read, or refused by name; never a crash. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pluginDirectories, readPlugin } from '../../src/adapters/plugins/plugin-list.ts';
import { readProjectSettings } from '../../src/cli/configuration/project-settings.ts';
import { readUserSettings } from '../../src/cli/configuration/user-settings.ts';
import { readEnvironmentFile } from '../../src/cli/environment-flags.ts';
import { parseModuleFile } from '../../src/config/app/parse-module-file.ts';
import { configKinds } from '../../src/config/config-kinds.ts';
import { parseSettingsFile } from '../../src/config/settings/settings-file.ts';
import { readPrivateFile } from '../../src/credentials/private-file.ts';
import { readPlanFile } from '../../src/deploy/plan-file.ts';
import { isAppcfgError } from '../../src/errors.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { settingsKinds } from '../../src/model/settings.ts';
import { parseAllowRules } from '../../src/platform/egress/allow-rules.ts';
import { usagePrices } from '../../src/platform/usage/usage-prices.ts';
import { countsOf } from './counts.ts';
import { bytes, damaged, fuzzer, text, value } from './fuzzing.ts';
import { seed } from './random.ts';

const count = countsOf(`files that people write, seed ${seed}`);
const holds = fuzzer(() => count({ inputs: 1 }));

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'appcfg-written-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const { app, ...settings } = configKinds;
const yamlPiece = fc.oneof(
  text,
  fc.constantFrom('- ', ': ', '\n', '\n  ', '&a ', '*a', '<<: *a', '!!binary ', '|', '>-', '{', '}', '[', ']', '\t'),
  fc.constantFrom(
    '"',
    "'",
    '#',
    '? ',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '0x1F',
    '1e999',
    '12:30:45',
    'yes',
    '~',
    ['$', '{X}'].join(''),
  ),
);

/** Examples of the file with something broken in them; values of every kind as its values; bytes. */
function yamlLike(example: string): Arbitrary<string | Uint8Array> {
  const keys = [...example.matchAll(/^\s*(?:- )?(\w+):/gm)].map(([, key = '']) => key);
  const filled = fc
    .array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 6 })
    .map((entries) => entries.map(([key, filling]) => `${key}: ${JSON.stringify(filling)}\n`).join(''));
  return fc.oneof(damaged([example], yamlPiece), filled, bytes);
}

/** What is wrong is said with a place in the file. */
function expectPlaced(diagnostics: readonly Diagnostic[]): void {
  for (const { line, message } of diagnostics) {
    expect(message).not.toBe('');
    expect(line ?? 1).toBeGreaterThan(0);
  }
}

function fileOf(name: string, content: string | Uint8Array): string {
  const file = join(directory, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

/** JSON of every kind, and what is none. */
function jsonLike(keys: readonly string[]): Arbitrary<string | Uint8Array> {
  const record = fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
  return fc.oneof(
    bytes,
    fc.oneof(record, value).map((content) => JSON.stringify(content) ?? ''),
  );
}

describe('yaml files', () => {
  const flexible = 'runtime: custom\nenv: flex\nnetwork:\n  forwarded_ports: [8080/tcp]\nresources:\n  cpu: 2\n';
  it.each([
    ['app.yaml', app.example],
    ['app.yaml of the flexible environment', flexible],
  ])('%s', (_name, example) => {
    holds(yamlLike(example), (source) => {
      for (const variables of [undefined, (name: string) => (name === 'X' ? 'y' : undefined)]) {
        expectPlaced(parseModuleFile(source, 'app.yaml', { variables }).diagnostics);
      }
    });
  });

  it('includes, of themselves too', () => {
    const example = `${app.example}\nincludes:\n- other.yaml\n`;
    holds(yamlLike(example), (source) => {
      const names = ['other.yaml', 'another.yaml'];
      const findInclude = (path: string) => (names.includes(path) ? { file: path, identity: path, source } : undefined);
      expectPlaced(parseModuleFile(example, 'app.yaml', { findInclude }).diagnostics);
    });
  });

  it.each(settingsKinds)('%s', (kind) => {
    holds(yamlLike(settings[kind].example), (source) => {
      expectPlaced(parseSettingsFile(kind, source, settings[kind].fileName).diagnostics);
    });
  });
});

describe('files of the tool', () => {
  it('saved plans', () => {
    const plan = jsonLike(['plan', 'digest', 'format']);
    const inner = value.map((content) => JSON.stringify({ plan: content, digest: 'x' }));
    holds(fc.oneof(plan, inner), (content) => readPlanFile(fileOf('plan.json', content)), isAppcfgError);
  });

  it('settings and contexts, of a person and of a project', () => {
    const inside = fc.record({ contexts: value, settings: value }, { requiredKeys: [] });
    holds(
      fc.oneof(
        jsonLike(['contexts', 'settings']),
        inside.map((content) => JSON.stringify(content)),
      ),
      (content) => {
        fileOf('settings.json', content);
        readUserSettings(directory);
      },
      isAppcfgError,
    );
    holds(
      jsonLike(['server', 'application', 'backend', 'context', 'ca_cert', 'credential_store', 'token']),
      (content) => {
        fileOf('.appcfg.json', content);
        readProjectSettings(directory, undefined);
      },
      isAppcfgError,
    );
  });

  it('kept tokens, and lists of plugins with their packages', () => {
    const plugin = join(directory, 'plugin');
    mkdirSync(plugin);
    holds(jsonLike(['credentials']), (content) => readPrivateFile(fileOf('tokens.json', content)), isAppcfgError);
    holds(
      jsonLike(['plugins']),
      (content) => {
        fileOf('plugins.json', content);
        for (const path of pluginDirectories(directory)) expect(path).toBeTypeOf('string');
      },
      isAppcfgError,
    );
    holds(
      jsonLike(['name', 'version', 'oclif', 'hooks']),
      (content) => {
        fileOf('plugin/package.json', content);
        readPlugin(plugin);
      },
      isAppcfgError,
    );
  });

  it('environment files', () => {
    const line = fc.oneof(text, damaged(['A=1', 'export B="x\ny"', "C='$A'", '# no'], text));
    holds(
      fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n')),
      (content) => {
        const variables = readEnvironmentFile(fileOf('.env', content), directory);
        for (const name of Object.keys(variables)) expect(name).toMatch(/^[A-Za-z_]\w*$/);
      },
      isAppcfgError,
    );
  });
});

describe('files of whoever runs a platform', () => {
  it('rules for sockets', () => {
    const rule = fc.oneof(text, damaged(['app 10.0.0.0/8:5432/tcp, ::1/128', '* 0.0.0.0/0:1-65535/udp # all'], text));
    holds(
      fc.array(rule, { maxLength: 4 }).map((rules) => rules.join('\n')),
      (content) => parseAllowRules({ name: 'sockets.allow', text: content }),
      isAppcfgError,
    );
  });

  it('prices', () => {
    holds(
      jsonLike(['currency', 'prices', 'F1', 'instanceHours', 'outgoingBytes']),
      (content) => {
        fileOf('prices.json', content);
        usagePrices(directory, {});
      },
      isAppcfgError,
    );
  });
});
