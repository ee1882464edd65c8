import {
  ARCSEC_PER_RADIAN,
  positionAngleDeg,
  type Positions,
  RADIANS,
  separationArcsec,
  toVectors,
  wrapDegrees,
} from "./positions.ts";

/** Pairs of positions that lie close together: parallel arrays, one entry a pair. */
interface Pairs {
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
  return crossMatcher(second, options)(first);
}

/**
 * {@link crossMatch} with a second list that is prepared once, for many first ones.
 *
 * @throws RangeError on a radius or declination out of range.
 */
export function crossMatcher(
  second: Positions,
  { radiusArcsec, find = "nearest" }: CrossMatchOptions,
): (first: Positions) => Pairs {
  if (!(radiusArcsec > 0 && radiusArcsec < 648_000)) {
    throw new RangeError(`radiusArcsec is ${radiusArcsec}; use a radius above 0 and below 648000`);
  }
  const b = toVectors(second);
  const radiusDeg = radiusArcsec / 3600;
  const grid = new SkyGrid(second, radiusDeg);
  const limit = (2 * Math.sin(radiusArcsec / ARCSEC_PER_RADIAN / 2)) ** 2;
  return (first) => pairsOf(first, b, { grid, radiusDeg, limit, find });
}

/** What {@link crossMatcher} has prepared. */
interface Prepared extends Required<Pick<CrossMatchOptions, "find">> {
  readonly grid: SkyGrid;
  readonly radiusDeg: number;
  /** Most square of the chord between the two. */
  readonly limit: number;
}

