/** Asks for each unused index whether it goes, as the original did. */
import type { IndexDefinition } from '../model/settings.ts';
import type { Asker } from '../support/questions.ts';

interface UnusedIndex {
  readonly index: IndexDefinition;
  readonly label: string;
}

/** Those to delete. An answer that is none of the three is asked for again. */
export async function chooseIndexes(
  unused: readonly UnusedIndex[],
  asker: Pick<Asker, 'text'>,
): Promise<readonly IndexDefinition[]> {
  const chosen: IndexDefinition[] = [];
  for (const [position, { index, label }] of unused.entries()) {
    const answer = await asker.text({
      message: `index.yaml no longer names the index ${label}. Delete it? (N/y/a)`,
      defaultAnswer: 'N',
      problemOf: (text) =>
        /^[nya]?$/i.test(text.trim()) ? undefined : 'Answer n (keep), y (delete) or a (delete all).',
    });
    const meaning = answer.trim().toLowerCase();
    if (meaning === 'a') return [...chosen, ...unused.slice(position).map((rest) => rest.index)];
    if (meaning === 'y') chosen.push(index);
  }
  return chosen;
}
