/** Something that happens once and is waited for. */

export interface SignalOnce {
  readonly fired: Promise<void>;
  readonly fire: () => void;
}

export function signalOnce(): SignalOnce {
  let fire = () => {};
  const fired = new Promise<void>((resolve) => {
    fire = resolve;
  });
  return { fired, fire: () => fire() };
}
