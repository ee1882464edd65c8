import { CLASSES, labelOf } from "@csc-classify/chandra-sources";
import { RADIANS } from "@csc-classify/sky";
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
  /** Part of the name, in any case, blanks or not; of the origin where no name has it; "" for all. */
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
  /** Whether the part of a name that the filter has is of an origin. */
  readonly isOfOrigin: boolean;
}

/** Applies a filter to all rows. */
export function select(catalogue: Catalogue, filter: Filter): Selection {
  const { nRows, label, cmp, vectors, origin, published } = catalogue;
  const mask = new Uint8Array(nRows), byClass = new Uint32Array(CLASSES.length);
  const byOrigin = new Uint32Array(Math.max(1, catalogue.origins.length));
  const { cone } = filter, [lowest, highest] = filter.cmp, part = plain(filter.name);
  const [x, y, z] = cone ? toVector(cone) : [0, 0, 0];
  // squared chord of the radius: precise for small angles, where a cosine is not
  const chord = cone ? (2 * Math.sin(cone.radiusDeg * RADIANS / 2)) ** 2 : 0;
  const isOfName = originsNamed(catalogue, part), names = part ? plainNames(catalogue) : [];
  let count = 0;
  for (let row = 0; row < nRows; row++) {
    if (!(cmp[row] >= lowest && cmp[row] <= highest)) continue;
    if (cone) {
      const dx = vectors[3 * row] - x, dy = vectors[3 * row + 1] - y;
      const dz = vectors[3 * row + 2] - z;
      if (!(dx * dx + dy * dy + dz * dz <= chord)) continue;
    }
    if (isOfName && !isOfName[origin[row]]) continue;
    if (!isOfName && part && !names[row].includes(part)) continue;
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
  return { mask, count, byClass, byOrigin, isOfOrigin: isOfName !== undefined };
}

/** `[nOrigins]` whether an origin has a part of a name; undefined where a source's name has it. */
function originsNamed(catalogue: Catalogue, part: string): boolean[] | undefined {
  const isOf = catalogue.origins.map((title) => plain(title).includes(part));
  // years and other numbers are of names: "2022" is not Yang et al. 2022
  if (!/^[a-z]{3}/.test(part) || !isOf.includes(true)) return undefined;
  return plainNames(catalogue).some((name) => name.includes(part)) ? undefined : isOf;
}

/** `[nRows]` names as they are searched: made once, for every letter that is typed asks for them. */
const PLAIN_NAMES = new WeakMap<Catalogue, readonly string[]>();

function plainNames(catalogue: Catalogue): readonly string[] {
  let names = PLAIN_NAMES.get(catalogue);
  if (!names) {
    names = Array.from({ length: catalogue.nRows }, (_, row) => plain(catalogue.name(row)));
    PLAIN_NAMES.set(catalogue, names);
  }
  return names;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(" ", "");
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

/** Widest field that {@link fieldOf} takes for one, radius in degrees. */
const WIDEST_FIELD_DEG = 5;

/** The place around which some rows lie, where they are of one field; undefined where not. */
export function fieldOf(
  catalogue: Catalogue,
  rows: Uint32Array,
): Position & { readonly radiusDeg: number } | undefined {
  const { vectors } = catalogue, sum = [0, 0, 0];
  const placed = rows.filter((row) => !Number.isNaN(vectors[3 * row]));
  for (const row of placed) {
    for (let k = 0; k < 3; k++) sum[k] += vectors[3 * row + k];
  }
  const length = Math.hypot(...sum);
  if (!(length > 0)) return undefined;
  const centre = {
    ra: (Math.atan2(sum[1], sum[0]) / RADIANS + 360) % 360,
    dec: Math.asin(sum[2] / length) / RADIANS,
  };
  let farthest = 0;
  for (const row of placed) {
    farthest = Math.max(farthest, distanceArcsec(catalogue, row, centre) / 3600);
    if (farthest > WIDEST_FIELD_DEG) return undefined;
  }
  return { ...centre, radiusDeg: farthest };
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
const SORT_KEYS = [
  "name",
  "ra",
  "dec",
  "class",
  "published",
  "origin",
  "cmp",
  "margin",
  "interest",
  "distance",
] as const;
/** One of them. */
export type SortKey = typeof SORT_KEYS[number];

/** Whether a text names what the table can be sorted by. */
export function isSortKey(text: string): text is SortKey {
  return SORT_KEYS.some((key) => key === text);
}

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
      const values = this.#numbers(key);
      if (!values) order = this.#byName();
      else order = values instanceof Float32Array ? bySingle(values) : this.#byNumber(values);
      this.#orders.set(key, order);
    }
    return order;
  }

  /** What a column sorts by; undefined where that is the name. */
  #numbers(key: SortKey): ArrayLike<number> | undefined {
    const { ra, dec, label, cmp, margin, origin, published = [] } = this.catalogue;
    switch (key) {
      case "name":
      case "distance": // from nowhere
        return undefined;
      case "interest":
        return interest(this.catalogue);
      case "class": // by class, then by CMP
        return Float64Array.from(label, (c, row) => c + cmp[row] / 2);
      case "published":
        return Float64Array.from(published, (c) => c < 0 ? NaN : c);
      default:
        return { ra, dec, cmp, margin, origin }[key];
    }
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

/** Classes that compilations of labels divide each in their way: where youth ends. */
const AGES = ["STAR", "YSO"].map(labelOf);

/**
 * `[nRows]` how much a row tells: a sure class that others publish as another comes first, then sure
 * members of rare classes; a sure star among thousands comes last. Counted in bits, as the rarity of
 * the class in the catalogue, times the probability; that a star is young or not tells one bit.
 */
function interest({ nRows, label, cmp, published }: Catalogue): Float64Array {
  const counts = new Float64Array(CLASSES.length);
  for (const c of label) counts[c]++;
  return Float64Array.from(label, (c, row) => {
    const theirs = published?.[row] ?? -1;
    const disagrees = theirs >= 0 && theirs !== c;
    const isOfAge = AGES.includes(theirs) && AGES.includes(c);
    return cmp[row] * ((disagrees ? isOfAge ? 1 : 20 : 0) + Math.log2(nRows / counts[c]));
  });
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
