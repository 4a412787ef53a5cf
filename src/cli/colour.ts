/** Whether what is written may be coloured. */

/** Neither a person nor a colour-blind log: NO_COLOR (no-color.org) and `--no-color` win, FORCE_COLOR comes next. */
export function wantsColour(
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
  isRefused: boolean,
): boolean {
  if (isRefused || (environment.NO_COLOR ?? '') !== '') return false;
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && environment.TERM !== 'dumb';
}
