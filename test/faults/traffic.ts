/** Clients that ask every module all the time, and what they were answered. */
import { Agent, request } from 'node:http';
import { APPLICATION, MODULES } from './marked-application.ts';

export interface Sample {
  readonly startedMs: number;
  readonly endedMs: number;
  readonly module: string;
  /** `r12`; absent when no answer came. */
  readonly release?: string;
  readonly mark?: string;
  /** Why the request counts as failed. */
  readonly failure?: string;
}

export class Traffic {
  readonly samples: Sample[] = [];
  readonly #clients: readonly Promise<void>[];
  readonly #agents: Agent[] = [];
  #isOver = false;
  /** Where to ask; the platform may come back on another port. */
  port: number;

  /** @param pauseMs between two requests of one client */
  constructor(port: number, { clients = 1, pauseMs = 10 } = {}) {
    this.port = port;
    this.#clients = MODULES.flatMap((module) =>
      Array.from({ length: clients }, (_, index) => this.#ask(module, { isKeptAlive: index % 2 === 0, pauseMs })),
    );
  }

  async stop(): Promise<readonly Sample[]> {
    this.#isOver = true;
    await Promise.all(this.#clients);
    for (const agent of this.#agents) agent.destroy();
    return this.samples;
  }

  async #ask(module: string, how: { readonly isKeptAlive: boolean; readonly pauseMs: number }): Promise<void> {
    const agent = new Agent({ keepAlive: how.isKeptAlive });
    this.#agents.push(agent);
    while (!this.#isOver) {
      this.samples.push(await sample(this.port, module, agent));
      await new Promise((resolve) => setTimeout(resolve, how.pauseMs));
    }
  }
}

export async function sample(port: number, module: string, agent?: Agent, path = '/'): Promise<Sample> {
  const startedMs = performance.now();
  const answer = await get({ port, module, path, ...(agent ? { agent } : {}) });
  return { startedMs, endedMs: performance.now(), module, ...answer };
}

interface Question {
  readonly port: number;
  readonly module: string;
  readonly path: string;
  readonly agent?: Agent;
}

function get({ port, module, path, agent }: Question): Promise<Pick<Sample, 'release' | 'mark' | 'failure'>> {
  const host = `${module === 'default' ? '' : `${module}.`}${APPLICATION}.localhost`;
  return new Promise((resolve) => {
    const fail = (error: Error) => resolve({ failure: error.message });
    const message = request({ host: '127.0.0.1', port, path, headers: { host }, agent }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.once('error', fail);
      response.once('end', () => {
        if (!response.complete) return resolve({ failure: 'the answer was cut' });
        if (response.statusCode !== 200) {
          return resolve({ failure: `status ${response.statusCode} ${text.slice(0, 200)}` });
        }
        const release = String(response.headers['x-appcfg-release']);
        const [answering = '', mark = ''] = text.split(' ');
        resolve(answering === module ? { release, mark } : { failure: `${answering} answered for ${module}` });
      });
    });
    message.once('error', fail);
    message.end();
  });
}
