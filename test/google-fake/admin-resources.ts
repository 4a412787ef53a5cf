/** What the fake of the Admin API keeps, and a request of it that its description has. */
import { type FakeRequest, Violation } from './answer.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface FakeVersion extends Json {
  readonly id: string;
  readonly servingStatus: string;
  readonly env: string;
  readonly manualScaling?: { readonly instances: number };
  readonly basicScaling?: object;
  readonly createTime: string;
}

export interface FakeService {
  split: { readonly shardBy: string; readonly allocations: Readonly<Record<string, number>> };
  readonly versions: Map<string, FakeVersion>;
}

export interface FakeApplication {
  readonly id: string;
  readonly locationId: string;
  dispatchRules: readonly { readonly service: string }[];
  readonly services: Map<string, FakeService>;
  readonly firewall: Map<number, Json & { readonly priority: number }>;
}

/** Why a version of this name does not come up: google.rpc.Code, text, and what else the operation says. */
export interface BuildFailure {
  readonly code: number;
  readonly message: string;
  readonly metadata?: object;
}

export interface Call extends FakeRequest {
  readonly app: string;
  readonly service: string;
  readonly version: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Two a page: whoever does not follow tokens sees only a part. */
const PAGE = 2;

export function paged(call: Call, field: string, all: readonly unknown[]): unknown {
  const start = Number(call.query.get('pageToken') ?? 0);
  const items = all.slice(start, start + PAGE);
  const next = start + PAGE;
  return {
    ...(items.length > 0 ? { [field]: items } : {}),
    ...(all.length > next ? { nextPageToken: String(next) } : {}),
  };
}

export function checkMask({ query }: Call, patchable: readonly string[]): readonly string[] {
  const mask = (query.get('updateMask') ?? '').split(',');
  const wrong = mask.find((field) => !patchable.includes(field));
  if (wrong !== undefined) throw new Violation(`updateMask: ${wrong} can't be patched`);
  return mask;
}
