/** Command lines of `dev` that are refused before anything starts. The rest is in test/e2e. */
import { expect, it } from 'vitest';
import { openTerminal } from './terminal.ts';

it.each([
  [['--clear_datastore=yes'], '--clear-datastore, which dev_appserver.py had: there is no datastore here'],
  [['--specified_service_ports', 'a:8081'], 'every module has a name of its own on one port'],
  [['--jvm_flag=-Xmx1g'], 'set its variable: --env-var JAVA_TOOL_OPTIONS=...'],
  [['--prot', '1'], 'dev has no option --prot. Did you mean --port?'],
  [['--env_var', 'nothing'], '--env-var can\'t be "nothing"; expected NAME=VALUE.'],
  [['--watcher_ignore_re', '('], '--watcher-ignore-re can\'t be "("; expected a regular expression.'],
  [['--log_level=loud'], 'Expected --log-level=loud to be one of: debug, info, warning, error, critical.'],
])('%j', async (flags, message) => {
  const { code, stdout, stderr } = await openTerminal().run('dev', ...flags);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});
