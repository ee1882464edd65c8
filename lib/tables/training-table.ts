import pl, { type DataFrame } from "nodejs-polars";
import SCALE from "../../data/feature-scale.json" with { type: "json" };
import { FEATURE_NAMES } from "../catalogue/features.ts";
import { PAPER } from "../catalogue/published-numbers.ts";
import { readCsv } from "./frames.ts";
import {
  type FetchOptions,
  fetchPublished,
  isPublishedAtHand,
  isPublishedReachable,
  publishedFile,
  sha256,
} from "./published-files.ts";
import { type PublishedModel, readPublishedModel } from "./published-model.ts";
import { simulateCatalogue, simulatedFrame } from "./simulated.ts";
import { readUserTable } from "./user-table.ts";

/** The labelled sources that models are trained on. */
export interface TrainingTable {
  readonly kind: "published" | "simulated" | "table";
  /** One line for captions and reports: what the rows are. */
  readonly description: string;
  /** SHA-256 of what the table was made from. */
  readonly sha256: string;
  /**
   * One row per source: name, class, ra, dec (deg), significance, catalogue (of the label),
   * offset_arcsec, then the columns of `FEATURES` in physical units. Missing values are null.
   */
  readonly frame: DataFrame;
}

/** Files that the published table is made from. */
export const TRAINING_FILES = ["chandra-ml/lightGBM-new.pkl", "chandra-ml/id_frame.csv"] as const;

/** How one published column goes back to physical units: value = min + (max - min) x / 10. */
export interface FeatureScale {
  /** Name in {@link FEATURES}. */
  readonly feature: string;
  /** The authors' label of the column. */
  readonly label: string;
  /** Physical value where the published column has 0 and 10. */
  readonly min: number;
  readonly max: number;
  /** Where the scale comes from, with the numbers that support it. */
  readonly evidence: string;
}

/** How each published column goes back to physical units: `data/feature-scale.json`. */
export const FEATURE_SCALE: readonly FeatureScale[] = SCALE.features;

/**
 * The paper's own training table: 7,703 sources, features in physical units under right names.
 *
 * @throws Error when a file cannot be had or does not hold what it should.
 */
export async function publishedTrainingTable(options?: FetchOptions): Promise<TrainingTable> {
  const [model, candidates] = await Promise.all([
    fetchPublished(TRAINING_FILES[0], options).then(readPublishedModel),
    fetchCandidates(options),
  ]);
  return {
    kind: "published",
    description: `${model.names.length} labelled Chandra sources of Kumaran et al. 2023`,
    sha256: publishedFile(TRAINING_FILES[0]).sha256,
    frame: joined(model, candidates),
  };
}

/** `chandra-ml/id_frame.csv`: the 13,880 labelled candidates within 10 arcsec, as published. */
export async function fetchCandidates(options?: FetchOptions): Promise<DataFrame> {
  return readCsv(await fetchPublished(TRAINING_FILES[1], options));
}

/**
 * Rows of the candidates that the paper trains on: offset at most 1.01 arcsec (the text says 1;
 * that gives 7,656), no quality flag set, significance above 0.
 */
export function isTrainingCandidate(candidates: DataFrame): boolean[] {
  const flags = ["streak_src_flag", "pileup_flag", "sat_src_flag", "extent_flag", "conf_flag"];
  const columns = flags.map((flag) => candidates.getColumn(flag).toArray());
  const offset = candidates.getColumn("offset").toArray();
  const significance = candidates.getColumn("significance").toArray();
  return offset.map((arcsec, row) =>
    Number(arcsec) <= 1.01 && Number(significance[row]) > 0 &&
    columns.every((flag) => Number(flag[row]) === 0)
  );
}

function joined(model: PublishedModel, candidates: DataFrame): DataFrame {
  const rowOf = new Map(candidates.getColumn("name").toArray().map((name, row) => [name, row]));
  const rows = model.names.map((name) => rowOf.get(name) ?? missing(name));
  const pick = (column: string) => {
    const cells = candidates.getColumn(column).toArray();
    return rows.map((row) => cells[row]);
  };
  const classes = pick("class");
  const conflict = model.classes.findIndex((name, row) => name !== classes[row]);
  if (conflict >= 0) {
    throw new Error(
      `${model.names[conflict]} is ${model.classes[conflict]} in the model and ` +
        `${classes[conflict]} in id_frame.csv: the two files do not belong together`,
    );
  }
  return pl.DataFrame({
    name: [...model.names],
    class: [...model.classes],
    ra: pick("ra"),
    dec: pick("dec"),
    significance: pick("significance"),
    catalogue: pick("catalog").map((name) => String(name).trim()),
    offset_arcsec: pick("offset"),
    ...Object.fromEntries(
      FEATURE_NAMES.map((name, column) => [name, toPhysical(model, column)]),
    ),
  });
}

/** `[nRows]` of one published column in physical units; null where missing. */
function toPhysical({ normalised }: PublishedModel, column: number): (number | null)[] {
  const { min, max } = FEATURE_SCALE[column];
  const { values, nRows, nColumns } = normalised;
  return Array.from({ length: nRows }, (_, row) => {
    const value = values[row * nColumns + column];
    return Number.isNaN(value) ? null : min + (max - min) * value / 10;
  });
}

function missing(name: string): never {
  throw new Error(`${name} of the published model is not in id_frame.csv`);
}

/** What {@link loadTrainingTable} may be told besides where from. */
export interface LoadOptions extends FetchOptions {
  /** Seed of the simulated table; default 42. */
  readonly seed?: number;
}

/**
 * The training table behind one name.
 *
 * @param data `published`; `simulated`; `auto`: published if at hand or reachable within seconds,
 * else simulated; or the path of a CSV or Parquet table of one's own.
 * @throws Error saying what could not be had or read, and what to do.
 */
export async function loadTrainingTable(
  data: string,
  options: LoadOptions = {},
): Promise<TrainingTable> {
  if (data === "published") return await publishedTrainingTable(options);
  if (data === "simulated") return simulatedTrainingTable(options.seed ?? 42);
  if (data !== "auto") return await readUserTable(data);
  const isMirrored = (options.mirror ?? Deno.env.get("CSC_MIRROR") ?? "") !== "";
  const isThere = isMirrored || await isPublishedAtHand(TRAINING_FILES, options) ||
    await isPublishedReachable();
  return isThere
    ? await publishedTrainingTable(options)
    : simulatedTrainingTable(options.seed ?? 42);
}

/** As many simulated sources as the paper trains on, in the shares of its Table 4. */
export function simulatedTrainingTable(seed: number): TrainingTable {
  const rows = PAPER.sample.labelled;
  const [batch] = simulateCatalogue({ rows, seed, labelled: true, batchRows: rows });
  return {
    kind: "simulated",
    description: `${rows} simulated sources (seed ${seed}), not observed`,
    sha256: sha256(new Uint8Array(batch.matrix.values.buffer)),
    frame: simulatedFrame(batch),
  };
}
