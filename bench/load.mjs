/** A bounded load on loopback: requests a second and latencies. wrk where it is, else a client of our own. */
import { spawnSync } from 'node:child_process';
import { Agent, request } from 'node:http';

const hasWrk = spawnSync('wrk', ['--version']).error === undefined;

/** @returns {{rps: number, p99Ms: number, client: string}} */
export async function load({ port, host, path = '/', connections, seconds }) {
  return hasWrk ? wrk({ port, host, path, connections, seconds }) : own({ port, host, path, connections, seconds });
}

function wrk({ port, host, path, connections, seconds }) {
  const result = spawnSync(
    'wrk',
    ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-H', `Host: ${host}`, `http://127.0.0.1:${port}${path}`],
    { encoding: 'utf8' },
  );
  const text = result.stdout;
  const rps = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1] ?? 0);
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  const factor = { us: 0.001, ms: 1, s: 1000 }[unit] ?? 0;
  if (/Non-2xx/.test(text)) throw new Error(`not every answer was a success:\n${text}`);
  return { rps, p99Ms: Number(value ?? 0) * factor, client: 'wrk' };
}

async function own({ port, host, path, connections, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies = [];
  const end = performance.now() + seconds * 1000;
  const once = () =>
    new Promise((resolve, reject) => {
      const begin = performance.now();
      const message = request({ agent, port, host: '127.0.0.1', path, headers: { host } }, (response) => {
        response.resume();
        response.once('end', () => {
          latencies.push(performance.now() - begin);
          if (response.statusCode >= 400) reject(new Error(`status ${response.statusCode}`));
          else resolve();
        });
      });
      message.once('error', reject);
      message.end();
    });
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) await once();
    }),
  );
  agent.destroy();
  latencies.sort((a, b) => a - b);
  return {
    rps: latencies.length / seconds,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
    client: 'node',
  };
}
