/** Dispatch rules: a field of the application. */
import type { DispatchRule } from '../../../model/settings.ts';
import { appPath } from '../google-context.ts';
import { mutate } from '../google-operations.ts';
import type { SettingsAccess } from './settings-access.ts';

export const dispatchAccess: SettingsAccess<'dispatch'> = {
  read: async ({ home }) =>
    (home.resource.dispatchRules ?? []).map(({ domain = '*', path = '/*', service = 'default' }) => ({
      url: `${domain || '*'}${path}`,
      module: service,
    })),
  write: async ({ context, home, signal, emit, onStarted }, rules) => {
    const request = {
      method: 'PATCH',
      path: appPath(home.id),
      query: { updateMask: 'dispatchRules' },
      json: { dispatchRules: rules.map(ruleBody) },
    } as const;
    const what = 'replacing the dispatch rules';
    const mutation = { application: home.id, request, target: '', method: 'UpdateApplication', what };
    await mutate(context, mutation, { signal, emit, ...(onStarted ? { onStarted } : {}) });
  },
};

function ruleBody({ url, module }: DispatchRule) {
  const slash = url.indexOf('/');
  return { domain: url.slice(0, slash) || '*', path: url.slice(slash), service: module };
}
