/** A platform with an application that has something on every page of the console. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { get, type Home, newHome, root } from '../e2e/program.ts';

export interface Shop {
  readonly home: Home;
  /** `http://127.0.0.1:8090` */
  readonly control: string;
  /** An address of the console with a fresh code. */
  consoleUrl(): Promise<string>;
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
    const { controlPort = 0, routerPort = 0 } = home.daemon() ?? {};
    return {
      home,
      control: `http://127.0.0.1:${controlPort}`,
      consoleUrl: async () => (await home.json<{ url: string }>('console', '--no-browser')).url,
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
