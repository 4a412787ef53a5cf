/** Python regular expressions, as App Engine's yaml files hold them, as JavaScript ones. */

/** @throws SyntaxError when it is not a regular expression */
export function pythonRegex(source: string): RegExp {
  let flags = '';
  const body = source.replace(/^\(\?([ims]+)\)/, (_, letters: string) => {
    flags = [...new Set(letters)].join('');
    return '';
  });
  const translated = body.replace(/\\.|\(\?P<|\(\?P=(\w+)\)/gs, (token, name?: string) => {
    if (token === '\\Z') return '(?![^])';
    if (token === '\\A') return '(?<![^])';
    if (token === '(?P<') return '(?<';
    return name === undefined ? token : `\\k<${name}>`;
  });
  return new RegExp(translated, flags);
}
