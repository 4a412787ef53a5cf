/** The parts of a Linux system that programs of any language need, and nothing that belongs to somebody. */
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Mount } from './mounts.ts';

/** Links into /usr on systems of today, directories on older ones. */
const TOP = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** NixOS and Guix keep all programs there. */
const STORES = ['/nix/store', '/gnu/store'];

/** Settings of libraries and interpreters. Not among them: passwords, other services' settings, package indexes. */
const ETC = new RegExp(
  `^(?:${[
    ...['ssl', 'pki', 'ca-certificates', 'ca-certificates\\.conf', 'crypto-policies'],
    ...['resolv\\.conf', 'hosts', 'host\\.conf', 'nsswitch\\.conf', 'gai\\.conf', 'protocols', 'services', 'networks'],
    ...['ld\\.so\\.\\w+', 'ld\\.so\\.conf\\.d', 'alternatives', 'localtime', 'timezone', 'locale\\.(?:alias|conf)'],
    ...['os-release', 'lsb-release', 'debian_version', 'mime\\.types', 'magic', 'magic\\.mime', 'fonts'],
    ...['\\.?java\\S*', 'php\\S*', 'python\\S*', 'perl', 'ruby\\S*', 'ImageMagick\\S*', 'static'],
  ].join('|')})$`,
);

export function systemMounts(): readonly Mount[] {
  return [
    ...TOP,
    ...STORES,
    ...namesIn('/etc')
      .filter((name) => ETC.test(name))
      .map((name) => join('/etc', name)),
  ].flatMap(mountOf);
}

/** A link at the top is made again; one in /etc leads to where the sandbox has nothing, so its content is shown. */
function mountOf(path: string): readonly Mount[] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (stats.isSymbolicLink() && TOP.includes(path)) return [{ type: 'link', path, to: readlinkSync(path) }];
  return [{ type: 'read-only', path }];
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
