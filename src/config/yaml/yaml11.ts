/** What YAML 1.1 makes of an unquoted word, with the rules of the reader that App Engine used (booleans, octal, base 60 ...). */

type Resolved = string | number | boolean | null;

const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);
const truths = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const falsehoods = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const infinity = /^([-+]?)\.(?:inf|Inf|INF)$/;
const notANumber = /^\.(?:nan|NaN|NAN)$/;
const decimal = /^[-+]?(?:0|[1-9][0-9_]*)$/;
const octal = /^[-+]?0[0-7_]+$/;
const hexadecimal = /^[-+]?0x[0-9a-fA-F_]+$/;
const binary = /^[-+]?0b[01_]+$/;
const base60 = /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/;
const base60Float = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/;
const float =
  /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[0-9][0-9_]*[eE][-+]?[0-9]+|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/;

export function resolveUnquoted(text: string): Resolved {
  if (nulls.has(text)) return null;
  if (truths.test(text)) return true;
  if (falsehoods.test(text)) return false;
  return resolveNumber(text) ?? text;
}

function resolveNumber(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  if (decimal.test(text)) return sign * Number(digits);
  if (octal.test(text)) return sign * Number.parseInt(digits === '0' ? '0' : digits.slice(1), 8);
  if (hexadecimal.test(text)) return sign * Number.parseInt(digits.slice(2), 16);
  if (binary.test(text)) return sign * Number.parseInt(digits.slice(2), 2);
  if (base60.test(text) || base60Float.test(text)) {
    return sign * digits.split(':').reduce((total, part) => total * 60 + Number(part), 0);
  }
  if (float.test(text)) return sign * Number(digits);
  if (infinity.test(text)) return sign * Number.POSITIVE_INFINITY;
  return notANumber.test(text) ? Number.NaN : undefined;
}

/** The text that App Engine went on with after reading an unquoted word: Python's `str` of the value. */
export function textAppEngineSaw(text: string, value: Resolved): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (decimal.test(text)) return text.replaceAll('_', '').replace(/^\+/, '').replace(/^-0$/, '0');
  const isFloat = float.test(text) || base60Float.test(text);
  return isFloat && Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value);
}
