/** A strict reader of Prometheus' text format, version 0.0.4: what it does not allow is an error. */

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ParsedSample[];
}

interface OpenFamily {
  readonly name: string;
  readonly help: string;
  type: string;
  readonly samples: ParsedSample[];
}

const metricName = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const helpLine = new RegExp(`^# HELP (${metricName}) ((?:[^\\\\]|\\\\\\\\|\\\\n)*)$`);
const typeLine = new RegExp(`^# TYPE (${metricName}) (counter|gauge|histogram)$`);
const sampleLine = new RegExp(`^(${metricName})(?:\\{(.*)\\})? (\\S+)$`);
const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/;
const number = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN)$/;

export function parseExposition(text: string): ReadonlyMap<string, ParsedFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, OpenFamily>();
  const series = new Set<string>();
  let current: OpenFamily | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const help = helpLine.exec(line);
    const type = typeLine.exec(line);
    if (help) {
      const [, name = '', words = ''] = help;
      if (families.has(name)) throw new Error(`${name} comes twice`);
      if (current?.samples.length === 0) throw new Error(`${current.name} has no samples`);
      current = { name, help: words, type: '', samples: [] };
      families.set(name, current);
    } else if (type) {
      if (current?.name !== type[1] || current?.type !== '') throw new Error(`TYPE does not follow HELP: ${line}`);
      current.type = type[2] ?? '';
    } else {
      if (!current || current.type === '') throw new Error(`a sample without HELP and TYPE: ${line}`);
      const sample = parseSample(line);
      requireName(current, sample);
      const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (series.has(key)) throw new Error(`the series ${key} comes twice`);
      series.add(key);
      current.samples.push(sample);
    }
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

function parseSample(line: string): ParsedSample {
  const match = sampleLine.exec(line);
  if (!match) throw new Error(`no sample: ${line}`);
  const [, name = '', labelText, value = ''] = match;
  if (!number.test(value)) throw new Error(`no number: ${line}`);
  return { name, labels: labelText === undefined ? {} : parseLabels(labelText), value: numberOf(value) };
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const match = label.exec(rest);
    if (!match) throw new Error(`no label: ${rest}`);
    const [whole, name = '', value = ''] = match;
    if (name in labels) throw new Error(`the label ${name} comes twice`);
    labels[name] = value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
    rest = rest.slice(whole.length);
    if (whole.endsWith(',') && rest === '') throw new Error(`a comma too many: ${text}`);
  }
  return labels;
}

function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

function requireName(family: OpenFamily, { name, labels }: ParsedSample): void {
  const suffix = name.slice(family.name.length);
  const allowed = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  if (!name.startsWith(family.name) || !allowed.includes(suffix)) throw new Error(`${name} is not of ${family.name}`);
  if ((suffix === '_bucket') !== 'le' in labels && (suffix === '_bucket' || 'le' in labels))
    throw new Error(`le does not belong to ${name}`);
}

function checkFamily({ name, type, samples }: ParsedFamily): void {
  if (type === 'counter') {
    if (!name.endsWith('_total')) throw new Error(`the counter ${name} does not end in _total`);
    if (samples.some(({ value }) => !(value >= 0))) throw new Error(`the counter ${name} is below 0`);
  }
  if (type === 'histogram') checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: readonly ParsedSample[]): void {
  const groups = new Map<string, ParsedSample[]>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const [key, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => numberOf(labels.le ?? ''));
    const values = buckets.map(({ value }) => value);
    const isSorted = (numbers: readonly number[]) =>
      numbers.every((value, index) => index === 0 || value >= (numbers[index - 1] ?? 0));
    if (!isSorted(bounds) || !isSorted(values)) throw new Error(`the buckets of ${name} ${key} are not in order`);
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error(`${name} ${key} has no bucket for all`);
    const count = group.find((sample) => sample.name === `${name}_count`)?.value;
    if (count !== values.at(-1)) throw new Error(`the count of ${name} ${key} is not that of its last bucket`);
    if (!group.some((sample) => sample.name === `${name}_sum`)) throw new Error(`${name} ${key} has no sum`);
  }
}
