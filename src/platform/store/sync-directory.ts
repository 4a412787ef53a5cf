/** Makes the names in a directory durable. */
import { closeSync, fsyncSync, openSync } from 'node:fs';

export function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
