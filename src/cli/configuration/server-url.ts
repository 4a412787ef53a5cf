/** Addresses of servers as people write them. */

/** `host:port` as in the original's --server, or a URL -> a URL without a slash at its end; undefined for what is neither. */
export function serverUrl(server: string): string | undefined {
  const hasScheme = /^https?:\/\//i.test(server);
  if (!hasScheme && /^[a-z][a-z0-9+.-]*:\/\//i.test(server)) return undefined;
  // Plain HTTP only where it does not leave the machine.
  const bare = `http://${server}`;
  const text = hasScheme ? server : URL.canParse(bare) && isLoopback(new URL(bare)) ? bare : `https://${server}`;
  if (server === '' || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** What is sent there stays on this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
    hostname.endsWith('.localhost')
  );
}
