import type { DataFrame } from "nodejs-polars";
import { type SourceClass, toLabels } from "../catalogue/classes.ts";
import { FEATURE_NAMES, FEATURES } from "../catalogue/features.ts";
import { random } from "../run/random.ts";
import { readCsv } from "./frames.ts";
import { type FetchOptions, fetchPublished, publishedFile } from "./published-files.ts";
import { columnOf, fillDerived, type LabelledSources, type Sources } from "./sources.ts";

const TRAINING_FILE = "muwclass/TD.csv";

/**
 * Labelled sources of Yang et al. 2022 (doi:10.3847/1538-4357/ac952b) in our columns; behind the
 * features, 1 sigma errors as `e_<feature>` where they state them.
 */
export interface Compilation extends LabelledSources {
  /** `[nRows]` their leave-one-out prediction, indices into CLASSES. */
  readonly predicted: Int32Array;
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
export const CLASS_OF: Readonly<Record<string, SourceClass>> = {
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
export async function yangCompilation(options?: FetchOptions): Promise<Compilation> {
  const theirs = readCsv(await fetchPublished(TRAINING_FILE, options));
  const numbers = (name: string) => Float64Array.from(theirs.getColumn(name).toArray(), toNumber);
  const labels = (name: string) => yangLabels(theirs, name);
  const given = yangColumns(theirs);
  const position = { ra: numbers("CSCv2_RA"), dec: numbers("CSCv2_DEC") };
  return {
    origin: {
      kind: "compilation",
      description: `${theirs.height} labelled sources of Yang et al. 2022`,
      sha256: publishedFile(TRAINING_FILE).sha256 ?? "",
      release: "2.0",
    },
    names: theirs.getColumn("CSCv2_name").toArray().map(String),
    ...position,
    matrix: fillDerived(given, position),
    labels: labels("True_Class"),
    predicted: labels("Class"),
  };
}

/** Their measurements of a table of theirs under our names, with the errors they state. */
export function yangColumns(theirs: DataFrame): Map<string, Float64Array> {
  const numbers = (name: string) => Float64Array.from(theirs.getColumn(name).toArray(), toNumber);
  const given = new Map([["significance", numbers("CSCv2_S/N")]]);
  for (const [ours, [name, error]] of Object.entries(COLUMNS)) {
    given.set(ours, numbers(name));
    if (error) given.set(`e_${ours}`, numbers(error));
  }
  return given;
}

/** One of their columns of classes as our labels, `[nRows]`; throws TypeError for another class. */
export function yangLabels(theirs: DataFrame, name: string): Int32Array {
  return toLabels(theirs.getColumn(name).toArray().map((text) => toClass(String(text))));
}

/**
 * The same sources measured anew: every value with a stated error moved by a normal deviate of it.
 * Fluxes stay positive or go missing; colours are taken again from the moved magnitudes.
 */
export function remeasured<Table extends Sources>(sources: Table, seed: number): Table {
  const stream = random(seed, "remeasured");
  const given = new Map<string, Float64Array>();
  for (const { name, from } of FEATURES) {
    if (from) continue;
    const errors = columnOf(sources, `e_${name}`);
    given.set(
      name,
      columnOf(sources, name).map((value, row) => {
        const moved = errors[row] > 0 ? value + errors[row] * stream.normal() : value;
        return name.startsWith("flux") && moved <= 0 ? NaN : moved;
      }),
    );
  }
  for (const name of sources.matrix.names) {
    if (!FEATURE_NAMES.includes(name)) given.set(name, columnOf(sources, name));
  }
  return { ...sources, matrix: fillDerived(given, sources) };
}

function toNumber(cell: unknown): number {
  return cell === null || cell === undefined || cell === "" ? NaN : Number(cell);
}

function toClass(name: string): SourceClass {
  const known = CLASS_OF[name];
  if (!known) {
    throw new TypeError(`class "${name}" of Yang et al. is not one of ${Object.keys(CLASS_OF)}`);
  }
  return known;
}
