/** `init` with its answers as options, and with a person who answers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Asker, Choice } from '../../src/support/questions.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const read = (terminal: Terminal, file: string) => readFileSync(join(terminal.directory, file), 'utf8');
const names = (terminal: Terminal, folder = '.') =>
  readdirSync(join(terminal.directory, folder))
    .filter((name) => !name.startsWith('.'))
    .sort();

describe('without a terminal', () => {
  it('takes usual answers, and says how to go on', async () => {
    const terminal = openTerminal();
    const { code, stdout } = await terminal.run('init', 'My Shop');
    expect(code).toBe(0);
    expect(stdout).toContain("  cd 'My Shop'\n  appcfg dev\n  appcfg update .\n");
    expect(names(terminal, 'My Shop')).toEqual(['app.yaml', 'main.py']);
    expect(read(terminal, 'My Shop/app.yaml')).toMatch(
      /^application: my-shop\nmodule: default\nversion: v1\nruntime: python3\n/,
    );
  });

  it('takes every answer from options', async () => {
    const terminal = openTerminal();
    const flags = ['--runtime', 'nodejs', '-A', 'shop', '-V', 'beta', '-M', 'web', '-M', 'worker:manual:B1'];
    const result = await terminal.json('init', 'x', '--yes', ...flags, '--dispatch', '--cron', '--queue');
    expect(result).toMatchObject({
      directory: join(terminal.directory, 'x'),
      application: 'shop',
      version: 'beta',
      runtime: 'nodejs',
      modules: [
        { name: 'web', module: 'default', file: 'web/app.yaml', scaling: 'automatic', instanceClass: 'F1' },
        { name: 'worker', module: 'worker', file: 'worker/app.yaml', scaling: 'manual', instanceClass: 'B1' },
      ],
      next: ['cd x', 'appcfg dev', 'appcfg update .'],
    });
    expect(names(terminal, 'x')).toEqual(['cron.yaml', 'dispatch.yaml', 'queue.yaml', 'web', 'worker']);
    const validation = await terminal.json<{ isValid: boolean; diagnostics: unknown[] }>('validate', 'x');
    expect(validation).toMatchObject({ isValid: true, diagnostics: [] });
  });

  it('changes nothing with --dry-run', async () => {
    const terminal = openTerminal();
    const { stdout } = await terminal.run('init', 'x', '--dry-run');
    expect(stdout).toMatch(/^ {2}app\.yaml +would be written$/m);
    expect(existsSync(join(terminal.directory, 'x'))).toBe(false);
  });

  it('refuses to overwrite, whatever --yes says, and names the files', async () => {
    const terminal = openTerminal();
    terminal.write('x/app.yaml', 'mine');
    for (const flags of [[], ['--yes']]) {
      const { code, stdout, stderr } = await terminal.run('init', 'x', ...flags);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('Nothing was written: x/app.yaml is there already and different.');
      expect(stderr).toContain('--force');
    }
    expect(names(terminal, 'x')).toEqual(['app.yaml']);
    expect(read(terminal, 'x/app.yaml')).toBe('mine');
    expect((await terminal.run('init', 'x', '--force')).stdout).toMatch(/^ {2}app\.yaml +overwritten$/m);
    expect((await terminal.run('init', 'x', '-r', 'python3')).code).toBe(0);
  });

  it('leaves its own files alone when it runs again', async () => {
    const terminal = openTerminal();
    await terminal.run('init', 'x', '-r', 'go');
    const { files } = await terminal.json<{ files: unknown }>('init', 'x', '-r', 'go');
    expect(files).toEqual([{ path: 'app.yaml', outcome: 'unchanged' }]);
  });

  it('writes only yaml files beside code that is there', async () => {
    const terminal = openTerminal();
    terminal.write('package.json', '{"scripts": {"start": "node main.mjs"}}');
    const { code, stdout, stderr } = await terminal.run('init', '-M', 'web', '-M', 'worker');
    expect(code).toBe(0);
    expect(stderr).toContain('There is package.json: this looks like Node.js.');
    expect(stdout).toContain('appcfg update . --all-modules');
    expect(names(terminal)).toEqual(['app.yaml', 'package.json', 'worker.yaml']);
    expect((await terminal.json('validate', '--all-modules')).isValid).toBe(true);
  });

  it.each([
    [['--runtime', 'cobol'], 'init: Expected --runtime=cobol to be one of: python3, python27'],
    [['-M', 'web:fast'], '--module can\'t be "web:fast"; expected NAME:SCALING'],
    [['-A', 'Shop!'], '--application can\'t be "Shop!"'],
    [['--dispatch'], 'a dispatch file sends requests to several modules, and there is one'],
    [['-r', 'static', '--cron'], 'static files have nothing that cron or a queue could call'],
  ])('%j is a misuse', async (flags, message) => {
    const terminal = openTerminal();
    const { code, stderr } = await terminal.run('init', 'x', ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(names(terminal)).toEqual([]);
  });
});

/** Answers by message; what is not in the table gets the default. Keeps what was asked. */
function answering(answers: Readonly<Record<string, string | readonly string[] | boolean>>) {
  const asked: { message: string; choices?: readonly Choice[] }[] = [];
  const of = <T>(question: { message: string; choices?: readonly Choice[] }, usual: T): T => {
    asked.push(question);
    const key = Object.keys(answers).find((part) => question.message.includes(part));
    return key === undefined ? usual : (answers[key] as T);
  };
  const asker: Asker = {
    text: async (question) => {
      const answer = of(question, question.defaultAnswer);
      expect(question.problemOf(answer)).toBeUndefined();
      return answer;
    },
    choose: async (question) => of(question, question.defaultAnswer),
    chooseSeveral: async (question) => of(question, question.defaultAnswers),
    secret: async ({ message }) => of({ message }, ''),
    confirm: async (question) => of(question, question.defaultAnswer),
  };
  return { asker, asked };
}

