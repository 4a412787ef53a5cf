/** Which user numbers the platform may give to applications. Pure. */

export interface UserRange {
  readonly first: number;
  readonly count: number;
}

/** Beyond what distributions, containers and systemd hand out. */
const HIGH: UserRange = { first: 1_900_000_000, count: 100_000 };
/** In a container with few numbers: below those that Debian keeps for itself, above those that people get. */
const LOW: UserRange = { first: 40_000, count: 19_000 };

/** @param map `/proc/self/uid_map`: numbers inside, numbers outside, how many */
export function userRange(map: string): UserRange | undefined {
  const spans = map
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((fields) => fields.length === 3);
  const isMapped = ({ first, count }: UserRange) =>
    spans.some(([inside = 0, , length = 0]) => inside <= first && first + count <= inside + length);
  return [HIGH, LOW].find(isMapped);
}
