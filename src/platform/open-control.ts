/** Opens the control API: on loopback for this machine, and over TLS where the operator says. */
import { join } from 'node:path';
import { failure } from '../errors.ts';
import type { PlatformAccess } from './access/platform-access.ts';
import { accessRoutes } from './control/access-routes.ts';
import type { AdminParts } from './control/admin/admin-parts.ts';
import { createApiSurfaces } from './control/api-routes.ts';
import { type ControlServerOptions, createControlServer } from './control/control-server.ts';
import { type ControlParts, extensionRoutes } from './control/extension-routes.ts';
import type { Route } from './control/route-table.ts';
import { TlsContext, type TlsFiles } from './control/tls-context.ts';
import { webhookRoutes } from './control/webhook-routes.ts';
import type { Lifetime } from './lifetime.ts';
import { choosePort } from './ports.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

const USUAL_CONTROL_PORT = 8090;

/** How others than this machine reach the control API. */
export interface RemoteControl {
  readonly listen?: { readonly host: string; readonly port: number } | undefined;
  readonly tls?: TlsFiles | undefined;
  /** `https://appcfg.example.com`: a proxy on this machine ends TLS there and forwards to the port on loopback. */
  readonly publicUrl?: string | undefined;
}

export interface OpenControlOptions extends Pick<AdminParts, 'clock' | 'objects' | 'resources' | 'reconcile'> {
  readonly controlParts: ControlParts;
  readonly access: PlatformAccess;
  readonly webhooks: Webhooks;
  /** The web console's. */
  readonly pages: readonly Route[];
  readonly lifetime: Lifetime;
  readonly stateDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly port: { readonly asked: number | undefined; readonly last: number | undefined };
  readonly remote: RemoteControl | undefined;
}

export interface OpenedControl {
  readonly controlPort: number;
  readonly listening?: { readonly host: string; readonly port: number };
}

/** @throws AppcfgError `platform.listen-unsafe`, `platform.bad-certificate`, `platform.port-in-use` */
export async function openControl(options: OpenControlOptions): Promise<OpenedControl> {
  const { controlParts, access, lifetime, clock, objects, resources, reconcile, remote = {} } = options;
  requireSafety(remote, access);
  const publicUrl = remote.publicUrl === undefined ? undefined : new URL(remote.publicUrl);
  const surfaces = createApiSurfaces(
    { ...controlParts, clock, objects, resources, reconcile },
    {
      uploadDirectory: join(options.stateDirectory, 'uploads'),
      allowsLegacyWithoutToken: options.environment.APPCFG_LEGACY_WITHOUT_TOKEN === '1',
    },
  );
  lifetime.onClose('uploads', () => surfaces.close());
  const shared: ControlServerOptions = {
    routes: [
      ...extensionRoutes(controlParts),
      ...webhookRoutes({ ...controlParts, webhooks: options.webhooks }),
      ...accessRoutes(access),
      ...options.pages,
      ...surfaces.routes,
    ],
    authenticator: access.authenticator,
    audit: access.audit,
    clock,
  };
  const control = createControlServer({ ...shared, publicUrl });
  const { asked, last } = options.port;
  const host = '127.0.0.1';
  const wished = await choosePort({ what: 'control API', host, asked, usual: USUAL_CONTROL_PORT, last });
  const controlPort = await control.listen({ host, port: wished.port });
  lifetime.onClose('control API', () => control.close());
  if (remote.listen === undefined) return { controlPort };
  return { controlPort, listening: await listenRemotely(shared, remote, options) };
}

async function listenRemotely(
  shared: ControlServerOptions,
  { listen, tls: files }: RemoteControl,
  { clock, lifetime }: OpenControlOptions,
): Promise<{ readonly host: string; readonly port: number }> {
  if (listen === undefined || files === undefined) throw failure('platform.listen-unsafe', { missing: 'certificate' });
  const tls = new TlsContext(files, clock);
  lifetime.onClose('certificate', () => tls.close());
  const onHangup = () => tls.reload();
  process.on('SIGHUP', onHangup);
  lifetime.onClose('SIGHUP', () => void process.off('SIGHUP', onHangup));
  const server = createControlServer({ ...shared, tls });
  const port = await server.listen(listen);
  lifetime.onClose('control API over TLS', () => server.close());
  return { host: listen.host, port };
}

/** Beyond loopback only with TLS, and only when somebody can sign in: the token of this machine's user does not count there. */
function requireSafety({ listen, tls, publicUrl }: RemoteControl, { tokens }: PlatformAccess): void {
  if (listen === undefined && publicUrl === undefined) return;
  if (listen !== undefined && tls === undefined) throw failure('platform.listen-unsafe', { missing: 'certificate' });
  if (!tokens.list().some(({ id }) => tokens.isUsable(id)))
    throw failure('platform.listen-unsafe', { missing: 'token' });
}
