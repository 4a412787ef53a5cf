/** Keeps the token in use out of everything that is written, also where a server sends it back. */
import type { Host } from './host.ts';

const SHOWN_INSTEAD = '(token hidden)';
/** What is shorter is no token of anybody, and would take words out of sentences. */
const SHORTEST = 8;

/** The same host, with `hide`. */
export function hidingHost(host: Host): Host {
  const secrets = new Set<string>();
  const without = (text: string): string => {
    let shown = text;
    for (const secret of secrets) shown = shown.replaceAll(secret, SHOWN_INSTEAD);
    return shown;
  };
  const properties: Partial<Host> = {
    stdout: (text) => host.stdout(without(text)),
    stderr: (text) => host.stderr(without(text)),
    hide: (secret) => {
      if (secret.length < SHORTEST) return;
      secrets.add(secret);
      // As it stands in a document of --json, and in an address.
      secrets.add(JSON.stringify(secret).slice(1, -1));
      secrets.add(encodeURIComponent(secret));
    },
    get errorStream() {
      return hidingStream(host.errorStream, without);
    },
  };
  // The host's own properties are asked when they are needed: some of them take time.
  return Object.create(host, Object.getOwnPropertyDescriptors(properties)) as Host;
}

/** For what is drawn. Who draws may put a `write` of its own in the place of this one for a while. */
function hidingStream(stream: NodeJS.WriteStream, without: (text: string) => string): NodeJS.WriteStream {
  const original = stream.write;
  const write = (text: Uint8Array | string, ...more: unknown[]) =>
    Reflect.apply(original, stream, [typeof text === 'string' ? without(text) : text, ...more]);
  return new Proxy(stream, {
    get: (target, name) => {
      if (name === 'write' && target.write === original) return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
