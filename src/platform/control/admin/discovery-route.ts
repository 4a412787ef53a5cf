/** The API's own description, with this platform's address in it, for clients that are made from it. */
import { anyone } from '../../access/route-access.ts';
import type { Route } from '../route-table.ts';
import { originOf } from '../storage/resumable-upload.ts';
import { notFound } from './request-facts.ts';

export const discoveryRoute: Route = {
  method: 'GET',
  pattern: '/$discovery/rest',
  access: anyone,
  handler: async (request) => {
    const version = request.query.get('version') ?? 'v1';
    if (version !== 'v1' && version !== 'v1beta') throw notFound('API version', version);
    // Loaded when somebody asks: hardly anybody does.
    const { default: document } = await import('../../../protocol/admin/discovery/appengine-v1.json', {
      with: { type: 'json' },
    });
    const origin = `${originOf(request)}/`;
    const described = { ...document, rootUrl: origin, baseUrl: origin };
    if (version === 'v1') return described;
    const text = JSON.stringify(described);
    const renamed = text.replaceAll('"v1/', '"v1beta/').replaceAll('"appengine:v1"', '"appengine:v1beta"');
    return { ...(JSON.parse(renamed) as object), version };
  },
};
