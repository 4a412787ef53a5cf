/** dispatch.yaml: which module gets which requests. */
import type { DispatchRule } from '../../model/settings.ts';
import { applicationId, moduleName } from '../app/name-shapes.ts';
import { list, object, parsedText } from '../shape/build.ts';
import type { Parsed, ValueOf } from '../shape/shape.ts';
import { quoteForMessage } from '../yaml/tree.ts';

const longestPart = 100;
const mostRules = 20;

const form = 'host/path, where the host may begin with * and the path may end with *';

function parseUrl(value: string): Parsed<string> {
  const slash = value.indexOf('/');
  if (slash < 1) return { problem: `must be ${form}`, hint: "For example: url: '*/mobile/*'" };
  const host = value.slice(0, slash);
  const hostProblem = hostPatternProblem(host);
  if (hostProblem !== undefined) return { problem: `has a host (${quoteForMessage(host)}) that ${hostProblem}` };
  const path = value.slice(slash);
  if (host.length > longestPart || path.length > longestPart) {
    return { problem: `has a host or path longer than ${longestPart} characters`, code: 'out-of-range' };
  }
  return { value };
}

const labels = /^(?!-)[a-z\d-]*[a-z\d](?:\.(?!-)[a-z\d-]*[a-z\d])*$/;

function hostPatternProblem(host: string): string | undefined {
  const rest = host.startsWith('*') ? host.slice(1) : host;
  if (host.startsWith('*') && rest === '') return undefined;
  if (host.includes(':')) return 'has a scheme or a port, which are not part of it';
  if (/[A-Z]/.test(host)) return 'has capital letters';
  if (rest.includes('*')) return 'has a * elsewhere than at its beginning';
  if (host === rest && isIpv4(host)) return 'is an IPv4 address';
  // After the star the first label may begin with a hyphen or be empty: `*-a.b`, `*.b`.
  const plain = host === rest ? rest : `a${rest}`;
  if (!labels.test(plain)) return 'is not made of labels of lower-case letters, digits and hyphens, with dots between';
  return undefined;
}

function isIpv4(host: string): boolean {
  const parts = host.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

const url = parsedText('a dispatch url', parseUrl, {
  form,
  pattern: '^[^/]+/.*$',
  example: "'*/mobile/*'",
  strictness: 'name',
});

const ruleKeys = {
  url: {
    shape: url,
    isRequired: true,
    example: "'*/mobile/*'",
    docs: 'Host and path; `*` may begin the host and end the path. Quote it.',
  },
  module: { shape: moduleName, docs: 'The module that gets the requests.', example: 'mobile-frontend' },
  service: { shape: moduleName, docs: 'The newer name for `module`; only one of the two.' },
} as const;

const rule = object('a dispatch rule', ruleKeys, {
  check: ({ url: pattern, module, service }, { path, findings }) => {
    if (module !== undefined && service !== undefined) {
      const message = '"module" and "service" are two names for one thing; only one of them may be there.';
      findings.error('conflicting-keys', { path: [...path, 'service'], message, on: 'key', hint: 'Keep module.' });
    }
    if (!findings.has([...path, 'module']) && !findings.has([...path, 'service'])) {
      const message = '"module" is missing; a dispatch rule must have it.';
      findings.error('missing-key', {
        path: [...path, 'module'],
        message,
        hint: 'For example: module: mobile-frontend',
      });
    }
    if (pattern === undefined) return;
    const shown = pattern.slice(pattern.indexOf('/'));
    if (shown.slice(0, -1).includes('*')) {
      const message = `The path of ${quoteForMessage(pattern)} has a * before its end, where it stands for itself.`;
      findings.warning('suspicious-handler', {
        path: [...path, 'url'],
        message,
        hint: 'Only the last character may be *.',
      });
    }
    if (pattern.length > longestPart) {
      const message = `The url is longer than ${longestPart} characters; App Engine may refuse it.`;
      findings.warning('out-of-range', { path: [...path, 'url'], message, hint: 'Shorten it.' });
    }
  },
});

export const dispatchShape = object('dispatch.yaml', {
  application: { shape: applicationId, docs: 'The application the rules are for; `-A` overrides it.' },
  dispatch: {
    shape: list(rule, { maximum: mostRules, unique: { severity: 'warning', key: 'url', noun: 'Url' } }),
    docs: `The rules, at most ${mostRules}; the first one that matches counts.`,
  },
});

export function dispatchOf(values: ValueOf<typeof dispatchShape>): readonly DispatchRule[] {
  return (values.dispatch ?? []).flatMap(({ url: pattern, module, service }) => {
    const target = module ?? service;
    return pattern === undefined || target === undefined ? [] : [{ url: pattern, module: target }];
  });
}

export function dispatchData(rules: readonly DispatchRule[]): object {
  return { dispatch: rules.map(({ url: pattern, module }) => ({ url: pattern, module })) };
}
