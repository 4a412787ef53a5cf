/** Short ways to write shapes. */
import type {
  AnyShape,
  BooleanShape,
  ChoiceShape,
  Keys,
  ListShape,
  MapShape,
  NumberShape,
  ObjectShape,
  ObjectValue,
  Parsed,
  Place,
  RetiredKey,
  Shape,
  TextShape,
} from './shape.ts';

interface TextOptions {
  readonly form?: string;
  readonly pattern?: string;
  readonly example?: string;
  readonly strictness?: TextShape['strictness'];
}

export function parsedText<T>(
  what: string,
  parse: (text: string) => Parsed<T>,
  options: TextOptions = {},
): TextShape<T> {
  return { kind: 'text', what, parse, form: 'text', strictness: 'lenient', ...options };
}

export function text(what = 'text', options: TextOptions = {}): TextShape<string> {
  return parsedText(what, (value) => ({ value }), options);
}

/** Text that must match completely. */
export function matching(what: string, expression: RegExp, form: string, options: TextOptions = {}): TextShape<string> {
  const whole = new RegExp(`^(?:${expression.source})$`, expression.flags);
  const parse = (value: string): Parsed<string> => (whole.test(value) ? { value } : { problem: `must be ${form}` });
  return parsedText(what, parse, { form, pattern: whole.source, ...options });
}

/** Text judged by a rule of the model. */
export function ruled(
  what: string,
  problemOf: (value: string) => string | undefined,
  options: TextOptions = {},
): TextShape<string> {
  const parse = (value: string): Parsed<string> => {
    const problem = problemOf(value);
    return problem === undefined ? { value } : { problem };
  };
  return parsedText(what, parse, options);
}

export function choice<const T extends string>(
  values: readonly T[],
  gone: Readonly<Record<string, string>> = {},
): ChoiceShape<T> {
  return { ...choiceOf(Object.fromEntries(values.map((value) => [value, value])) as Record<T, T>), gone };
}

export function choiceOf<T>(
  values: Readonly<Record<string, T>>,
  shown: readonly string[] = Object.keys(values),
): ChoiceShape<T> {
  return { kind: 'choice', values, shown, gone: {} };
}

/** The spellings of on and off that builtins and api_endpoint take; boolean words of YAML 1.1 among them. */
export function onOff(): ChoiceShape<boolean> {
  const on = ['on', 'yes', 'y', 'true', 't', '1'].map((word) => [word, true] as const);
  const off = ['off', 'no', 'n', 'false', 'f', '0'].map((word) => [word, false] as const);
  return choiceOf(Object.fromEntries([...on, ...off]), ['on', 'off']);
}

export function boolean(isStrict = false): BooleanShape {
  return { kind: 'boolean', isStrict };
}

type Range = Omit<NumberShape, 'kind' | 'type'>;

export function integer(range: Range = {}): NumberShape {
  return { kind: 'integer', ...range };
}

export function number(range: Range = {}): NumberShape {
  return { kind: 'number', ...range };
}

export function list<T>(item: Shape<T>, limits: Pick<ListShape, 'maximum' | 'unique'> = {}): ListShape<T> {
  return { kind: 'list', item, acceptsOne: false, ...limits };
}

export function oneOrList<T>(item: Shape<T>): ListShape<T> {
  return { kind: 'list', item, acceptsOne: true };
}

export function map<T>(key: TextShape<string>, item: Shape<T>, maximum?: number): MapShape<T> {
  const keyProblem = (name: string) => {
    const parsed = key.parse(name);
    return 'problem' in parsed ? parsed.problem : undefined;
  };
  const limits = maximum === undefined ? {} : { maximum };
  const pattern = key.pattern === undefined ? {} : { keyPattern: key.pattern };
  return { kind: 'map', keyWhat: key.what, keyExample: key.example ?? 'name', keyProblem, item, ...pattern, ...limits };
}

export function object<const K extends Keys>(
  what: string,
  keys: K,
  options: ObjectOptions<ObjectValue<K>> = {},
): ObjectShape<ObjectValue<K>> & { readonly keys: K } {
  return { kind: 'object', what, keys, retired: {}, ...options };
}

interface ObjectOptions<T> {
  readonly retired?: Readonly<Record<string, RetiredKey>>;
  readonly check?: (value: T, place: Place) => void;
}

export function anything(): AnyShape {
  return { kind: 'any' };
}
