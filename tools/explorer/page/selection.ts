import { CLASSES } from "../../../lib/catalogue/classes.ts";
import { RADIANS } from "../../../lib/sky/positions.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Position } from "./parse-position.ts";

/** Which sources the page shows. */
export interface Filter {
  /** Around a position, within a radius in degrees. */
  readonly cone?: Position & { readonly radiusDeg: number };
  /** `[nClasses]` classes to show. */
  readonly classes: readonly boolean[];
  /** `[nOrigins]` origins to show; empty where there is one. */
  readonly origins: readonly boolean[];
  /** Whether the published class is to be the same as ours, another, or none. */
  readonly published: "any" | "same" | "other" | "none";
  /** CMP between these, both included. */
  readonly cmp: readonly [lowest: number, highest: number];
  /** Part of the name, in any case; "" for all. */
  readonly name: string;
}

/** Rows of a filter. */
export interface Selection {
  /** `[nRows]` 1 where a row passes. */
  readonly mask: Uint8Array;
  readonly count: number;
  /** `[nClasses]` rows that pass all but the class filter: what a class would add. */
  readonly byClass: Uint32Array;
  /** `[nOrigins]` rows that pass all but the filter of origins. */
  readonly byOrigin: Uint32Array;
}

/** Applies a filter to all rows. */
export function select(catalogue: Catalogue, filter: Filter): Selection {
  const { nRows, label, cmp, vectors, origin, published } = catalogue;
  const mask = new Uint8Array(nRows), byClass = new Uint32Array(CLASSES.length);
  const byOrigin = new Uint32Array(Math.max(1, catalogue.origins.length));
  const { cone } = filter, [lowest, highest] = filter.cmp, part = filter.name.toLowerCase();
  const [x, y, z] = cone ? toVector(cone) : [0, 0, 0];
  // squared chord of the radius: precise for small angles, where a cosine is not
  const chord = cone ? (2 * Math.sin(cone.radiusDeg * RADIANS / 2)) ** 2 : 0;
  let count = 0;
  for (let row = 0; row < nRows; row++) {
    if (!(cmp[row] >= lowest && cmp[row] <= highest)) continue;
    if (cone) {
      const dx = vectors[3 * row] - x, dy = vectors[3 * row + 1] - y;
      const dz = vectors[3 * row + 2] - z;
      if (!(dx * dx + dy * dy + dz * dz <= chord)) continue;
    }
    if (part && !catalogue.name(row).toLowerCase().includes(part)) continue;
    if (filter.published !== "any") {
      const theirs = published?.[row] ?? -1;
      const is = theirs < 0 ? "none" : theirs === label[row] ? "same" : "other";
      if (is !== filter.published) continue;
    }
    const isOfOrigin = filter.origins[origin[row]] ?? true, isOfClass = filter.classes[label[row]];
    if (isOfOrigin) byClass[label[row]]++;
    if (isOfClass) byOrigin[origin[row]]++;
    if (!isOfOrigin || !isOfClass) continue;
    mask[row] = 1;
    count++;
  }
  return { mask, count, byClass, byOrigin };
}

/** Angular distance of a row from a position, arcsec; NaN without a position of its own. */
export function distanceArcsec({ vectors }: Catalogue, row: number, position: Position): number {
  const [x, y, z] = toVector(position);
  const chord = Math.hypot(
    vectors[3 * row] - x,
    vectors[3 * row + 1] - y,
    vectors[3 * row + 2] - z,
  );
  return 2 * Math.asin(Math.min(1, chord / 2)) / RADIANS * 3600;
}

function toVector({ ra, dec }: Position): [number, number, number] {
  const cosDec = Math.cos(dec * RADIANS);
  return [
    cosDec * Math.cos(ra * RADIANS),
    cosDec * Math.sin(ra * RADIANS),
    Math.sin(dec * RADIANS),
  ];
}

/** What the table can be sorted by. */
export type SortKey =
  | ("name" | "ra" | "dec" | "class" | "published" | "cmp" | "margin")
  | "distance";

/** Sorts rows; each order over the whole catalogue is made once and kept. */
export class Sorter {
  readonly #orders = new Map<SortKey, Uint32Array>();

  readonly catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue;
  }

  /** The rows of a selection in ascending or descending order; missing values come last. */
  rows(selection: Selection, key: SortKey, descending: boolean, centre?: Position): Uint32Array {
    const order = key === "distance" && centre
      ? this.#byDistance(selection, centre)
      : this.#order(key);
    const out = new Uint32Array(selection.count);
    let at = 0;
    for (const row of order) if (selection.mask[row]) out[at++] = row;
    return descending ? out.reverse() : out;
  }

  #order(key: SortKey): Uint32Array {
    let order = this.#orders.get(key);
    if (!order) {
      const values = key === "name" ? undefined : this.#numbers(key);
      if (!values) order = this.#byName();
      else order = values instanceof Float32Array ? bySingle(values) : this.#byNumber(values);
      this.#orders.set(key, order);
    }
    return order;
  }

  #numbers(key: SortKey): ArrayLike<number> {
    const { ra, dec, label, cmp, margin } = this.catalogue;
    if (key === "class") {
      // by class, then by CMP
      return Float64Array.from(label, (c, row) => c + cmp[row] / 2);
    }
    if (key === "published") {
      return Float64Array.from(this.catalogue.published ?? [], (c) => c < 0 ? NaN : c);
    }
    return { ra, dec, cmp, margin }[key as "ra" | "dec" | "cmp" | "margin"];
  }

  #byNumber(values: ArrayLike<number>): Uint32Array {
    const order = Uint32Array.from({ length: this.catalogue.nRows }, (_, row) => row);
    const key = (row: number) => Number.isNaN(values[row]) ? Infinity : values[row];
    return order.sort((a, b) => key(a) - key(b) || a - b);
  }

  #byName(): Uint32Array {
    const names = Array.from(
      { length: this.catalogue.nRows },
      (_, row) => this.catalogue.name(row),
    );
    const order = Uint32Array.from(names, (_, row) => row);
    return order.sort((a, b) => names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : a - b);
  }

  #byDistance({ mask, count }: Selection, centre: Position): Uint32Array {
    const rows = new Uint32Array(count), distance = new Float64Array(mask.length);
    let at = 0;
    mask.forEach((passes, row) => {
      if (!passes) return;
      rows[at++] = row;
      distance[row] = distanceArcsec(this.catalogue, row, centre);
    });
    return rows.sort((a, b) => distance[a] - distance[b] || a - b);
  }
}

/**
 * Rows in ascending order of probabilities (0 to 1, missing last): value and row go into one number
 * each, which sorts ten times as fast as a function that compares.
 */
function bySingle(values: Float32Array): Uint32Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const keys = Float64Array.from(bits, (value, row) => value * 2 ** 20 + row);
  return Uint32Array.from(keys.sort(), (key) => key % 2 ** 20);
}
