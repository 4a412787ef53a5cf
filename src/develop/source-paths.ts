/** The places of deployed copies in what programs print -> the places of the files that a person edits. */

export interface SourcePaths {
  /** The module's files are from this directory, which is absolute. */
  set(module: string, directory: string): void;
  /** A line of the module with its paths put right. */
  inLine(line: string, module: string): string;
}

export interface CopyPlaces {
  /** Absolute; below it is a copy of each version, in `APPLICATION/DIGEST`. */
  readonly trees: string;
  /** Absolute; below it is a folder for each deployment that runs elsewhere. */
  readonly runs: string;
}

export function createSourcePaths({ trees, runs }: CopyPlaces): SourcePaths {
  const directories = new Map<string, string>();
  const copy = new RegExp(`${escaped(trees)}/[^/\\s]+/[0-9a-f]{64}|${escaped(runs)}/[^/\\s"']+`, 'g');
  return {
    set: (module, directory) => void directories.set(module, directory),
    inLine: (line, module) => {
      const directory = directories.get(module);
      return directory === undefined ? line : line.replaceAll(copy, () => directory);
    },
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
