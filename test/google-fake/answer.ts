/** What the fake answers, and how it refuses. */

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  /** Parsed when it is JSON. */
  readonly body: unknown;
  /** `http://127.0.0.1:1234` */
  readonly origin: string;
}

export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly bytes?: Uint8Array;
}

/** As Google's errors are. */
export class Refusal extends Error {
  readonly status: number;
  readonly reason: string;
  readonly details: readonly object[];

  constructor(status: number, reason: string, message: string, details: readonly object[] = []) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.details = details;
  }

  answer(): FakeAnswer {
    const { status, reason, message, details } = this;
    return {
      status,
      body: { error: { code: status, message, status: reason, ...(details.length > 0 ? { details } : {}) } },
    };
  }
}

export const notFound = (what: string) => new Refusal(404, 'NOT_FOUND', `${what} could not be found.`);

/** Refused as the API refuses what it can't read; the test that caused it fails at its end. */
export class Violation extends Refusal {
  constructor(problem: string) {
    super(400, 'INVALID_ARGUMENT', problem);
  }
}

/** Only fields that the API has; nested ones by `a.b`. */
export function checkFields(value: unknown, known: readonly string[], path = ''): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [name, member] of Object.entries(value)) {
    const here = path === '' ? name : `${path}.${name}`;
    if (!known.some((field) => field === here || field.startsWith(`${here}.`)))
      throw new Violation(`Unknown field ${here}`);
    checkFields(member, known, here);
  }
}

export function checkQuery({ query }: FakeRequest, known: readonly string[]): void {
  for (const name of query.keys()) if (!known.includes(name)) throw new Violation(`Unknown query parameter ${name}`);
}
