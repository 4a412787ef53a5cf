/** Text -> lines that are not wider than they may be. */

/** Breaks at blanks; a word that is wider gets a line of its own. Line breaks in the text stay. */
export function wrapText(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width));
}

/** A label and its text beside it, or below it where the label is too wide. */
export function labelled(
  label: string,
  text: string,
  layout: { readonly labelWidth: number; readonly width: number },
): string {
  const { labelWidth, width } = layout;
  const indent = ' '.repeat(labelWidth + 4);
  const lines = wrapText(text, Math.max(20, width - indent.length));
  const head = label.length > labelWidth ? `  ${label}\n${indent}` : `  ${label.padEnd(labelWidth)}  `;
  return `${head}${lines.join(`\n${indent}`)}`.trimEnd();
}

function wrapParagraph(paragraph: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
