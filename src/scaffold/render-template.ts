/** Fills the places of a template: `{{name}}`. */

/** Text for a place within a line; lines for a line that is nothing but the place, which goes when there are none. */
export type TemplateValues = Readonly<Record<string, string | readonly string[]>>;

const place = /\{\{(\w+)\}\}/g;
const wholeLine = /^( *)\{\{(\w+)\}\}$/;

export function renderTemplate(template: string, values: TemplateValues): string {
  return template
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', name] = wholeLine.exec(line) ?? [];
      if (name === undefined) return [line.replaceAll(place, (_, key: string) => textOf(filling(values, key)))];
      const value = filling(values, name);
      return (typeof value === 'string' ? [value] : value).map((text) => (text === '' ? '' : `${indent}${text}`));
    })
    .join('\n');
}

function filling(values: TemplateValues, name: string): string | readonly string[] {
  const value = values[name];
  if (value === undefined) throw new Error(`a template has the unknown place ${name}`);
  return value;
}

function textOf(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join(' ');
}
