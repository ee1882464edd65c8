import { type Positions, RADIANS, wrapDegrees } from "./positions.ts";

/**
 * The sky cut into declination zones and each zone into cells of right ascension of about the
 * same area, with the positions listed per cell: all neighbours within a radius come from a few
 * cells. (Zones as in Gray et al. 2006, https://arxiv.org/abs/cs/0701171.)
 */
export class SkyGrid {
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
