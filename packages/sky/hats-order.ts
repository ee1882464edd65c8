import { tu2fxy, za2tu } from "@hscmap/healpix";
import { RADIANS, wrapDegrees } from "./positions.ts";

/** A HEALPix pixel in the nested scheme. */
export interface Pixel {
  readonly order: number;
  readonly pixel: number;
}

/** One partition of a HATS dataset. */
export interface Part extends Pixel {
  readonly rows: number;
}

/** Order of the spatial index that every HATS dataset is sorted by. */
export const INDEX_ORDER = 29;

/** The two halves of an index: pixels of order 14 and 15 bits on each side below. */
const spread = (value: number, bits: number) => {
  let out = 0;
  for (let bit = 0; bit < bits; bit++) out += (value >> bit & 1) * 4 ** bit;
  return out;
};
const SPREAD = Float64Array.from({ length: 1 << 15 }, (_, value) => spread(value, 15));

/**
 * The nested HEALPix pixel of order 29 of each position, the index by which HATS sorts.
 *
 * @returns `[n]`.
 * @throws RangeError on a missing position: without one a source is in no partition.
 */
export function healpix29(raDeg: ArrayLike<number>, decDeg: ArrayLike<number>): BigInt64Array {
  return BigInt64Array.from({ length: raDeg.length }, (_, row) => {
    const ra = raDeg[row], dec = decDeg[row];
    if (!isFinite(ra) || !(Math.abs(dec) <= 90)) {
      throw new RangeError(
        `row ${row} has the position (${ra}, ${dec}): a partitioned catalogue needs degrees for all`,
      );
    }
    const { t, u } = za2tu(Math.sin(dec * RADIANS), wrapDegrees(ra) * RADIANS);
    const { f, x, y } = tu2fxy(2 ** INDEX_ORDER, t, u);
    const low = SPREAD[x & 0x7fff] + 2 * SPREAD[y & 0x7fff];
    const high = SPREAD[x >> 15] + 2 * SPREAD[y >> 15];
    return (BigInt(f * 4 ** 14 + high) << 30n) + BigInt(low);
  });
}

/**
 * The partitions of sorted indices: the largest pixels, from order 0 on, with at most `maxRows`
 * rows, or of order `maxOrder` where a field is denser. Empty pixels are left out.
 */
export function partition(
  sorted: BigInt64Array,
  { maxRows, maxOrder }: { readonly maxRows: number; readonly maxOrder: number },
): Part[] {
  const parts: Part[] = [];
  const cut = (order: number, pixel: number, start: number, end: number) => {
    const rows = end - start;
    if (rows === 0) return;
    if (rows <= maxRows || order === maxOrder) return void parts.push({ order, pixel, rows });
    const shift = BigInt(2 * (INDEX_ORDER - order - 1));
    for (let child = 4 * pixel, from = start; child < 4 * pixel + 4; child++) {
      const to = firstAtLeast(sorted, BigInt(child + 1) << shift, from, end);
      cut(order + 1, child, from, to);
      from = to;
    }
  };
  for (let base = 0, from = 0; base < 12; base++) {
    const to = firstAtLeast(sorted, BigInt(base + 1) << 58n, from, sorted.length);
    cut(0, base, from, to);
    from = to;
  }
  return parts;
}

function firstAtLeast(sorted: BigInt64Array, value: bigint, from: number, to: number): number {
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle] < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
