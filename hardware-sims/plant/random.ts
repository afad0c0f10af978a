/** Random numbers that a seed repeats exactly: the only source of chance in a simulated site. */
export interface Random {
  /** Evenly spread, 0 up to but without 1. */
  next(): number;
  /** Normally distributed, mean 0, standard deviation 1. */
  nextNormal(): number;
}

/** The 32-bit generator known as mulberry32: one word of state, period 2^32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    // Box and Muller; 1 - next() is never 0, whose logarithm does not exist.
    nextNormal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** A seed of its own for one part of a run, so that a part more or less leaves the others as they are (FNV-1a of the part's name). */
export function seedFor(seed: number, part: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < part.length; index += 1) hash = Math.imul(hash ^ part.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}
