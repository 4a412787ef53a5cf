/** `top`: what runs and how it does, drawn again and again. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly } from '../cli/flags.ts';
import { liveScreen } from '../cli/live-screen.ts';
import { renderTop, renderTopKeys } from '../cli/render/top.ts';
import { sortRows, type TopFrame, type TopOrder, topFrame, topOrders } from '../operate/top.ts';

const orderOfKey: Readonly<Record<string, TopOrder>> = {
  n: 'name',
  r: 'requests',
  l: 'latency',
  m: 'memory',
  e: 'errors',
};

export default class Top extends BaseCommand {
  static override summary = 'Show live what every version is asked, and how it does.';
  static override description =
    `Instances, requests a second, latency (half and 95% of the requests are as fast or faster), errors and memory; drawn anew every two seconds. Keys: n, r, l, m and e sort by name, requests, latency, memory and errors; q ends it.

Without a terminal, with --once and with --json one frame is printed.`;
  static override examples = [
    '<%= config.bin %> top',
    '<%= config.bin %> top -A my-app --sort latency',
    '<%= config.bin %> top --json',
  ];
  static override flags = {
    ...applicationOnly,
    sort: Flags.option({
      options: topOrders,
      summary: 'What comes first.',
      helpValue: 'WHAT',
      default: 'name' as const,
    })(),
    window: Flags.integer({
      summary: 'Seconds that rates, latencies and errors are of.',
      helpValue: 'SECONDS',
      min: 1,
      max: 60,
      default: 10,
    }),
    every: Flags.integer({ summary: 'Seconds between two frames.', helpValue: 'SECONDS', min: 1, max: 60, default: 2 }),
    once: Flags.boolean({ summary: 'Print one frame and end.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Top);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const look = () => topFrame(context, { application: flags.application, windowMs: flags.window * 1000 });
      let order: TopOrder = flags.sort;
      const { host, style } = session;
      const isLive = !flags.once && !flags.json && host.isOutputTerminal && host.isInputTerminal;
      if (!isLive) {
        const frame = await look();
        const rows = sortRows(frame.rows, order);
        return { data: { ...frame, rows }, text: () => renderTop(frame, rows, style) };
      }
      await liveScreen<TopFrame>({
        host,
        signal: session.signal,
        clock: session.clock,
        everyMs: flags.every * 1000,
        look,
        draw: (frame) => `${renderTop(frame, sortRows(frame.rows, order), style)}\n\n${renderTopKeys(order, style)}`,
        onKey: (key) => {
          order = orderOfKey[key] ?? order;
        },
      });
      return {};
    });
  }
}
