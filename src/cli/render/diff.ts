/** What differs between two releases -> a page, or names alone. */
import { isEmptyDiff, type TrafficDiff, type VersionDiff } from '../../model/release-diff.ts';
import type { ConfigurationChange } from '../../model/spec-diff.ts';
import { splitText } from '../../model/traffic.ts';
import type { ComparedReleases } from '../../operate/diff-releases.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';

type Change = 'added' | 'changed' | 'removed';

const signs: Readonly<Record<Change, string>> = { added: '+', changed: '~', removed: '-' };

export function renderDiff({ application, before, after, diff }: ComparedReleases, style: Style): string {
  if (isEmptyDiff(diff)) return `${application}: no difference between ${before} and ${after}.`;
  const blocks = [
    style.bold(`${application}: from ${before} to ${after}`),
    ...diff.versions.map((version) => versionLines(version, style).join('\n')),
  ];
  const others = [
    ...diff.traffic.map((traffic) => `${mark('changed', style)} traffic of ${trafficText(traffic)}`),
    ...diff.settings.map(({ kind, name, change }) => `${mark(change, style)} ${kind}: ${printable(name)}`),
  ];
  return [...blocks, ...(others.length === 0 ? [] : [others.join('\n')])].join('\n\n');
}

/** One a line, for scripts. */
export function renderDiffNames({ diff }: ComparedReleases): string {
  const files = diff.versions.flatMap(({ module, version, files, configuration, change }) => {
    const name = `${module}:${version}`;
    const all = [...files.added, ...files.changed, ...files.removed].sort();
    const own = change === 'changed' ? [] : [name];
    return [...own, ...all.map((path) => `${name}/${path}`), ...configuration.map(({ key }) => `${name} ${key}`)];
  });
  const others = [
    ...diff.traffic.map(({ module }) => `traffic ${module}`),
    ...diff.settings.map(({ kind, name }) => `${kind} ${name}`),
  ];
  return [...files, ...others].map(printable).join('\n');
}

function versionLines(diff: VersionDiff, style: Style): readonly string[] {
  const { module, version, change, comparedWith, files, configuration, servingStatus } = diff;
  const compared = comparedWith === undefined ? '' : style.dim(` (compared with ${comparedWith})`);
  const file = (kind: Change) => (path: string) => `    ${mark(kind, style)} ${printable(path)}`;
  return [
    `${mark(change, style)} ${style.bold(`${module}:${version}`)}${compared}`,
    ...(servingStatus ? [`    ${mark('changed', style)} ${servingStatus.before} -> ${servingStatus.after}`] : []),
    ...files.added.map(file('added')),
    ...files.changed.map(file('changed')),
    ...files.removed.map(file('removed')),
    ...configuration.map((one) => `    ${mark(one.change, style)} ${style.cyan(one.key)}${valueText(one)}`),
  ];
}

function valueText({ before, after }: ConfigurationChange): string {
  if (before === undefined && after === undefined) return '';
  const text = (value: unknown) => printable(JSON.stringify(value));
  if (before === undefined) return `: ${text(after)}`;
  return after === undefined ? `: ${text(before)}` : `: ${text(before)} -> ${text(after)}`;
}

function trafficText({ module, before, after }: TrafficDiff): string {
  const text = (split: TrafficDiff['before']) => (split === undefined ? 'none' : splitText(split));
  return `${module}: ${text(before)} -> ${text(after)}`;
}

function mark(change: Change, style: Style): string {
  const sign = signs[change];
  if (change === 'added') return style.green(sign);
  return change === 'removed' ? style.red(sign) : style.yellow(sign);
}