describe('with a person', () => {
  it('asks for what the options leave open, with explanations', async () => {
    const { asker, asked } = answering({
      'What runs': 'php',
      'Which modules': ['web', 'worker', ''],
      'Their names': 'api, admin',
      'module worker scale': 'manual',
      'A cron.yaml': true,
    });
    const terminal = openTerminal({ answer: true, asker });
    const { code, stderr } = await terminal.run('init', 'shop');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(names(terminal, 'shop')).toEqual(['admin', 'api', 'cron.yaml', 'dispatch.yaml', 'web', 'worker']);
    expect(read(terminal, 'shop/worker/app.yaml')).toContain('manual_scaling:');
    const classes = asked.find(({ message }) => message.includes('How big'))?.choices;
    expect(classes?.[0]).toMatchObject({ value: 'F1', label: 'F1  384 MB of memory and 600 MHz for each instance' });
    const scaling = asked.find(({ message }) => message.includes('module web scale'))?.choices;
    expect(scaling?.every(({ explanation }) => (explanation ?? '').length > 40)).toBe(true);
  });

  it('does not ask for what the options say', async () => {
    const { asker, asked } = answering({});
    const terminal = openTerminal({ answer: true, asker });
    await terminal.run('init', 'shop', '-r', 'go', '-A', 'a', '-M', 'web', '--no-cron', '--no-queue');
    expect(asked).toEqual([]);
    expect(names(terminal, 'shop')).toEqual(['app.yaml', 'go.mod', 'main.go']);
  });

  it('asks nothing about instances of static files', async () => {
    const { asker, asked } = answering({ 'What runs': 'static' });
    const terminal = openTerminal({ answer: true, asker });
    await terminal.run('init', 'shop');
    expect(asked.map(({ message }) => message)).toEqual([
      'What runs the code?',
      'Application id, the first part of its address?',
      'Which modules?',
    ]);
  });

  it('asks before it overwrites, and takes no for an answer', async () => {
    const refusing = answering({});
    const terminal = openTerminal({ answer: true, asker: refusing.asker });
    terminal.write('shop/app.yaml', 'mine');
    expect((await terminal.run('init', 'shop')).code).toBe(1);
    expect(refusing.asked.at(-1)?.message).toBe('Overwrite app.yaml?');
    expect(read(terminal, 'shop/app.yaml')).toBe('mine');
    const other = openTerminal({ answer: true, asker: answering({ Overwrite: true }).asker });
    other.write('shop/app.yaml', 'mine');
    expect((await other.run('init', 'shop')).code).toBe(0);
    expect(read(other, 'shop/app.yaml')).toContain('application: shop');
  });
});
