/** Rules between the keys that are about connections: session affinity, sockets and TLS. */
import { runtimeGeneration } from '../../model/version-spec.ts';
import type { Findings } from '../findings.ts';

/** As far as these rules look at them. */
interface ConnectionValues {
  readonly runtime?: string | undefined;
  readonly entrypoint?: unknown;
  readonly session_affinity?: boolean | undefined;
  readonly network?: { readonly session_affinity?: boolean | undefined } | undefined;
  readonly env_variables?: Readonly<Record<string, string>> | undefined;
  readonly libraries?: readonly { readonly name?: string | undefined }[] | undefined;
}

const SOCKETS_VARIABLE = 'GAE_USE_SOCKETS_HTTPLIB';
const LIKE_SOCKETS_VARIABLE = /^(GAE_|APPENGINE_)?USE_SOCKETS?(_|$)|^GAE_SOCKETS?_/i;

export function checkConnections(values: ConnectionValues, findings: Findings): void {
  checkAffinity(values, findings);
  checkSocketsVariable(values, findings);
}

function checkAffinity({ session_affinity: outside, network }: ConnectionValues, findings: Findings): void {
  if (outside === undefined) return;
  const inside = network?.session_affinity;
  const path = ['session_affinity'];
  if (inside !== undefined && inside !== outside) {
    const message = `"session_affinity" is ${outside} here and ${inside} below "network".`;
    findings.warning('conflicting-keys', {
      path,
      message,
      on: 'key',
      hint: 'The one below network counts; delete this one.',
    });
    return;
  }
  const message = '"session_affinity" belongs below "network"; it is accepted here as well.';
  const hint = `Write network: and session_affinity: ${outside} below it.`;
  findings.warning('discouraged-value', { path, message, on: 'key', hint });
}

/** It is for python27 alone, and whoever wants https over sockets needs the library too. */
function checkSocketsVariable(values: ConnectionValues, findings: Findings): void {
  const { runtime, env_variables: variables } = values;
  if (runtime === undefined || variables === undefined) return;
  for (const name of Object.keys(variables)) {
    if (name === SOCKETS_VARIABLE) checkSocketsUse(values, variables[name] ?? '', findings);
    else if (runtime === 'python27' && LIKE_SOCKETS_VARIABLE.test(name)) {
      const message = `${name} is nothing that App Engine looks at.`;
      const hint = `Did you mean ${SOCKETS_VARIABLE}?`;
      findings.warning('discouraged-value', { path: ['env_variables', name], message, on: 'key', hint });
    }
  }
}

function checkSocketsUse(values: ConnectionValues, value: string, findings: Findings): void {
  const { runtime = '', entrypoint, libraries } = values;
  const path = ['env_variables', SOCKETS_VARIABLE];
  const warn = (message: string, hint: string) =>
    findings.warning('discouraged-value', { path, message, on: 'key', hint });
  if (runtime !== 'python27') {
    const native = runtimeGeneration(runtime) === 2 ? ", whose sockets are the system's own" : '';
    warn(`${SOCKETS_VARIABLE} is for runtime python27; it has no effect with ${runtime}${native}.`, 'Delete it.');
  } else if (entrypoint !== undefined) {
    warn(
      `${SOCKETS_VARIABLE} has no effect with an entrypoint: such a program has the system's own sockets.`,
      'Delete it.',
    );
  } else if (/^(0|false|no|off)$/i.test(value)) {
    const message = `${SOCKETS_VARIABLE} makes httplib use sockets with any value, also with ${JSON.stringify(value)}.`;
    warn(message, "Delete it to have httplib use URL Fetch, or write '' if sockets are meant.");
  } else if (libraries?.some(({ name }) => name === 'ssl') !== true) {
    const message = `With ${SOCKETS_VARIABLE}, whatever its value, httplib uses sockets; https addresses then need the library ssl.`;
    warn(message, 'Add to libraries: - name: ssl and version: latest below it, unless only http addresses are used.');
  }
}
