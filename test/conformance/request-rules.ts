/** The rules of hosts, routing, headers, environments and handlers. */
import { differs, holds, type RuleGroup } from './contract-rule.ts';

const hosts: RuleGroup = {
  title: 'Hosts',
  rules: [
    holds('1.2a', "The application's own host is the default module, the versions that take traffic"),
    holds('1.2b', 'MODULE.APP'),
    holds('1.2c', 'VERSION.APP: of the default module'),
    holds('1.2d', 'VERSION.MODULE.APP'),
    holds('1.2e', 'INSTANCE.MODULE.APP'),
    holds('1.2f', 'INSTANCE.VERSION.MODULE.APP, for manual and basic scaling'),
    holds('1.2g', 'Unknown labels mean the default module'),
    holds('1.2h', 'Custom domains: the same labels, and 404 for unknown ones'),
    differs(
      '1.2i',
      'A certificate covers one label of appspot.com',
      'the platform has certificates only for domains of the application, and each covers what it names',
    ),
    holds('1.2j', 'A single label is a module, then a version'),
    holds('1.2k', 'Instances of manual and basic scaling are numbered from 0, automatic ones have opaque ids'),
    holds('1.2l', 'Host names that code is told'),
    holds('1.2m', 'APP.REGION.r.appspot.com is the same application'),
  ],
};

const routing: RuleGroup = {
  title: 'Dispatch and traffic',
  rules: [
    holds('1.3a', 'A rule names a host, or the end of one'),
    holds('1.3b', 'A path is exact, or a beginning when it ends in a star'),
    holds('1.3c', 'At most 20 rules of 100 characters; the first that matches counts'),
    holds('1.3d', 'Rules count for cron jobs and tasks too'),
    holds('1.3e', 'Paths below /_ah/ are not dispatched, but for deferred tasks and endpoints'),
    holds('1.3f', 'The modules of rules must be there'),
    holds('1.3g', 'Hosts that name a version are not dispatched'),
    holds('1.3h', "Where a task goes: its own host or target, its queue's, a rule, the module that added it"),
    holds('1.4a', 'Traffic by address'),
    holds('1.4b', 'Traffic by cookie: GOOGAPPUID, 0 to 999'),
    holds('1.4c', 'Traffic at random'),
    holds('1.4d', 'Shares add up to 1'),
  ],
};

const headers: RuleGroup = {
  title: 'Headers',
  rules: [
    holds('3.3a', 'Hop-by-hop headers end at the platform'),
    holds('3.3b', "App Engine's own names are taken out, whatever the spelling"),
    holds('3.3c', 'So is all that begins with X-Google-, and what Cloud Tasks and Scheduler say'),
    holds('3.3d', 'Names that nobody knows are passed on'),
    holds('3.3e', 'Country and trace are added'),
    holds('3.3f', 'Second generation: client address and scheme as a proxy tells them'),
    holds('3.3g', 'The time that is left'),
    holds('3.3h', 'The signed-in user'),
    holds('3.3i', 'X-Appengine-Inbound-Appid for fetches of the same application'),
    holds('3.3j', 'Responses: what belongs to one connection is taken out'),
    holds('3.3k', 'Responses: defaults of type and caching; a cookie keeps an answer from shared caches'),
    holds('3.3l', 'Responses: statuses and methods without a body have none'),
    holds('3.3m', 'Responses of the first generation have at most 32 MB'),
  ],
};

const environment: RuleGroup = {
  title: 'What a program is started with',
  rules: [
    holds('3.4a', 'Variables of python27, for each request its own'),
    holds('3.4b', 'Variables of the second generation'),
    holds(
      '3.4c',
      "A file can not change them, but for the runtime's own (NODE_ENV), and nothing of the platform's is among them",
    ),
    holds('3.4d', 'API_HOST, API_PORT and a ticket only with app_engine_apis'),
    holds('3.4f', 'libraries of python27 come from the application, or from a place that the operator names'),
    holds('3.7a', 'python3: gunicorn with main:app'),
    holds('3.7b', 'nodejs: start script, server.js, main, index.js'),
    holds('3.7c', 'go: the main package, built'),
    holds('3.7d', 'php: the front controller, or the script of the handler'),
    differs('3.7e', 'ruby: inferred from the Gemfile', 'ruby needs an entrypoint here, and the message says so'),
    holds('3.7f', 'java: the one executable jar'),
    holds('3.7g', 'An entrypoint of the file wins; the program listens on $PORT'),
    holds('3.7h', 'Versions of static files run nothing'),
  ],
};

const handlers: RuleGroup = {
  title: 'Handlers',
  rules: [
    holds('4a', 'The first whose expression matches the whole decoded path'),
    holds('4b', '. and .. are cleaned away with a 302; // stays'),
    holds('4c', 'No handler: 404'),
    holds('4d', 'GET, HEAD, DELETE and TRACE with a body: 400'),
    holds('4e', 'Bodies above 32 MB: 413'),
    holds('4f', 'script: WSGI applications and CGI programs'),
    holds('4g', 'static_dir, below its prefix only; missing files are 404'),
    holds('4h', 'static_files with groups of the expression'),
    holds('4i', 'require_matching_file'),
    holds('4j', 'mime_type, else by the ending'),
    holds('4k', 'expiration and default_expiration, ten minutes if neither'),
    holds('4l', 'http_headers'),
    holds('4m', 'application_readable'),
    holds('4n', 'secure and redirect_http_response_code'),
    holds('4p', 'login: required and admin; what the platform sends passes as documented'),
    holds('4q', 'auth_fail_action'),
    holds('4r', 'Static files: conditions and ranges'),
    holds('4s', 'Static files: any method is GET; unreadable ones are 403'),
    holds('4t', 'error_handlers'),
    differs(
      '4u',
      'Built-in addresses below /_ah/',
      'login, logout, start, stop, background and warm-up are built in; others (mail, channels, images, endpoints) go to the application',
    ),
    holds('4v', 'The login page, with the user ids of the development server'),
    holds('4w', '/form belongs to the application'),
  ],
};

export const requestRules: readonly RuleGroup[] = [hosts, routing, headers, environment, handlers];
