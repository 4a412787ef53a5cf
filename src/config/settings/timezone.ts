/** Names of time zones, checked against the tz database that the runtime brings. */
import { isTimezone } from '../../model/schedule/zoned-time.ts';
import { parsedText } from '../shape/build.ts';
import { closest } from '../shape/read-scalar.ts';
import type { Parsed } from '../shape/shape.ts';

function parseTimezone(value: string): Parsed<string> {
  const zones = Intl.supportedValuesOf('timeZone');
  const inOtherCase = zones.find((zone) => zone !== value && zone.toLowerCase() === value.toLowerCase());
  if (inOtherCase === undefined && isKnown(value)) return { value };
  const close =
    inOtherCase ??
    closest(value, zones) ??
    closest(
      value.replace(/^.*\//, ''),
      zones.map((zone) => zone.replace(/^.*\//, '')),
    );
  const hint =
    close === undefined ? 'For example: timezone: America/New_York' : `Did you mean ${zoneEndingIn(close, zones)}?`;
  return { problem: 'is not in the tz database', hint };
}

/** `Intl` also takes offsets such as +02:00, which are no names. */
function isKnown(zone: string): boolean {
  return /^[A-Za-z]/.test(zone) && isTimezone(zone);
}

function zoneEndingIn(name: string, zones: readonly string[]): string {
  return zones.find((zone) => zone === name || zone.endsWith(`/${name}`)) ?? name;
}

export const timezone = parsedText('a time zone', parseTimezone, {
  form: 'name in the tz database',
  example: 'America/New_York',
  strictness: 'strict',
});
