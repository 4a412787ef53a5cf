/** What usage costs and how much is free: App Engine's price list, unless the operator writes another one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { failure, messageOf } from '../../errors.ts';
import { documentedPrices, type UsagePrices } from '../../model/usage.ts';

const FILE = 'prices.json';
const VARIABLE = 'APPCFG_PRICES';

const amount = z.number().min(0).max(1e9);
const names = Object.keys(documentedPrices) as (keyof UsagePrices)[];
const schema = z.strictObject(
  Object.fromEntries(names.map((name) => [name, amount.optional()])) as Record<
    keyof UsagePrices,
    z.ZodOptional<z.ZodNumber>
  >,
);

/**
 * The file beside the platform's configuration, then the variable: each names only what differs.
 * @throws AppcfgError `platform.prices-invalid`
 */
export function usagePrices(
  configDirectory: string,
  environment: Readonly<Record<string, string | undefined>>,
): UsagePrices {
  const file = join(configDirectory, FILE);
  return { ...documentedPrices, ...read(file, readIfThere(file)), ...read(VARIABLE, environment[VARIABLE]) };
}

function read(source: string, text: string | undefined): Partial<UsagePrices> {
  if (text === undefined || text.trim() === '') return {};
  const parsed = schema.safeParse(parse(source, text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = issue?.path.length ? `${issue.path.join('.')}: ` : '';
    throw failure('platform.prices-invalid', { source, reason: `${at}${issue?.message ?? ''}`, names });
  }
  return Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined));
}

function parse(source: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failure('platform.prices-invalid', { source, reason: messageOf(error), names });
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
