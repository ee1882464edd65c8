import { type Feature, FEATURES, KS_INTRA_PROB } from "../catalogue/features.ts";
import { toGalactic } from "../sky/galactic.ts";
import { parseDec, parseRa } from "../sky/sexagesimal.ts";
import type { ColumnMap } from "./column-map.ts";

/** A source of a user's table in physical units; NaN where missing. */
export interface UserSource {
  readonly name: string;
  readonly ra: number;
  readonly dec: number;
  /** In the order of the model's features. */
  readonly features: Float64Array;
}

/** Why a row is not scored. */
export interface Complaint {
  readonly column: string;
  readonly value: string;
  readonly problem: string;
}

const MISSING = new Set(["", "nan", "null", "none", "na", "n/a", "-", "--", "\\n"]);
const KNOWN = new Map([...FEATURES, KS_INTRA_PROB].map((feature) => [feature.name, feature]));

/**
 * Makes the function that reads rows of a table: cells to physical units, limits checked, Galactic
 * coordinates from the position and colours from the magnitudes where the table has none.
 */
export function rowReader(
  map: ColumnMap,
  features: readonly string[],
): (cells: readonly unknown[]) => UserSource | Complaint[] {
  const nameColumn = map.mapped.find(({ target }) => target === "name")!;
  const numeric = map.mapped.filter(({ target }) => target !== "name");
  return (cells) => {
    const complaints: Complaint[] = [], values = new Map<string, number>();
    const name = String(cells[nameColumn.index] ?? "").trim();
    if (name === "") {
      complaints.push({ column: nameColumn.column, value: "", problem: "the source has no name" });
    }
    for (const { target, column, index, factor } of numeric) {
      const cell = cells[index];
      const value = toNumber(cell, target) * factor;
      const problem = check(target, value, cell);
      if (problem) complaints.push({ column, value: String(cell), problem });
      else values.set(target, value);
    }
    if (complaints.length > 0) return complaints;
    derive(values);
    const of = (target: string) => values.get(target) ?? NaN;
    return { name, ra: of("ra"), dec: of("dec"), features: Float64Array.from(features, of) };
  };
}

function isMissing(cell: unknown): boolean {
  return cell === null || cell === undefined || Number.isNaN(cell) ||
    (typeof cell === "string" && MISSING.has(cell.trim().toLowerCase()));
}

/** NaN for what is no number: {@link check} tells it from a missing value. */
function toNumber(cell: unknown, target: string): number {
  if (isMissing(cell)) return NaN;
  if (typeof cell !== "string") return typeof cell === "boolean" ? NaN : Number(cell);
  const text = cell.trim();
  if ((target === "ra" || target === "dec") && /\d[\s:hd]+\d/.test(text)) {
    try {
      return target === "ra" ? parseRa(text) : parseDec(text);
    } catch {
      return NaN;
    }
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

function check(target: string, value: number, cell: unknown): string | undefined {
  if (isMissing(cell)) return undefined;
  if (Number.isNaN(value)) return "not a number; leave the cell empty where nothing is known";
  const [least, most] = limits(target, KNOWN.get(target));
  if (value >= least && value <= most) return undefined;
  return `outside ${least} to ${most}; leave the cell empty where nothing is known`;
}

/** Values that a quantity can have; beyond lie stand-ins for "missing" such as -999 or 99. */
function limits(target: string, feature?: Feature): readonly [number, number] {
  if (target === "ra" || target === "gal_l") return [0, 360];
  if (target === "dec" || target === "gal_b") return [-90, 90];
  if (target.includes("prob")) return [0, 1];
  if (target.includes("index")) return [0, 10];
  if (feature?.group === "colour") return [-30, 30];
  if (feature?.unit === "mag") return [-10, 40];
  if (target === "mips_24um") return [0, 1e9];
  return [0, 1]; // fluxes, erg or photons per s and cm2
}

function derive(values: Map<string, number>): void {
  const of = (target: string) => values.get(target) ?? NaN;
  if (Number.isNaN(of("gal_l")) || Number.isNaN(of("gal_b"))) {
    const { l, b } = toGalactic(of("ra"), of("dec"));
    values.set("gal_l", l).set("gal_b", b);
  }
  for (const { name, from } of FEATURES) {
    if (from && Number.isNaN(of(name))) values.set(name, of(from[0]) - of(from[1]));
  }
}
