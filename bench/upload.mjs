/** What compression would cost and save on an upload, by content, and from which speed of the network it pays. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { median, note } from './measure.mjs';

const CHUNK = 2 * 2 ** 20;

export async function benchUpload({ root }) {
  const contents = {
    JavaScript: readFileSync(join(root, 'dist', 'cli.cjs')),
    'JavaScript, minified': Buffer.from(
      readFileSync(join(root, 'dist', 'lib', 'axios.cjs'), 'latin1').replaceAll(/\s+/g, ' '),
    ),
    'already compressed': deflateRawSync(readFileSync(join(root, 'dist', 'platform.cjs')), { level: 9 }),
  };
  for (const [name, content] of Object.entries(contents)) {
    const bytes = repeated(content);
    const hash = speed(bytes, () => createHash('sha256').update(bytes).digest());
    for (const level of [1, 6]) {
      let size = 0;
      const rate = speed(bytes, () => {
        size = gzipSync(bytes, { level }).length;
      });
      // With v MB/s of network, plain takes 1/v a megabyte; compressed the larger of 1/rate and size/v.
      const ratio = size / bytes.length;
      const pays = ratio < 0.9 ? `pays below ${(rate * 8).toFixed(0)} Mbit/s` : 'never pays';
      note(
        `gzip -${level} of ${name}`.padEnd(46) +
          ` ${(1 / ratio).toFixed(1)} times smaller at ${rate.toFixed(0)} MB/s: ${pays} (SHA-256: ${hash.toFixed(0)} MB/s)`,
      );
    }
  }
}

function repeated(content) {
  return Buffer.concat(Array.from({ length: Math.ceil((4 * CHUNK) / content.length) }, () => content)).subarray(
    0,
    4 * CHUNK,
  );
}

/** Megabytes a second, of one thread. */
function speed(bytes, work) {
  const times = [];
  for (let round = 0; round < 4; round += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1e6);
  }
  return bytes.length / 1e6 / median(times.slice(1));
}
