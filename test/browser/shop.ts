/** A platform with an application that has something on every page of the console. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../src/model/access.ts';
import { get, type Home, newHome, root } from '../e2e/program.ts';

export interface Asked<T> {
  readonly status: number;
  readonly body: T;
}

export interface Shop {
  readonly home: Home;
  /** `http://127.0.0.1:8090` */
  readonly control: string;
  /** Asks the platform's API, as its user or with another token. */
  ask<T = Record<string, unknown>>(method: string, path: string, body?: object, token?: string): Promise<Asked<T>>;
  /** An address of the console with a fresh code, for the user `tester` or for who has the token. */
  consoleUrl(token?: string): Promise<string>;
  /** A token that the platform made. */
  newToken(name: string, role: Role, ...applications: readonly string[]): Promise<string>;
  /** GETs a page of the application. */
  visit(path: string, module?: string): Promise<number>;
  end(): Promise<void>;
}

export async function openShop(): Promise<Shop> {
  let end = async () => {};
  const home = newHome({}, (cleanUp) => {
    end = cleanUp;
  });
  try {
    const directory = join(home.directory, 'shop');
    cpSync(join(root, 'test/fixtures/apps/watched'), directory, { recursive: true });
    const file = (name: string) => join(directory, name);
    const settings = [file('cron.yaml'), file('queue.yaml'), file('dispatch.yaml')];
    await home.json('update', file('app.yaml'), file('worker.yaml'), ...settings, '-m', 'the shop opens');
    await home.json('update', file('app.yaml'), '-V', 'v2', '-m', 'a new front page');
    // Another application, of other people.
    const stand = ['application: stand', 'module: default', 'version: v1', 'runtime: static'];
    const handlers = ['handlers:', '- url: /', '  static_dir: public', ''];
    writeFileSync(file('stand.yaml'), [...stand, ...handlers].join('\n'));
    await home.json('update', file('stand.yaml'));
    const { controlPort = 0, routerPort = 0, token: own = '' } = home.daemon() ?? {};
    const control = `http://127.0.0.1:${controlPort}`;
    const ask: Shop['ask'] = async (method, path, body, token = own) => {
      const response = await fetch(`${control}/appcfg/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as never };
    };
    return {
      home,
      control,
      ask,
      consoleUrl: async (token) => {
        const { body } = await ask<{ code: string }>('POST', '/console:code', { createdBy: 'tester' }, token);
        return `${control}/console/#code=${body.code}`;
      },
      newToken: async (name, role, ...applications) => {
        const wish = { name, role, ...(applications.length > 0 ? { applications } : {}) };
        return (await ask<{ token: string }>('POST', '/tokens', wish)).body.token;
      },
      visit: async (path, module) => {
        const host = module === undefined ? 'shop.localhost' : `${module}.shop.localhost`;
        return (await get(`http://${host}:${routerPort}${path}`)).status;
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
