import { expect, it } from 'vitest';
import { colourStyle, plainStyle } from '../../../../src/cli/render/style.ts';
import { renderTable } from '../../../../src/cli/render/table.ts';

const rows = [
  { name: 'default', size: '12' },
  { name: 'mobile-frontend', size: '7' },
];
const columns = [
  { header: 'MODULE', cell: (row: (typeof rows)[number]) => row.name },
  { header: 'FILES', cell: (row: (typeof rows)[number]) => row.size, align: 'right' as const },
];

it('aligns columns', () => {
  expect(renderTable(rows, columns, plainStyle)).toBe(
    ['MODULE           FILES', 'default             12', 'mobile-frontend      7'].join('\n'),
  );
});

it('does not count colours as width', () => {
  const painted = [{ header: 'STATE', cell: () => colourStyle.green('ok') }, ...columns];
  const [, first] = renderTable(rows, painted, plainStyle).split('\n');
  expect(first).toBe(`${colourStyle.green('ok')}     default             12`);
});

it('is empty without rows', () => {
  expect(renderTable([], columns, plainStyle)).toBe('');
});
