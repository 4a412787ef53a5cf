/** The language in which each yaml kind writes down its keys once; validation, JSON schema and docs all read it. */

import type { DiagnosticCode } from '../diagnostic-codes.ts';
import type { Findings } from '../findings.ts';
import type { Path } from '../yaml/path.ts';

/** Either the value, or what is wrong with the text: the end of a sentence that begins with "it". */
export type Parsed<T> = { readonly value: T } | ParseProblem;

export interface ParseProblem {
  readonly problem: string;
  readonly hint?: string;
  /** `bad-value` when not given. */
  readonly code?: DiagnosticCode;
  /** The problem is a sentence of its own and does not begin with "it". */
  readonly isSentence?: boolean;
  /** Where in the text, from 1. */
  readonly column?: number;
}

/** `type` is never set: it only carries the type of the values for the compiler. */
interface Typed<T> {
  readonly type?: T;
}

export interface TextShape<T = unknown> extends Typed<T> {
  readonly kind: 'text';
  /** With its article, for `"x" is not ...`: `a version id`. */
  readonly what: string;
  readonly parse: (text: string) => Parsed<T>;
  /** For the docs: what the text may be. */
  readonly form: string;
  /** For editors: the whole text matches. */
  readonly pattern?: string;
  readonly example?: string;
  /** Unquoted words that YAML 1.1 reads as booleans are refused (name), or all that it reads as anything but text (strict). */
  readonly strictness: 'lenient' | 'name' | 'strict';
}

export interface ChoiceShape<T = unknown> extends Typed<T> {
  readonly kind: 'choice';
  /** Accepted spelling -> value. */
  readonly values: Readonly<Record<string, T>>;
  /** The spellings to tell people about; the others are there for old files. */
  readonly shown: readonly string[];
  /** Words that were taken once -> what to do instead. */
  readonly gone: Readonly<Record<string, string>>;
}

export interface BooleanShape extends Typed<boolean> {
  readonly kind: 'boolean';
  /** Takes true and false only, no text and no numbers. */
  readonly isStrict: boolean;
}

export interface NumberShape extends Typed<number> {
  readonly kind: 'integer' | 'number';
  readonly minimum?: number;
  readonly maximum?: number;
  /** The end of "..., because". */
  readonly reason?: string;
}

export interface ListShape<T = unknown> extends Typed<readonly T[]> {
  readonly kind: 'list';
  readonly item: Shape<T>;
  readonly maximum?: number;
  /** A single text stands for a list of one. */
  readonly acceptsOne: boolean;
  /** No two entries may be the same. */
  readonly unique?: Uniqueness;
}

export interface Uniqueness {
  readonly severity: 'error' | 'warning';
  /** The key that tells entries apart; the whole entry when absent. */
  readonly key?: string;
  /** For messages: `queue`. */
  readonly noun: string;
}

export interface MapShape<T = unknown> extends Typed<Readonly<Record<string, T>>> {
  readonly kind: 'map';
  readonly keyWhat: string;
  readonly keyExample: string;
  readonly keyPattern?: string;
  readonly keyProblem: (key: string) => string | undefined;
  readonly item: Shape<T>;
  readonly maximum?: number;
}

export interface ObjectShape<T = unknown> extends Typed<T> {
  readonly kind: 'object';
  /** With its article, for messages and headings: `a handler`. */
  readonly what: string;
  readonly keys: Keys;
  /** Keys that are known but gone. */
  readonly retired: Readonly<Record<string, RetiredKey>>;
  /** Rules between keys, applied to what could be read of the object. */
  readonly check?: Check<T>;
}

/** Where an object stands, for rules that report on its keys. */
export interface Place {
  readonly path: Path;
  readonly findings: Findings;
}

// A method, so that an object of any keys is still a Shape<unknown>.
type Check<T> = { check(value: T, place: Place): void }['check'];

/** Kept as plain data and not looked into. */
export interface AnyShape extends Typed<unknown> {
  readonly kind: 'any';
}

export type Shape<T = unknown> =
  | TextShape<T>
  | ChoiceShape<T>
  | (BooleanShape & Typed<T>)
  | (NumberShape & Typed<T>)
  | (ListShape & Typed<T>)
  | (MapShape & Typed<T>)
  | ObjectShape<T>
  | (AnyShape & Typed<T>);

export interface Key<T = unknown> {
  readonly shape: Shape<T>;
  /** One sentence or two, for docs and editors. */
  readonly docs: string;
  readonly isRequired?: boolean;
  /** What holds when the key is absent, for the docs. */
  readonly default?: string;
  /** As it would be written after `key: `. */
  readonly example?: string;
  /** Being there without a value is an error instead of the same as being absent. */
  readonly refusesNull?: boolean;
  /** Accepted, but old: the sentence to warn with and what to write instead. */
  readonly discouraged?: { readonly message: string; readonly hint: string };
}

export type Keys = Readonly<Record<string, Key>>;

export interface RetiredKey {
  readonly message: string;
  readonly hint: string;
  /** A warning leaves the key without effect. */
  readonly severity: 'error' | 'warning';
}

/** The type of what reading a shape gives. */
export type ValueOf<S> = S extends Typed<infer T> ? Exclude<T, undefined> : never;

/** Every key optional: required ones that are absent were reported, and reading goes on to find more. */
export type ObjectValue<K extends Keys> = { readonly [P in keyof K]?: ValueOf<K[P]['shape']> };
