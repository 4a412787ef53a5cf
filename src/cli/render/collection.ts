/** What a collection took away, as a sentence. */
import type { LocalCollection } from '../../adapters/registry.ts';
import { countOf } from '../../support/count-of.ts';
import { formatBytes } from '../../support/format-bytes.ts';

export function renderCollection(collected: LocalCollection, isDryRun: boolean): string {
  const { releases, directories, blobs, bytes, isComplete } = collected;
  const parts = [
    countOf(releases, 'release'),
    countOf(directories, 'version directory', 'version directories'),
    `${countOf(blobs, 'file')} (${formatBytes(bytes)})`,
  ];
  const rest = isComplete ? '' : ' An application changed meanwhile; the rest follows by itself.';
  return `${isDryRun ? 'This would be deleted' : 'Deleted'}: ${parts.join(', ')}.${rest}`;
}
