/** The rules of the APIs that running code calls, of tasks, cron jobs and firewalls, and the samples of the Modules document. */
import { differs, holds, type RuleGroup } from './contract-rule.ts';

const threads: RuleGroup = {
  title: 'Background threads',
  rules: [
    holds('3.5a', 'Not for automatic scaling'),
    holds('3.5b', 'Ten at a time in an instance'),
    holds('3.5c', 'In start requests too'),
    holds('3.5d', 'Each is a request of its own, answered 200 or 500'),
    holds('3.5e', 'They outlive their request, with an environment and a log entry of their own'),
  ],
};

const modules: RuleGroup = {
  title: 'Modules and runtime',
  rules: [
    holds('5.1a', 'Current module, version and instance'),
    holds('5.1b', 'Modules, versions and the default version'),
    holds('5.1c', 'Host names of modules, versions and instances'),
    holds('5.1d', "Nothing named: the caller's module; its version where the module has it, else the default one"),
    holds('5.1e', 'Errors'),
    holds('5.1f', 'Setting the number of instances, without disturbing those that run'),
    holds('5.1g', 'Starting and stopping; again is no error'),
    holds('5.2a', 'Shutdown notice and hook'),
    holds('5.2b', 'Statistics'),
  ],
};

const logs: RuleGroup = {
  title: 'Logs, identity, users',
  rules: [
    holds('5.3a', 'Flushing, by hand and by itself, makes an entry of its own'),
    holds('5.3b', 'fetch, with every filter, newest first'),
    holds('5.3c', "A request's fields"),
    differs('5.4a', 'Signatures, certificates, names, tokens', 'access tokens are none unless the operator gives one'),
    holds('5.4b', 'Login and logout addresses'),
    holds('5.4c', 'Namespaces are kept apart'),
  ],
};

const services: RuleGroup = {
  title: 'Other services, and how they are called',
  rules: [
    holds('5.5a', "Messages as Google's libraries write them, groups included"),
    holds('5.5b', 'memcache'),
    holds('5.5c', 'taskqueue'),
    holds('5.5d', 'urlfetch'),
    differs('5.5e', 'datastore_v3', 'no datastore here: the call answers that it is not found, and says what to use'),
    holds('5.5f', 'capability_service'),
    holds('5.5g', 'remote_socket', ['K1', 'K12']),
    holds('5.5h', 'Services and methods that are not there say so'),
    holds('5.6a', 'POST /rpc_http, answered 200 whatever comes of it'),
    holds('5.6b', "Errors of a service and of a call, never Python's pickled ones"),
    holds('5.6c', 'A ticket for each request, dead when it ends'),
    holds('5.6d', "Google's library for Python 3, unmodified"),
    holds('5.6e', 'SDKs that an application brings win over ours'),
  ],
};

const work: RuleGroup = {
  title: 'Tasks, cron jobs, firewall',
  rules: [
    holds('6.1a', "A task's headers"),
    holds('6.1b', '200 to 299 is the end, anything else is repeated, 503 slows the queue down'),
    holds('6.1c', 'Waits between attempts'),
    holds('6.1d', 'When a task is given up'),
    holds('6.1e', 'Rate, bucket and concurrency of a queue'),
    holds('6.1f', 'Names, sizes, times and leases'),
    holds('6.2a', "A cron job's request"),
    holds('6.2b', 'Cron jobs are repeated only when the file says so'),
    holds('6.2c', '"every N" counts from the end; fixed times do not move'),
    holds('6.2d', 'Schedules, time zones'),
    holds('6.3a', 'Addresses that dos.yaml names get 403 before any code runs; tasks and cron jobs do not'),
  ],
};

const samples: RuleGroup = {
  title: 'Code of the Modules document',
  rules: [
    holds('S3a', 'A shutdown hook that cancels API calls'),
    holds('S3b', 'A loop that asks whether the instance shuts down'),
    holds('S3c', 'Module name and instance id of a request'),
    holds('S3d', 'A fetch from another module by its host name'),
    holds('S3e', 'The class BackgroundThread'),
    holds('S3f', 'The function start_new_background_thread'),
    holds('S3g', 'The example of three modules, with a program that prints all that the Modules API tells'),
    holds('S3h', 'The sockets document: smtplib on port 587', ['K9', 'K17']),
    holds('S3i', 'The WebSockets document: an echo of /chat, and session_affinity', ['W1', 'W6']),
  ],
};

export const apiRules: readonly RuleGroup[] = [threads, modules, logs, services, work, samples];
