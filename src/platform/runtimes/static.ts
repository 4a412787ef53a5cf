/** Runtime static: files that the router serves itself; there is nothing to start. */
import { failure } from '../../errors.ts';
import { STATIC_RUNTIME } from '../../model/static-only.ts';
import type { Runtime } from './runtime.ts';

export function createStatic(): Runtime {
  return {
    name: STATIC_RUNTIME,
    accepts: (runtime) => runtime === STATIC_RUNTIME,
    build: async ({ deployment }) => {
      const { handlers, runtime } = deployment.spec;
      const code = handlers.find((handler) => handler.type === 'script' || handler.type === 'api-endpoint');
      if (!code) return { warnings: [], facts: {} };
      const found = `a handler for ${code.url} that runs a script`;
      throw failure('runtime.layout-unsupported', {
        runtime,
        found,
        supported: 'static_dir and static_files handlers',
      });
    },
    launch: () => {
      throw failure('internal', { reason: 'a version of static files was launched' });
    },
  };
}
