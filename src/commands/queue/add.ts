/** `queue add`: adds one task. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../../cli/flags.ts';
import { changeOutcome } from '../../cli/render/change.ts';
import { delayFlag, headerFlag, timeFlag } from '../../cli/task-flags.ts';
import { type NewTask, type TaskMethod, taskMethods } from '../../model/task-queue.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { addTask } from '../../operate/task-queues.ts';

export default class QueueAdd extends BaseCommand {
  static override summary = 'Add a task to a queue.';
  static override description = 'The task is safe on the platform when the command ends; it runs when its time comes.';
  static override examples = [
    '<%= config.bin %> queue add default -A my-app --url /work?id=7',
    `<%= config.bin %> queue add mail -A my-app --name welcome-7 --payload '{"to": 7}' --header 'Content-Type: application/json' --delay 10m`,
    '<%= config.bin %> queue add pulled -A my-app --payload-file job.bin --tag images',
  ];
  static override args = { queue: Args.string({ description: 'Name of the queue.', required: true }) };
  static override flags = {
    ...applicationOnly,
    ...dryRunFlag,
    name: Flags.string({ summary: 'Name, used once; made up if it is left out.', helpValue: 'NAME' }),
    url: Flags.string({ summary: 'Path and query to call. Default: /_ah/queue/QUEUE', helpValue: 'PATH' }),
    method: Flags.string({ summary: 'Default: POST', helpValue: 'METHOD', options: [...taskMethods] }),
    payload: Flags.string({ summary: 'Body of the request.', helpValue: 'TEXT', exclusive: ['payload-file'] }),
    'payload-file': Flags.string({ summary: 'File that holds the body.', helpValue: 'FILE' }),
    header: headerFlag({
      summary: 'Header of the request; may be repeated.',
      helpValue: "'NAME: VALUE'",
      multiple: true,
    }),
    delay: delayFlag({ summary: 'Not before this much time, 30d at most.', helpValue: 'TIME', exclusive: ['at'] }),
    at: timeFlag({ summary: 'Not before this time, RFC 3339.', helpValue: 'TIME' }),
    target: Flags.string({ summary: '[instance.][version.]module', helpValue: 'TARGET' }),
    tag: Flags.string({ summary: 'Tag, in pull queues.', helpValue: 'TAG' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(QueueAdd);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const { workingDirectory } = session;
      const target = { application: flags.application, paths: [], workingDirectory };
      const application = await resolveApplication(context, target);
      const task: NewTask = {
        ...given('name', flags.name),
        ...given('url', flags.url),
        ...given('method', flags.method as TaskMethod | undefined),
        ...given('payload', flags.payload === undefined ? undefined : Buffer.from(flags.payload)),
        ...given('headers', flags.header),
        ...given('delayMs', flags.delay),
        ...given('etaMs', flags.at),
        ...given('target', flags.target),
        ...given('tag', flags.tag),
      };
      const { queue } = args;
      const isDryRun = flags['dry-run'];
      const payloadFile = flags['payload-file'];
      const result = await addTask(context, { application, queue, task, payloadFile, workingDirectory, isDryRun });
      const done = `task ${result.task ?? ''} is in queue ${queue}.`;
      return changeOutcome(result, { done, unchanged: done });
    });
  }
}

function given<K extends keyof NewTask>(key: K, value: NewTask[K] | undefined): Pick<NewTask, K> | undefined {
  return value === undefined ? undefined : ({ [key]: value } as Pick<NewTask, K>);
}
