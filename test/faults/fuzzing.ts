/** Many inputs for a parser, the same ones every time: only errors that are its own are right. */
import fc, { type Arbitrary } from 'fast-check';
import { hostileNames, hostileValues } from './hostile-values.ts';
import { seed } from './random.ts';

/** Inputs of each parser; CI asks for fewer (.ci/run). */
export const runs = Number(process.env.FAULT_PARSES ?? 2000);

export const text: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostileNames),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.stringMatching(/^[ -~]{0,60}$/),
);

export const bytes: Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  text.map((value) => Buffer.from(value)),
);

export const value: Arbitrary<unknown> = fc.oneof(fc.constantFrom(...hostileValues), fc.jsonValue({ maxDepth: 4 }));

type Refusal = (error: unknown) => boolean;
const never: Refusal = () => false;

export function refusedAs(type: new (...message: string[]) => Error): Refusal {
  return (error) => error instanceof type;
}

/** @param onInput told of every input, to count them */
export function fuzzer(onInput: () => void) {
  return <T>(input: Arbitrary<T>, parse: (input: T) => unknown, mayThrow: Refusal = never): void => {
    fc.assert(
      fc.property(input, (given) => {
        onInput();
        try {
          parse(given);
        } catch (error) {
          if (!mayThrow(error)) throw error;
        }
      }),
      { numRuns: runs, seed },
    );
  };
}

/** Something good with one stretch of it replaced, left out or doubled. */
export function damaged(good: readonly string[], piece: Arbitrary<string>): Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...good), fc.nat(), fc.nat(40), piece, fc.boolean())
    .map(([whole, place, length, inserted, isDoubled]) => {
      const at = place % (whole.length + 1);
      const end = Math.min(whole.length, at + length);
      const middle = isDoubled ? whole.slice(at, end) + whole.slice(at, end) : inserted;
      return whole.slice(0, at) + middle + whole.slice(end);
    });
}
