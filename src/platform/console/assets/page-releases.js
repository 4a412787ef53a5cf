/** Releases: who, when, what, from which commit; and putting one back. */
import { appPath, change, get } from './api.js';
import { draw, h } from './dom.js';
import { dateTime } from './format.js';
import { keepLooking } from './live.js';
import { attempt, confirm } from './notice.js';
import { badge, button, table } from './table.js';

export async function releasesPage({ application, body, signal, mayChange }) {
  let isBusy = false;
  const look = async () => {
    const { releases } = await get(appPath(application, 'releases'), signal);
    draw(body, releasesTable(releases, isBusy, mayChange && putBack));
  };
  const putBack = async (release) => {
    const question = {
      title: `Put ${release.id} back?`,
      text: 'All its versions, traffic and settings become live in one step, as a new release. What is live now can be put back the same way.',
      yes: 'Roll back',
    };
    if (!(await confirm(question))) return;
    isBusy = true;
    await look();
    const path = `${appPath(application)}/releases:rollback`;
    await attempt(
      () => change('POST', application, path, { release: release.id }),
      (done) => `${release.id} is live again, as ${done.release}.`,
    );
    isBusy = false;
    await look();
  };
  await keepLooking(look, { everyMs: 5000, signal });
}

function releasesTable(releases, isBusy, putBack) {
  return table({
    caption: 'Releases, the newest first',
    rows: releases,
    key: ({ id }) => id,
    columns: [
      { title: 'Release', isShort: true, cell: ({ id, isCurrent }) => [id, ' ', isCurrent && badge('live', 'good')] },
      { title: 'When', isShort: true, cell: ({ createdAt }) => dateTime(createdAt) },
      { title: 'Who', cell: ({ createdBy }) => createdBy },
      {
        title: 'What',
        cell: ({ message, changes }) => [message && h('strong', { class: 'block' }, message), changes.join(', ')],
      },
      { title: 'Commit', cell: ({ commit }) => commitText(commit) },
      putBack && {
        title: 'Actions',
        cell: (release) =>
          !release.isCurrent &&
          button('Roll back', () => putBack(release), { label: `Roll back to ${release.id}`, isDisabled: isBusy }),
      },
    ],
  });
}

function commitText(commit) {
  if (!commit) return '–';
  const { id, branch, isDirty } = commit;
  return [
    h('code', { title: id }, id.slice(0, 10)),
    branch && ` ${branch}`,
    isDirty && [' ', badge('with changes', 'busy')],
  ];
}
