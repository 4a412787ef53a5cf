/** Which user numbers a platform may give to its applications. Pure. */

export interface UserRange {
  readonly first: number;
  readonly count: number;
}

interface Region extends UserRange {
  /** How many a platform takes. */
  readonly share: number;
}

/** Beyond what distributions, containers and systemd hand out. */
const HIGH: Region = { first: 1_900_000_000, count: 200_000_000, share: 100_000 };
/** In a container with few numbers: below those that Debian keeps for itself, above those that people get. */
const LOW: Region = { first: 40_000, count: 19_000, share: 1_000 };

/**
 * @param map `/proc/self/uid_map`: numbers inside, numbers outside, how many
 * @param seed hexadecimal digits of the platform's own: others on the machine shall have other numbers
 */
export function userRange(map: string, seed: string): UserRange | undefined {
  const spans = map
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((fields) => fields.length === 3);
  const isMapped = ({ first, count }: UserRange) =>
    spans.some(([inside = 0, , length = 0]) => inside <= first && first + count <= inside + length);
  const region = [HIGH, LOW].find(isMapped);
  return region && shareOf(region, Number.parseInt(seed.slice(0, 12), 16));
}

function shareOf({ first, count, share }: Region, seed: number): UserRange {
  return { first: first + share * (seed % Math.floor(count / share)), count: share };
}
