/** An application on the Admin API, deployed to as Google's tools do it. */
import { createHash } from 'node:crypto';
import { startApi } from './api-rig.ts';

export const sha1 = (content: string | Buffer) => createHash('sha1').update(content).digest('hex');
export const sourceUrl = (name: string) => `https://storage.googleapis.com/staging.demo.appspot.com/${name}`;

export const script = [{ urlRegex: '/.*', script: { scriptPath: 'main.app' } }];

export async function startAdmin() {
  const api = await startApi();
  await api.createApp();
  const files = async (contents: Readonly<Record<string, string>>) => {
    for (const content of Object.values(contents)) await api.upload(sha1(content), content);
    return Object.fromEntries(
      Object.entries(contents).map(([path, content]) => [
        path,
        { sourceUrl: sourceUrl(sha1(content)), sha1Sum: sha1(content) },
      ]),
    );
  };
  /** What gcloud posts for a python27 service. */
  const version = async (id: string, change: object = {}) => ({
    id,
    runtime: 'python27',
    runtimeApiVersion: '1',
    threadsafe: true,
    entrypoint: { shell: '' },
    handlers: script,
    deployment: { files: await files({ 'main.py': `# ${id}\n` }) },
    ...change,
  });
  const deploy = async (service: string, id: string, change?: object) =>
    api.call('POST', `/v1/apps/demo/services/${service}/versions`, { body: await version(id, change) });
  const get = async (path: string) => (await api.call('GET', `/v1/apps/demo${path}`)).json;
  const patch = (path: string, body: object) => api.call('PATCH', `/v1/apps/demo${path}`, { body });
  return { ...api, files, version, deploy, get, patch };
}
