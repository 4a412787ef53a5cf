/** What to do about the errors that people meet most often (as they report them). */

interface Known {
  readonly pattern: RegExp;
  readonly advice: string;
}

const known: readonly Known[] = [
  {
    pattern: /APP_CONTAINER_CRASHED|container (exited|crashed)|failed to start and then listen on the port/i,
    advice:
      'The application ends when it starts, or does not listen on $PORT: run it with appcfg dev, and read the lines above.',
  },
  {
    pattern:
      /(first service|default service|`?default`?).*(must|need|has to|deploy).*(default|first)|The first service \(module\)/i,
    advice: 'A new application needs its default module first: name its app.yaml in the same command.',
  },
  {
    pattern: /too many versions|maximum of \d+ versions|limit of \d+ versions|may not have more than \d+ versions/i,
    advice: 'Google keeps at most 210 versions of an application: delete old ones with appcfg delete-version.',
  },
  {
    pattern:
      /(more than|at most|exceed\w*|limit of|maximum of) 10,?000 files|files? count|deployment\.files\[\.\.\.\]/i,
    advice:
      'A version has at most 10,000 files: leave out what is not needed with .gcloudignore (see what goes: appcfg files).',
  },
  {
    pattern: /33554432|32 ?MB|too (large|big)|exceeds? the (maximum|limit).*(size|bytes)/i,
    advice:
      'A file has at most 32 MB at Google: put large ones into Cloud Storage, or leave them out with .gcloudignore.',
  },
  {
    pattern: /operation is already in progress|already in progress for apps\//i,
    advice: 'Another change is going on; appcfg waits for it: appcfg operations list --backend google',
  },
  {
    pattern:
      /runtime.*(deprecated|decommissioned|end of support|no longer|not supported|unsupported|invalid)|invalid runtime/i,
    advice:
      'Google no longer takes this runtime: choose a newer one (gcloud app runtimes list), or deploy it to a platform of your own.',
  },
  {
    pattern: /iam\.serviceAccounts\.actAs|act as.*service ?account|serviceAccount(User|s)/i,
    advice: "Grant roles/iam.serviceAccountUser on the application's service account to whoever deploys.",
  },
  {
    pattern: /DEADLINE_EXCEEDED|did not (become|get) healthy|health ?check|readiness|timed? ?out waiting/i,
    advice:
      'The version was never healthy: check that /readiness_check (or your path) answers 200 on $PORT, within app_start_timeout_sec.',
  },
  {
    pattern: /Cloud ?Build.*(fail|status|error)|build (failed|error)|BUILD_(FAILURE|ERROR)|failed to build/i,
    advice: 'The build failed: its last lines are above; try the same with appcfg dev, which builds on this machine.',
  },
  {
    pattern: /\b(internal error|INTERNAL|An internal error occurred)\b/,
    advice:
      'Google says no more than that. It is often over after a few minutes; if not, check quotas and the build log.',
  },
];

export function adviceFor(text: string): readonly string[] {
  return known.flatMap(({ pattern, advice }) => (pattern.test(text) ? [advice] : [])).slice(0, 2);
}
