import { ARCSEC_PER_RADIAN, type Positions, toVectors } from "./positions.ts";
import { SkyGrid } from "./sky-grid.ts";

/** Pairs of positions that lie close together: parallel arrays, one entry a pair. */
export interface Pairs {
  /** Row in the first list; ascending. */
  readonly first: Int32Array;
  /** Row in the second list. */
  readonly second: Int32Array;
  /** Great-circle distance, arcsec. */
  readonly separationArcsec: Float64Array;
}

/** What {@link crossMatch} looks for. */
export interface CrossMatchOptions {
  /** Largest separation that counts, itself included; in (0, 648000). */
  readonly radiusArcsec: number;
  /**
   * `nearest` (default): for each row of the first list the nearest of the second, and of equally
   * near ones the lower row; a row of the second list may serve several of the first. `all`: every
   * pair, those of one row by separation, then by row of the second list.
   */
  readonly find?: "nearest" | "all";
}

/**
 * Spherical cross-match of two lists of positions, exact at the poles and across RA = 0.
 * Duplicates each get their own pair; missing positions (NaN) match nothing.
 *
 * @throws RangeError on a radius or declination out of range.
 */
export function crossMatch(first: Positions, second: Positions, options: CrossMatchOptions): Pairs {
  const { radiusArcsec, find = "nearest" } = options;
  if (!(radiusArcsec > 0 && radiusArcsec < 648_000)) {
    throw new RangeError(`radiusArcsec is ${radiusArcsec}; use a radius above 0 and below 648000`);
  }
  const a = toVectors(first), b = toVectors(second);
  const radiusDeg = radiusArcsec / 3600;
  const grid = new SkyGrid(second, radiusDeg);
  const limit = (2 * Math.sin(radiusArcsec / ARCSEC_PER_RADIAN / 2)) ** 2;
  const rows: number[] = [], matches: number[] = [], squares: number[] = [];
  let near: { index: number; square: number }[] = [];
  let x = 0, y = 0, z = 0;
  const visit = (index: number) => {
    // the squared chord keeps its digits where the cosine of the angle loses them
    const square = (b[3 * index] - x) ** 2 + (b[3 * index + 1] - y) ** 2 +
      (b[3 * index + 2] - z) ** 2;
    if (square <= limit) near.push({ index, square });
  };
  for (let row = 0; row < first.ra.length; row++) {
    x = a[3 * row], y = a[3 * row + 1], z = a[3 * row + 2];
    grid.near(first.ra[row], first.dec[row], radiusDeg, visit);
    if (near.length === 0) continue;
    near.sort((p, q) => p.square - q.square || p.index - q.index);
    for (const { index, square } of find === "all" ? near : near.slice(0, 1)) {
      rows.push(row), matches.push(index), squares.push(square);
    }
    near = [];
  }
  return {
    first: Int32Array.from(rows),
    second: Int32Array.from(matches),
    separationArcsec: Float64Array.from(
      squares,
      (square) => 2 * Math.asin(Math.sqrt(square) / 2) * ARCSEC_PER_RADIAN,
    ),
  };
}
