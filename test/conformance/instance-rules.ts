/** The rules of names, scaling and the life of instances. */
import { holds, type RuleGroup } from './contract-rule.ts';

const deviations: RuleGroup = {
  title: "Where Google's development server is not production",
  rules: [
    holds(
      'V1',
      'An instance whose start request fails is ended; manual scaling starts it again, basic scaling when it is needed',
    ),
    holds('V2', 'Nobody outside reaches /_ah/start'),
    holds('V3', 'Nobody outside reaches /_ah/stop, and no code of the application answers it'),
    holds('V4', 'Nobody outside reaches /_ah/background'),
    holds('V5', 'What only the platform may say about a request is taken out of requests from outside'),
    holds('V6', 'No header makes a client an administrator'),
    holds('V7', 'A fetch from another module of the application passes login: admin'),
    holds('V8', 'Versions of basic scaling can be started and stopped by code'),
    holds('V9', 'The number of instances is at least one'),
    holds('V10', 'Instances that are one too many get their shutdown hook run'),
    holds('V11', 'Instances of automatic scaling have no host name that code can ask for'),
    holds('V12', 'Modules, versions and instances share one port and have hosts of their own'),
    holds('V13', 'Requests spread over the instances of manual scaling'),
    holds('V14', 'max_concurrent_requests counts'),
    holds('V15', 'Requests that wait together do not start an instance each'),
    holds('V16', 'Deadlines are enforced'),
    holds('V17', "An instance above its class' memory is shut down"),
    holds('V18', 'Hosts in dispatch.yaml count'),
    holds('V19', 'secure: always redirects with the code that the handler says'),
    holds('V20', 'Sockets of python27 go outwards only', ['K2', 'K5']),
    holds('V21', 'Cron jobs run on their schedule'),
    holds('V22', 'The Runtime API tells real numbers'),
  ],
};

const names: RuleGroup = {
  title: 'Names',
  rules: [
    holds('1.1a', 'A new application begins with its default module'),
    holds('N1', 'Module names: 1 to 63 lower-case letters, digits, hyphens, none at the ends'),
    holds('N2', 'Version names: the same, without reserved words'),
    holds('N3', 'Application ids may have a partition and a domain; a domain is part of the host'),
    holds('N4', 'A name that is both a module and a version is warned of, and means the module'),
    holds('N5', 'VERSION-dot-MODULE-dot-APPLICATION has at most 63 characters'),
    holds('N6', 'Code sees VERSION.DEPLOYMENT; hosts take -dot- for a dot; logs leave out the default module'),
  ],
};

const settings: RuleGroup = {
  title: 'Scaling: settings',
  rules: [
    holds('2.1a', 'Each kind of scaling has its settings, with their ranges'),
    holds('2.1b', 'Defaults: automatic scaling; F1, or B2 for the others; five idle minutes'),
    holds('2.1c', 'min_pending_latency'),
    holds('2.1d', 'max_pending_latency'),
    holds('2.1e', 'min_idle_instances'),
    holds('2.1f', 'max_idle_instances'),
    holds('2.1g', 'max_concurrent_requests, 10 unless said otherwise'),
    holds('2.1h', 'min_instances'),
    holds('2.1i', 'max_instances, 20 unless said otherwise'),
    holds('2.1j', 'target_cpu_utilization'),
    holds('2.1k', 'target_throughput_utilization'),
    holds('2.1l', 'Settings of the flexible environment'),
  ],
};

const scaling: RuleGroup = {
  title: 'Scaling: what happens',
  rules: [
    holds('2.2a', 'Automatic: an instance is added by concurrency, by processor load, and for who has waited too long'),
    holds(
      '2.2b',
      'Automatic: below the first latency nothing starts; between the two, instances are reused if that will do',
    ),
    holds('2.2c', 'Automatic: idle instances are kept on top of what the load needs'),
    holds('2.2d', 'Automatic: what is idle for 15 minutes goes'),
    holds('2.2e', 'Automatic: what is above max_idle_instances goes sooner'),
    holds('2.2f', 'Ordinary requests come before tasks'),
    holds('2.2i', 'Basic: instances are started for requests, up to the maximum'),
    holds('2.2k', 'Manual: exactly the number, whatever the load; changing it disturbs nobody'),
    holds('2.3a', 'Each class has its memory and its share of processors'),
    holds('2.3c', 'Above the memory of its class an instance is shut down, with that reason'),
    holds('2.4a', 'A file has at most 100 handlers'),
    holds('2.4b', 'Limits of modules, versions, instances and cron jobs depend on the profile'),
  ],
};

const life: RuleGroup = {
  title: 'The life of an instance',
  rules: [
    holds('L1', '/_ah/start is an empty GET, before any other request'),
    holds('L2', '200 to 299 and 404 are a success'),
    holds('L3', 'A start request may never end; the instance takes no other request'),
    holds(
      'L4',
      'Automatic instances get no start request, and a warm-up only ahead of demand; the others get no warm-up',
    ),
    holds('L5', 'Users can not send start requests'),
    holds('L6', 'Stopping: 404 to new requests at once, 30 seconds for those that run'),
    holds(
      'L7',
      'A busy instance runs its hook beside its requests, which an exception of the hook interrupts; an idle one by /_ah/stop',
    ),
    holds('L8', 'Basic instances are idle from the end of the last request'),
    holds('L9', 'Numbers of instances are places, which a replacement takes over'),
    holds('L10', 'A deploy over a running version ends its instances in the same way'),
    holds('L11', 'SIGTERM, and SIGKILL two seconds later'),
    holds('L12', 'The first request to a new automatic instance is marked in the log'),
  ],
};

const deadlines: RuleGroup = {
  title: 'Deadlines',
  rules: [
    holds('3.2a', 'First generation, automatic: 60 seconds, warm-up included'),
    holds('3.2b', 'First generation, automatic: 10 minutes for tasks'),
    holds('3.2c', 'First generation, manual and basic: none for requests'),
    holds('3.2d', 'Second generation: 10 minutes; 24 hours for manual and basic'),
    holds('3.2e', 'Flexible environment: 60 minutes'),
    holds('3.2f', 'Code is interrupted shortly before; an instance that goes on is ended'),
    holds('3.2g', 'A request waits 10 seconds for an instance, then it is refused'),
    holds('3.2h', 'Requests wait while an instance starts'),
    holds('3.6a', 'Flexible environment: liveness and readiness checks by path'),
  ],
};

export const instanceRules: readonly RuleGroup[] = [deviations, names, settings, scaling, life, deadlines];
