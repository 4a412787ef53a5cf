/** Rules between the keys that are about connections: session affinity, sockets and TLS. */
import { runtimeGeneration } from '../../model/version-spec.ts';
import type { Findings } from '../findings.ts';

/** As far as these rules look at them. */
interface ConnectionValues {
  readonly runtime?: string | undefined;
  readonly session_affinity?: boolean | undefined;
  readonly network?: { readonly session_affinity?: boolean | undefined } | undefined;
  readonly env_variables?: Readonly<Record<string, string>> | undefined;
  readonly libraries?: readonly { readonly name?: string | undefined }[] | undefined;
}

const SOCKETS_VARIABLE = 'GAE_USE_SOCKETS_HTTPLIB';

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
  const { runtime, env_variables: variables, libraries } = values;
  if (runtime === undefined || variables === undefined || !Object.hasOwn(variables, SOCKETS_VARIABLE)) return;
  const path = ['env_variables', SOCKETS_VARIABLE];
  if (runtime !== 'python27') {
    const native = runtimeGeneration(runtime) === 2 ? ", whose sockets are the system's own" : '';
    const message = `${SOCKETS_VARIABLE} is for runtime python27; it has no effect with ${runtime}${native}.`;
    findings.warning('discouraged-value', { path, message, on: 'key', hint: 'Delete it.' });
  } else if (libraries?.some(({ name }) => name === 'ssl') !== true) {
    const message = `With ${SOCKETS_VARIABLE}, whatever its value, httplib uses sockets; https addresses then need the library ssl.`;
    const hint = 'Add to libraries: - name: ssl and version: latest below it, unless only http addresses are used.';
    findings.warning('discouraged-value', { path, message, on: 'key', hint });
  }
}
