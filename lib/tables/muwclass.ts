import pl, { type DataFrame } from "nodejs-polars";
import { FEATURE_NAMES, FEATURES } from "../catalogue/features.ts";
import type { SourceClass } from "../catalogue/classes.ts";
import { random } from "../run/random.ts";
import { toGalactic } from "../sky/positions.ts";
import { type FetchOptions, fetchPublished } from "./published-files.ts";
import { readCsv } from "./frames.ts";

/** Labelled sources of Yang et al. 2022 (doi:10.3847/1538-4357/ac952b), in our columns. */
export interface ExternalTable {
  /** Columns as of a training table, `class` and `predicted` (theirs); what they lack is null. */
  readonly frame: DataFrame;
  /** 1 sigma errors by measured column, `[nRows]`, NaN where not stated. */
  readonly errors: ReadonlyMap<string, Float64Array>;
}

/** Their column of each of ours, with that of its error. */
const COLUMNS: Readonly<Record<string, readonly [value: string, error?: string]>> = {
  flux_s: ["Fs", "e_Fs"],
  flux_m: ["Fm", "e_Fm"],
  flux_h: ["Fh", "e_Fh"],
  flux_b: ["Fb", "e_Fb"],
  kp_intra_prob_b: ["P_intra"],
  var_inter_prob_b: ["P_inter"],
  G: ["Gmag", "e_Gmag"],
  Bp: ["BPmag", "e_BPmag"],
  Rp: ["RPmag", "e_RPmag"],
  J: ["Jmag", "e_Jmag"],
  H: ["Hmag", "e_Hmag"],
  Ks: ["Kmag", "e_Kmag"],
  W1: ["W1mag", "e_W1mag"],
  W2: ["W2mag", "e_W2mag"],
  W3: ["W3mag", "e_W3mag"],
};

/** Their eight classes as ours: stars of both masses are STAR, neutron stars PULSAR; no ULX. */
const CLASS_OF: Readonly<Record<string, SourceClass>> = {
  AGN: "AGN",
  CV: "CV",
  "HM-STAR": "STAR",
  "LM-STAR": "STAR",
  HMXB: "HMXB",
  LMXB: "LMXB",
  NS: "PULSAR",
  YSO: "YSO",
};

/** Colours follow from magnitudes, positions are known: all columns this table can fill. */
export const EXTERNAL_FEATURES: readonly string[] = FEATURES
  .filter(({ name, group, from }) =>
    group === "position" || name in COLUMNS || (from?.every((magnitude) => magnitude in COLUMNS))
  )
  .map(({ name }) => name);

/**
 * Reads `muwclass/TD.csv`.
 *
 * @throws Error when the file cannot be had; TypeError for a class it should not have.
 */
export async function loadExternalTable(options?: FetchOptions): Promise<ExternalTable> {
  const theirs = readCsv(await fetchPublished("muwclass/TD.csv", options));
  const numbers = (name: string) => Float64Array.from(theirs.getColumn(name).toArray(), toNumber);
  const texts = (name: string) => theirs.getColumn(name).toArray().map((text) => String(text));
  const ra = numbers("CSCv2_RA"), dec = numbers("CSCv2_DEC");
  const galactic = Array.from(ra, (degrees, row) => toGalactic(degrees, dec[row]));
  const columns = new Map<string, ArrayLike<number>>([
    ["gal_l", galactic.map(({ l }) => l)],
    ["gal_b", galactic.map(({ b }) => b)],
    ...Object.entries(COLUMNS).map(([ours, [name]]) => [ours, numbers(name)] as const),
  ]);
  const frame = pl.DataFrame({
    name: texts("CSCv2_name"),
    class: texts("True_Class").map(toClass),
    predicted: texts("Class").map(toClass),
    ra: [...ra],
    dec: [...dec],
    significance: [...numbers("CSCv2_S/N")],
    ...featureColumns(columns, ra.length),
  });
  const errors = new Map(
    Object.entries(COLUMNS).flatMap(([ours, [, error]]) => error ? [[ours, numbers(error)]] : []),
  );
  return { frame, errors };
}

/**
 * The same sources measured anew: every value with a stated error moved by a normal deviate of it.
 * Fluxes stay positive or go missing; colours are taken again from the moved magnitudes.
 */
export function remeasured({ frame, errors }: ExternalTable, seed: number): DataFrame {
  const stream = random(seed, "remeasured");
  const columns = new Map<string, ArrayLike<number>>();
  for (const { name, from } of FEATURES) {
    if (from || !frame.columns.includes(name)) continue;
    const error = errors.get(name);
    const values = Float64Array.from(frame.getColumn(name).toArray(), toNumber);
    columns.set(
      name,
      values.map((value, row) => {
        const sigma = error?.[row] ?? 0;
        const moved = sigma > 0 ? value + sigma * stream.normal() : value;
        return name.startsWith("flux") && moved <= 0 ? NaN : moved;
      }),
    );
  }
  const moved = featureColumns(columns, frame.height);
  return frame.withColumns(
    ...FEATURE_NAMES.map((name) => pl.Series(name, moved[name], pl.Float64)),
  );
}

/** Columns of all features: given ones, colours of given magnitudes, nulls for the rest. */
function featureColumns(given: ReadonlyMap<string, ArrayLike<number>>, nRows: number) {
  const cells = (name: string, from?: readonly [string, string]): (number | null)[] => {
    const [a, b] = (from ?? []).map((magnitude) => given.get(magnitude));
    const values = a && b ? Array.from(a, (value, row) => value - b[row]) : given.get(name);
    return Array.from({ length: nRows }, (_, row) => {
      const value = values?.[row] ?? NaN;
      return isFinite(value) ? value : null;
    });
  };
  return Object.fromEntries(FEATURES.map(({ name, from }) => [name, cells(name, from)]));
}

function toNumber(cell: unknown): number {
  return cell === null || cell === undefined || cell === "" ? NaN : Number(cell);
}

function toClass(name: string): SourceClass {
  const known = CLASS_OF[name];
  if (!known) {
    throw new TypeError(`class "${name}" of TD.csv is not one of ${Object.keys(CLASS_OF)}`);
  }
  return known;
}
