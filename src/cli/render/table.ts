/** Rows of cells -> aligned text. */
import { stripVTControlCharacters } from 'node:util';
import type { Style } from './style.ts';

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'left' | 'right';
}

/** Columns are as wide as their widest cell; the last one is not padded. Empty text for no rows. */
export function renderTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], style: Style): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = columns.map((column, index) =>
    Math.max(column.header.length, ...cells.map((line) => widthOf(line[index] ?? ''))),
  );
  const layOut = (line: readonly string[]) =>
    line.map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align, index === line.length - 1));
  const header = layOut(columns.map((column) => column.header)).join('  ');
  return [style.bold(header.trimEnd()), ...cells.map((line) => layOut(line).join('  ').trimEnd())].join('\n');
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

function pad(cell: string, width: number, align: 'left' | 'right' | undefined, isLast: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(cell)));
  if (align === 'right') return space + cell;
  return isLast ? cell : cell + space;
}
