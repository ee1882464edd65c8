/** A seeded stream of random numbers: the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Uniform integer in [0, n), unbiased. */
  integer(n: number): number;
  /** Standard normal deviate. */
  normal(): number;
}

/**
 * A random stream for one purpose: xoshiro128** (https://prng.di.unimi.it) seeded by
 * splitmix32 from the parts, so that streams of different purposes are independent.
 *
 * @param parts Seed and what the stream is for, e.g. `random(seed, "folds", iteration)`.
 */
export function random(...parts: readonly (number | string)[]): Random {
  let hash = 0x9e3779b9;
  for (const char of parts.join("\u0000")) {
    hash = Math.imul(hash ^ char.codePointAt(0)!, 0x85ebca6b);
    hash = (hash << 13) | (hash >>> 19);
  }
  const splitmix = () => {
    hash = (hash + 0x9e3779b9) | 0;
    let z = hash;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let a = splitmix(), b = splitmix(), c = splitmix(), d = splitmix();
  const next = () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const uniform = () => next() / 0x1_0000_0000;
  return {
    uniform,
    integer(n) {
      // rejection keeps the draw unbiased (Lemire 2019 discusses why a plain modulo is not)
      const limit = 0x1_0000_0000 - (0x1_0000_0000 % n);
      let draw = next();
      while (draw >= limit) draw = next();
      return draw % n;
    },
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      return radius * Math.cos(2 * Math.PI * uniform());
    },
  };
}

/** An integer seed in [0, 2^31) for a library that wants one, derived like {@link random}. */
export function deriveSeed(...parts: readonly (number | string)[]): number {
  return random(...parts).integer(0x8000_0000);
}

/** Shuffles `items` in place (Fisher-Yates) and returns it. */
export function shuffle<T extends { length: number; [index: number]: unknown }>(
  items: T,
  stream: Random,
): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = stream.integer(i + 1);
    [items[i], items[j]] = [items[j], items[i]];
  }
  return items;
}
