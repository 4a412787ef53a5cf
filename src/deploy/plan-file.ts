/** Writes and reads plan files. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { failure, messageOf } from '../errors.ts';
import { digestOfValue } from '../support/digest.ts';
import { PLAN_FORMAT, planDocument, type SavedPlan } from './saved-plan.ts';

/** Whole or not at all, readable by its owner only. @throws AppcfgError `plan.not-written` */
export function writePlanFile(file: string, plan: SavedPlan): void {
  if (existsSync(file) && !isPlan(file)) {
    throw failure('plan.not-written', { file, reason: 'there is another file of this name, which is no plan' });
  }
  const temporary = `${file}.${process.pid}.new`;
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(descriptor, `${JSON.stringify({ plan, digest: digestOfValue(plan) }, null, 2)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw failure('plan.not-written', { file, reason: messageOf(error) }, { cause: error });
  }
}

/** @param name of the file, as the user wrote it @throws AppcfgError `plan.unreadable` */
export function readPlanFile(file: string, name = file): SavedPlan {
  const unreadable = (reason: string) => failure('plan.unreadable', { file: name, reason });
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw unreadable(error instanceof SyntaxError ? 'it is no JSON document' : messageOf(error));
  }
  const format = (document as { plan?: { format?: unknown } } | null)?.plan?.format;
  if (typeof format === 'number' && format !== PLAN_FORMAT) {
    throw unreadable(`its format is ${format}, and this appcfg knows ${PLAN_FORMAT}`);
  }
  const read = planDocument.safeParse(document);
  if (!read.success) throw unreadable('it is not what "--plan-out" writes');
  const { plan, digest } = read.data;
  if (digestOfValue(plan) !== digest) throw unreadable('it was changed since it was written, or is damaged');
  return plan;
}

function isPlan(file: string): boolean {
  try {
    readPlanFile(file);
    return true;
  } catch {
    return false;
  }
}