/** @param b `[3 x nSecond]` unit vectors of the second list. */
function pairsOf(
  first: Positions,
  b: Float64Array,
  { grid, radiusDeg, limit, find }: Prepared,
): Pairs {
  const a = toVectors(first);
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

/**
 * The sky cut into declination zones and each zone into cells of right ascension of about the
 * same area, with the positions listed per cell: all neighbours within a radius come from a few
 * cells. (Zones as in Gray et al. 2006, https://arxiv.org/abs/cs/0701171.)
 */
class SkyGrid {
  readonly #zones: number;
  readonly #firstCell: Int32Array;
  readonly #start: Int32Array;
  readonly #members: Int32Array;

  /**
   * @param positions Missing positions (NaN) are left out.
   * @param sizeDeg Side of a cell; made larger where there would be many more cells than positions.
   */
  constructor(positions: Positions, sizeDeg: number) {
    const { ra, dec } = positions;
    const size = Math.max(sizeDeg, Math.sqrt(41253 / (4 * ra.length + 1000)));
    this.#zones = Math.max(1, Math.floor(180 / size));
    this.#firstCell = new Int32Array(this.#zones + 1);
    for (let zone = 0; zone < this.#zones; zone++) {
      const middle = ((zone + 0.5) / this.#zones - 0.5) * Math.PI;
      const cells = Math.max(1, Math.floor(360 * Math.cos(middle) / size));
      this.#firstCell[zone + 1] = this.#firstCell[zone] + cells;
    }
    // counting sort: cell sizes, then starts, then members, each cell in order of index
    const cellOf = new Int32Array(ra.length);
    this.#start = new Int32Array(this.#firstCell[this.#zones] + 1);
    for (let i = 0; i < ra.length; i++) {
      cellOf[i] = isFinite(ra[i] + dec[i])
        ? this.#cell(this.#zone(dec[i]), wrapDegrees(ra[i]))
        : -1;
      if (cellOf[i] >= 0) this.#start[cellOf[i] + 1]++;
    }
    for (let cell = 1; cell < this.#start.length; cell++) {
      this.#start[cell] += this.#start[cell - 1];
    }
    const next = this.#start.slice();
    this.#members = new Int32Array(this.#start[this.#start.length - 1]);
    for (let i = 0; i < ra.length; i++) {
      if (cellOf[i] >= 0) this.#members[next[cellOf[i]]++] = i;
    }
  }

  #zone(dec: number): number {
    const zone = Math.floor((dec + 90) / 180 * this.#zones);
    return Math.min(this.#zones - 1, Math.max(0, zone));
  }

  #cell(zone: number, ra: number): number {
    const first = this.#firstCell[zone], cells = this.#firstCell[zone + 1] - first;
    return first + Math.min(cells - 1, Math.floor(ra / 360 * cells));
  }

  /** Calls `visit` once for each position that may lie within `radiusDeg` of a place, and others. */
  near(ra: number, dec: number, radiusDeg: number, visit: (index: number) => void): void {
    if (!isFinite(ra + dec)) return;
    const radius = radiusDeg + 1e-9; // rounding must not lose a position on the rim
    const last = this.#zone(dec + radius);
    const overPole = Math.abs(dec) + radius >= 90;
    const half = overPole
      ? 180
      : Math.asin(Math.sin(radius * RADIANS) / Math.cos(dec * RADIANS)) / RADIANS + 1e-9;
    for (let zone = this.#zone(dec - radius); zone <= last; zone++) {
      const first = this.#firstCell[zone], cells = this.#firstCell[zone + 1] - first;
      const low = Math.floor((wrapDegrees(ra) - half) / 360 * cells);
      const high = Math.floor((wrapDegrees(ra) + half) / 360 * cells);
      const count = Math.min(cells, high - low + 1);
      for (let k = 0; k < count; k++) {
        const cell = first + ((low + k) % cells + cells) % cells;
        for (let m = this.#start[cell]; m < this.#start[cell + 1]; m++) visit(this.#members[m]);
      }
    }
  }
}

/** A positional error ellipse. */
interface ErrorEllipse {
  /** Semi-axes, arcsec. */
  readonly major: number;
  readonly minor: number;
  /** Position angle of the major axis, degrees east of north. */
  readonly angleDeg: number;
}

/**
 * From the 95 % to the 3-sigma (99.73 %) ellipse of a two-dimensional normal error:
 * sqrt(ln(1 - 0.9973) / ln(1 - 0.95)) is 1.405. The factor 1.2256 = 3 / 2.4477 instead takes 3
 * standard deviations along each axis (98.9 % of the positions), which is how the paper's figure of
 * 3 sigma reads (section 2.2): known, and kept.
 */
export const THREE_SIGMA_PER_95: number = 3 / Math.sqrt(-2 * Math.log(0.05));

/** How a position moves: arcsec a year to the east and north, over a range of years from its epoch. */
export interface Motion {
  readonly east: number;
  readonly north: number;
  readonly years: readonly [from: number, to: number];
}

/**
 * How far out a second position lies, in units of the ellipse around the first: at most 1 is
 * inside. NaN when anything is missing.
 *
 * @param extraArcsec Added in quadrature to both axes, e.g. the accuracy of the other catalogue.
 * @param motion Of the second position: where it comes nearest in those years counts.
 */
export function ellipseRadius(
  from: { readonly ra: number; readonly dec: number },
  to: { readonly ra: number; readonly dec: number },
  ellipse: ErrorEllipse,
  extraArcsec = 0,
  motion?: Motion,
): number {
  const distance = separationArcsec(from.ra, from.dec, to.ra, to.dec);
  const angle = positionAngleDeg(from.ra, from.dec, to.ra, to.dec) - ellipse.angleDeg;
  const major = Math.hypot(ellipse.major, extraArcsec);
  const minor = Math.hypot(ellipse.minor, extraArcsec);
  const along = distance * Math.cos(angle * RADIANS) / major;
  const across = distance * Math.sin(angle * RADIANS) / minor;
  if (!motion) return Math.hypot(along, across);
  const turn = ellipse.angleDeg * RADIANS, { east, north, years } = motion;
  const u = (north * Math.cos(turn) + east * Math.sin(turn)) / major;
  const v = (east * Math.cos(turn) - north * Math.sin(turn)) / minor;
  const speed = u * u + v * v, nearest = speed > 0 ? -(along * u + across * v) / speed : 0;
  const year = Math.min(years[1], Math.max(years[0], nearest));
  return Math.hypot(along + year * u, across + year * v);
}
