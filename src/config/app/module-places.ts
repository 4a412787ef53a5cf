/** Where a module's file says what other checks than those of the file may object to. */
import type { Place } from '../../model/diagnostic.ts';
import { isPresent, type Path, pathText, positionOf } from '../yaml/path.ts';
import type { YamlNode } from '../yaml/tree.ts';

export interface ModulePlaces {
  readonly module?: Place;
  readonly version?: Place;
  /** Manual scaling's number, or basic scaling's highest. */
  readonly instances?: Place;
}

export function modulePlaces(root: YamlNode | undefined): ModulePlaces {
  const first = (...paths: readonly Path[]) => {
    const path = paths.find((candidate) => isPresent(root, candidate));
    return path && { ...positionOf(root, path, 'value'), path: pathText(path) };
  };
  const places = {
    module: first(['module'], ['service']),
    version: first(['version']),
    instances: first(['manual_scaling', 'instances'], ['basic_scaling', 'max_instances']),
  };
  return Object.fromEntries(Object.entries(places).filter(([, place]) => place !== undefined));
}
