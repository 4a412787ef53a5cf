/** docs/from-appcfg.md speaks of the original's commands and options as they are here. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readCommandLine } from '../../src/cli/argv.ts';
import { commandNames } from '../../src/cli/command-names.ts';
import { goneCommands } from '../../src/cli/original/gone-commands.ts';
import { loadConfig } from '../../src/cli/run.ts';
import { commands } from '../../src/commands/command-table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const document = readFileSync(`${root}/docs/from-appcfg.md`, 'utf8');
const names = commandNames(await loadConfig({ commands, root, ignoresManifest: true }));

/** What the SDK's own help lists, those that it hides, and those that went before its end. */
const original = [
  'backends',
  'create_bulkloader_config',
  'cron_info',
  'debug',
  'delete_version',
  'download_app',
  'download_data',
  'help',
  'list_versions',
  'lock',
  'migrate_traffic',
  'prepare_vm_runtime',
  'request_logs',
  'resource_limits_info',
  'rollback',
  'set_default_version',
  'start_module_version',
  'stop_module_version',
  'update',
  'update_cron',
  'update_dispatch',
  'update_dos',
  'update_indexes',
  'update_queues',
  'upload_data',
  'vacuum_indexes',
];

it.each(original)('%s is in the table, and is either here or known to be gone', (command) => {
  const rows = document.split('\n').filter((line) => line.startsWith('| `'));
  const row = rows.find((line) => new RegExp(`[\u0060 ]${command}[\u0060 ]`).test(line.split('|')[1] ?? ''));
  expect(row).toBeDefined();
  const id = readCommandLine([command], names).id;
  const isGone = goneCommands[command.replaceAll('_', '-')] !== undefined;
  expect(id === undefined).toBe(isGone);
  expect(row?.includes('| gone |')).toBe(isGone);
});

const options = [
  [
    '--oauth2',
    '--oauth2_refresh_token=x',
    '--oauth2_client_id=x',
    '--oauth2_client_secret=x',
    '--oauth2_credential_file=x',
  ],
  ['--authenticate_service_account', '--noauth_local_webserver', '-e', 'me@example.com', '-H', 'host', '--no_cookies'],
  ['--secure', '--insecure', '--ignore_bad_cert', '--skip_sdk_update_check', '--source_ref=abc', '--called_by_gcloud'],
  ['--ignore_endpoints_failures', '--no_ignore_endpoints_failures', '-q', '-s', 'host:1', '-A', 'a', '-E', 'A:b'],
  ['-r', 'python27', '-R', '--noisy', '-v', '--oauth2_access_token=x'],
].flat();

it.each(original.filter((command) => goneCommands[command.replaceAll('_', '-')] === undefined && command !== 'help'))(
  '%s takes every option that the original took everywhere',
  (command) => {
    const line = readCommandLine([...options, command, '.'], names);
    const known = names.flagsOf(line.id ?? '');
    const left = line.rest.filter((token) => token.startsWith('-'));
    const unknown = left.filter((token) => !known.has(token.replace(/^--?/, '').replace(/=.*$/, '')));
    expect({ id: line.id, unknown }).toEqual({ id: command.replaceAll('_', '-'), unknown: [] });
    expect(line.rest).toContain('.');
  },
);
