/** What `doctor` says of Google: login, application, and each permission that is missing with the role that has it. */
import { describe, expect, it } from 'vitest';
import { Refusal } from '../google-fake/answer.ts';
import { googleRig } from './rig.ts';

const rig = googleRig();
const { bench } = rig;

async function findings(application: string | undefined) {
  return (await rig.google.backend.diagnose?.(application)) ?? [];
}

describe('examining Google', () => {
  it('finds nothing wrong where everything is granted', async () => {
    const application = bench.newApplication();
    rig.google.fake.admin.create(application, 'us-central');
    rig.google.fake.settings.denied.clear();
    expect((await findings(application)).map(({ what, state, detail }) => [what, state, detail])).toEqual([
      ['Google login', 'ok', `APPCFG_GOOGLE_ACCESS_TOKEN, for ${rig.google.fake.url}`],
      ['App Engine application', 'ok', `${application} in us-central`],
      ['Google permissions', 'ok', '23 of 23 that appcfg can use'],
    ]);
  });

  it('names each permission that is missing, and the role to grant', async () => {
    const application = bench.newApplication();
    const { fake } = rig.google;
    fake.admin.create(application, 'us-central');
    for (const name of ['appengine.versions.create', 'iam.serviceAccounts.actAs', 'logging.logEntries.list']) {
      fake.settings.denied.add(name);
    }
    const found = await findings(application);
    fake.settings.denied.clear();
    expect(found.slice(2)).toEqual([
      { what: 'Google permissions', state: 'ok', detail: '20 of 23 that appcfg can use' },
      {
        what: 'appengine.versions.create',
        state: 'error',
        detail: 'missing: needed to create versions',
        hint: expect.stringContaining('roles/appengine.deployer'),
      },
      {
        what: 'iam.serviceAccounts.actAs',
        state: 'error',
        detail: "missing: needed to run code as the application's account",
        hint: expect.stringContaining('--role=roles/iam.serviceAccountUser'),
      },
      {
        what: 'logging.logEntries.list',
        state: 'warning',
        detail: 'missing: needed to read logs',
        hint: expect.stringContaining('roles/logging.viewer'),
      },
    ]);
  });

  it('says when there is no application, when no project is named, and when nothing may be asked', async () => {
    const { fake } = rig.google;
    expect((await findings('nothing-here'))[1]).toMatchObject({
      state: 'error',
      hint: expect.stringContaining('gcloud app create'),
    });
    expect((await findings(undefined))[1]).toMatchObject({ what: 'Google project', state: 'warning' });
    fake.fault = () =>
      new Refusal(403, 'PERMISSION_DENIED', "Permission 'appengine.applications.get' denied on resource");
    expect((await findings('shop'))[1]).toMatchObject({
      state: 'error',
      hint: 'A role that allows it: roles/appengine.appViewer',
    });
    fake.fault = () => new Refusal(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    expect((await findings('shop'))[1]).toMatchObject({ state: 'error', hint: expect.stringContaining('gcloud auth') });
  });
});
