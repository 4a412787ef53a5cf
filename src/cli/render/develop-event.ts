/** What `dev` announces -> lines: logs of all modules in their colours, and what became of each change. */
import type { DeployReport } from '../../deploy/deploy-report.ts';
import type { DevelopEvent } from '../../develop/develop-event.ts';
import type { ErrorBody } from '../../errors.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import { renderDiagnostics, type SourceLine } from './diagnostic.ts';
import { renderFailure } from './failure.ts';
import { levelText, logText } from './log-record.ts';
import { printable } from './printable.ts';
import { duration } from './quantity.ts';
import type { Style } from './style.ts';

export interface DevelopRendering {
  readonly style: Style;
  /** As the files are now. */
  readonly sourceLine: () => SourceLine;
  readonly bodyOf: (error: unknown) => Pick<ErrorBody, 'message' | 'hints' | 'details'>;
}

/** Remembers which module has which colour. */
export function createDevelopRenderer(rendering: DevelopRendering): (event: DevelopEvent) => string {
  const { style } = rendering;
  const colours = [style.cyan, style.magenta, style.green, style.blue, style.yellow];
  const modules: string[] = [];
  const source = (module: string): string => {
    if (!modules.includes(module)) modules.push(module);
    const width = Math.max(...modules.map((name) => name.length));
    const colour = colours[modules.indexOf(module) % colours.length] ?? style.cyan;
    return colour(`${module.padEnd(width)} |`);
  };
  return (event) => {
    switch (event.type) {
      case 'serving':
        for (const { module } of event.report.modules) source(module);
        return servingText(event.report, style, source);
      case 'reloaded':
        return reloadedText(event.report, style);
      case 'failed':
        return failedText(event, rendering);
      case 'diagnostics':
        return renderDiagnostics(event.diagnostics, style, rendering.sourceLine());
      case 'warning':
        return `${style.yellow('Warning:')} ${printable(event.message)}`;
      case 'note':
        return event.message;
      case 'output':
        return `${source(event.module)} ${style.dim(printable(event.line))}`;
      case 'log': {
        const { record } = event;
        const time = style.dim(timeOfDay(record.timeMs));
        const level = record.level === 'info' || record.level === 'debug' ? '' : `${levelText(record.level, style)} `;
        return `${time} ${source(record.module)} ${level}${withShortIds(logText(record))}`;
      }
    }
  };
}

function servingText(report: DeployReport, style: Style, source: (module: string) => string): string {
  const lines = report.modules.map(({ module, url }) => {
    const plain = module === DEFAULT_MODULE ? `  and ${style.cyan(plainAddress(url))}` : '';
    return `  ${source(module)} ${style.cyan(url)}${plain}`;
  });
  const head = `Application ${style.bold(report.application)} is running:`;
  return [head, ...lines, style.dim('Changes are deployed as they are saved. Ctrl-C ends everything.')].join('\n');
}

/** The only application answers at addresses that name none. */
function plainAddress(url: string): string {
  const { port } = new URL(url);
  return `http://localhost:${port}/`;
}

function reloadedText(report: DeployReport, style: Style): string {
  if (report.outcome === 'unchanged') return `${style.green('Fine again:')} what runs is what is saved.`;
  const changed = report.modules.filter(({ outcome }) => outcome !== 'unchanged');
  const created = changed.filter(({ outcome }) => outcome === 'created');
  const names = [...changed.map(({ module }) => module), ...report.settings];
  const what = names.length === 0 ? 'what changed' : names.join(', ');
  const addresses = created.map(({ module, url }) => `  ${module} ${style.cyan(url)}`);
  return [`${style.green('Reloaded')} ${what} ${style.dim(`(${duration(report.durationMs)})`)}`, ...addresses].join(
    '\n',
  );
}

/** What builds and instances printed was shown as it came. */
function failedText(
  { error, isServing }: Extract<DevelopEvent, { type: 'failed' }>,
  rendering: DevelopRendering,
): string {
  const { style, sourceLine, bodyOf } = rendering;
  const { message, hints, details } = bodyOf(error);
  const { output: _, ...others } = details;
  const text = renderFailure({ body: { message, hints, details: others }, style, sourceLine: sourceLine() });
  const state = isServing ? 'What ran before goes on running.' : 'Nothing is running yet.';
  return `${text}\n${style.dim(`${state} Save a change to try again.`)}`;
}

/** Instances with automatic scaling have 40 hex digits for a name. */
function withShortIds(text: string): string {
  return text.replaceAll(/\b([0-9a-f]{8})[0-9a-f]{32}\b/g, '$1');
}

/** Local: `15:04:05.123`. */
function timeOfDay(timeMs: number): string {
  const date = new Date(timeMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}
