/** Starts parts in order and ends them in reverse, also after half a start. */

export interface Lifetime {
  /** Remembers how to end what was just begun. */
  onClose(name: string, close: () => Promise<void> | void): void;
  /** Ends everything, last begun first; a part that fails does not keep the others from ending. */
  close(): Promise<readonly { readonly name: string; readonly error: unknown }[]>;
}

export function createLifetime(): Lifetime {
  const parts: { readonly name: string; readonly close: () => Promise<void> | void }[] = [];
  return {
    onClose: (name, close) => void parts.push({ name, close }),
    close: async () => {
      const failures: { readonly name: string; readonly error: unknown }[] = [];
      for (let part = parts.pop(); part; part = parts.pop()) {
        try {
          await part.close();
        } catch (error) {
          failures.push({ name: part.name, error });
        }
      }
      return failures;
    },
  };
}
