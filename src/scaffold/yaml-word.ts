/** A name as a yaml value that no reader takes for something else than text. */

/** What YAML 1.1 or 1.2 reads as a boolean or as nothing. */
const readersWords = /^(y|n|yes|no|on|off|true|false|null)$/i;

export function yamlWord(text: string): string {
  return /^[a-z][a-z\d-]*$/.test(text) && !readersWords.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}
