/** Errors of Google App Engine as a backend. */
import { entry } from './entry.ts';

export const googleErrors = {
  'google.no-login': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly reason: string }) => `There is no login for Google Cloud that can be used: ${d.reason}`,
    hints: () => [
      'On your own machine: gcloud auth application-default login',
      'For a service account: GOOGLE_APPLICATION_CREDENTIALS=key.json',
      'See what is found: appcfg doctor --backend google',
    ],
  }),
  'google.login-refused': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly reason: string }) => `Google does not accept this login: ${d.reason}`,
    hints: () => ['Log in again: gcloud auth application-default login', 'appcfg doctor --backend google'],
  }),
  'google.forbidden': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: {
      readonly status: number;
      readonly request: string;
      readonly reason: string;
      readonly role?: string | undefined;
    }) => `Google refuses ${d.request}: ${d.reason}`,
    hints: (d) => [
      ...(d.role === undefined ? [] : [`A role that allows it: ${d.role}`]),
      'See what else is missing: appcfg doctor --backend google',
    ],
  }),
  'google.api-disabled': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly status: number; readonly service: string; readonly application: string }) =>
      `The API ${d.service} is not enabled in project ${d.application}.`,
    hints: (d) => [`Enable it: gcloud services enable ${d.service} --project ${d.application}`],
  }),
  'google.refused': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: {
      readonly status: number;
      /** The name of a google.rpc.Code, `INVALID_ARGUMENT`. */
      readonly reason: string;
      readonly request: string;
      readonly text: string;
      readonly fields?: readonly string[];
      readonly advice?: readonly string[];
    }) => `Google answered ${d.request} with ${d.reason}: ${[d.text, ...(d.fields ?? [])].join('; ')}`,
    hints: (d) => d.advice ?? [],
  }),
  'google.failed': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: {
      readonly what: string;
      /** google.rpc.Code. */
      readonly code: number;
      readonly text: string;
      /** Last lines of the build log, first ones of the version on stderr. */
      readonly output: readonly string[];
      readonly log?: string | undefined;
      readonly advice: readonly string[];
    }) => `${d.what} failed: ${d.text}`,
    hints: (d) => [...d.advice, ...(d.log === undefined ? [] : [`Build log: ${d.log}`])],
  }),
  'google.no-application': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string }) =>
      `Project ${d.application} has no App Engine application yet (or there is no such project, or this login may not see it).`,
    hints: (d) => [
      `Create it, in a region that can never be changed: gcloud app create --project ${d.application} --region REGION`,
      'Or let the deploy create it: APPCFG_GOOGLE_REGION=us-central',
    ],
  }),
  'google.disabled': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly status: string }) =>
      `The App Engine application ${d.application} is disabled (${d.status}); it takes no deploys.`,
    hints: (d) => [`Enable it: https://console.cloud.google.com/appengine/settings?project=${d.application}`],
  }),
  'google.insecure': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly name: string; readonly url: string }) =>
      `${d.name} is ${d.url}: a login is never sent over plain http to another machine.`,
    hints: () => ['Use https, or an address on this machine (127.0.0.1, localhost).'],
  }),
  'google.busy': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly application: string; readonly blocking: string; readonly minutes: number }) =>
      `Another change of ${d.application} has been going on for more than ${d.minutes} minutes: ${d.blocking}.`,
    hints: (d) => [`See what it is: appcfg operations list --backend google -A ${d.application}`],
  }),
  'google.abandoned': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly operation: string; readonly versions: readonly string[] }) =>
      `Operation ${d.operation} was given up by the command that ran it, and another change came after it.`,
    hints: (d) =>
      d.versions.length === 0 ? [] : [`It may have left versions without traffic: ${d.versions.join(', ')}`],
  }),
  'google.files-gone': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly module: string; readonly version: string; readonly files: number }) =>
      `${d.module}:${d.version} can't be put back: ${d.files} of its files are no longer in the staging bucket.`,
    hints: () => ['Deploy that state of the sources again. Google deletes staged files after 15 days.'],
  }),
  'google.unsupported': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly what: string; readonly advice: string }) => `Google App Engine can't do this: ${d.what}.`,
    hints: (d) => [d.advice],
  }),
};
