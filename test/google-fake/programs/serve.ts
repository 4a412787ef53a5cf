/** The strict fake as a program, for benchmarks: prints its address, ends with its standard input. */
import { startGoogleFake } from '../google-fake.ts';

const fake = await startGoogleFake();
const latencyMs = Number(process.env.OPERATION_MS ?? 0);
fake.operations.latencyMs = () => latencyMs;
process.stdout.write(`${fake.url}\n`);
process.stdin.resume();
process.stdin.once('end', () => {
  void fake.close().then(() => process.exit(0));
});
