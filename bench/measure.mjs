/** Interleaved timing of commands: medians and ratios within one run, because machines drift. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const quiet = { ...process.env };
// It more than doubles every Node start, on both sides of a comparison.
delete quiet.NODE_EXTRA_CA_CERTS;

/** Runs a command to its end. @returns milliseconds; throws with its output when it fails */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: quiet, ...options });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      const ms = performance.now() - begin;
      const text = Buffer.concat(output).toString();
      if (code === 0) resolve({ ms, text });
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${text}`));
    });
  });
}

/** Runs a command and watches what it and nothing else has in memory at most. Linux only; 0 elsewhere. */
export function withPeakMemory(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(command, args, { stdio: 'ignore', env: quiet, ...options });
    let peakBytes = 0;
    const look = () => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
        peakBytes = Math.max(peakBytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
      } catch {
        // It has ended.
      }
    };
    const timer = setInterval(look, 10);
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ peakBytes, ms: performance.now() - begin });
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}`));
    });
  });
}

/** The slope of costs over sizes, both as logarithms: 0 constant, 1 linear, 2 quadratic. */
export function exponent(sizes, values) {
  const xs = sizes.map(Math.log);
  const ys = values.map(Math.log);
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [x, y] = [mean(xs), mean(ys)];
  const covariance = xs.reduce((sum, value, index) => sum + (value - x) * (ys[index] - y), 0);
  return covariance / xs.reduce((sum, value) => sum + (value - x) ** 2, 0);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Runs the subjects in turn, `rounds` times after one warm-up.
 * @param subjects name -> async function that does the work once (its own time is taken unless it answers `{ms}`)
 * @returns name -> median milliseconds
 */
export async function interleave(subjects, rounds) {
  const times = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, work] of Object.entries(subjects)) {
      const begin = performance.now();
      const result = await work(round);
      const ms = result?.ms ?? performance.now() - begin;
      if (round > 0) times[name].push(ms);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

/** Prints one row: what, against what, the ratio, and the two medians it is made of. */
export function row(what, against, value, base, unit = 'ms') {
  const ratio = (value / base).toFixed(2).padStart(7);
  const digits = unit === 'ms' ? 1 : 0;
  process.stdout.write(
    `${what.padEnd(46)} ${ratio} x ${against.padEnd(24)} ${value.toFixed(digits)} / ${base.toFixed(digits)} ${unit}\n`,
  );
}

export function note(text) {
  process.stdout.write(`${text}\n`);
}
