import { outFolder } from "#lib/run/files.ts";
import type { Settings } from "#lib/run/settings.ts";
import { classifyBatches } from "#lib/scoring/classify-batches.ts";
import type { CmpDistribution } from "#lib/scoring/cmp-distribution.ts";
import { classifierProvenance, productProvenance } from "#lib/scoring/product-provenance.ts";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { readScored, scoredRows, type ScoredSource } from "#lib/scoring/read-scored.ts";
import { OTHER_INPUTS } from "#lib/scoring/scored-columns.ts";
import { type ExtraColumn, type Sources } from "@csc-classify/chandra-sources";
import { writeSources } from "@csc-classify/chandra-sources/files";
import { writeFormats } from "@csc-classify/vo-tables/write";
import { SOURCE_COLUMNS, type SourceClassifier } from "#lib/trust/classify.ts";
import { ACQUIRED_COLUMNS, REAL_COLUMNS, withOrigin } from "./compare.ts";
import type { PublishedClasses } from "./published-tables.ts";
import type { RealCatalogue } from "./real-catalogues.ts";
import { eachOnce, withOtherInputs } from "./each-once.ts";

/** What {@link makeCatalogue} makes. */
interface CatalogueOptions {
  /** File name without extension, e.g. `ngc-3532`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly simulated: boolean;
  /** Sources with the columns of FEATURES: sets to join, or one set batch by batch. */
  readonly sources: readonly Sources[] | AsyncIterable<Sources> | Iterable<Sources>;
  readonly classifier: SourceClassifier;
  /** Texts and flags of the sources that go into the product. */
  readonly extras?: readonly ExtraColumn[];
  /** Release of the Chandra Source Catalog of sources that have no text `release`. */
  readonly release?: string;
  readonly settings: Settings;
  /** Called with the rows done. */
  readonly onProgress?: (rows: number) => void;
  readonly signal?: AbortSignal;
}

/** A scored catalogue in `out/catalogue/`. */
interface ScoredCatalogue {
  readonly distribution: CmpDistribution;
  /** Rows of the catalogue: one per source. */
  readonly nRows: number;
  /** Wall time of scoring alone: reading, predicting and writing the Arrow file. */
  readonly seconds: number;
  /** What was scored: a Parquet file in physical units. */
  readonly sources: string;
  /** The scored Arrow file; the other formats lie beside it, see `writeFormats`. */
  readonly arrow: string;
  /**
   * Every row that was scored, in the order of the sets: of a source that several have, those that
   * are not in the catalogue too.
   */
  rows(): Promise<ScoredSource[]>;
}

/**
 * Writes sources to `out/catalogue/<name>-sources.parquet` and scores them to `<name>.arrow`. Of a
 * source that several sets have, the row with the most measured features goes into the catalogue;
 * its column `other_inputs` says what the classifier makes of the others.
 */
export async function makeCatalogue(options: CatalogueOptions): Promise<ScoredCatalogue> {
  const { name, sources, extras = [] } = options;
  const stem = `${outFolder()}/catalogue/${name}`;
  if (!Array.isArray(sources)) return await score({ ...options, stem, sources, extras });
  const sets = sources as readonly Sources[], { kept, left, stands } = eachOnce(sets);
  if (left.every(({ names }) => names.length === 0)) {
    return await score({ ...options, stem, extras });
  }
  const start = performance.now();
  const { classifier, release, settings: { workers }, title, description, simulated } = options;
  const { batches } = classifyBatches(left.filter(({ names }) => names.length > 0), {
    extras,
    classifier: classifier.save(),
    release,
    workers,
    metadata: { title, description, simulated, provenance: {} },
    signal: options.signal,
  });
  const leftRows = await scoredRows(batches), seconds = (performance.now() - start) / 1000;
  const joined = await score({
    ...options,
    stem,
    sources: withOtherInputs(kept, leftRows),
    extras: [...extras, { name: OTHER_INPUTS.name, type: "text" }],
  });
  return {
    ...joined,
    seconds: seconds + joined.seconds,
    rows: async () => merged(await joined.rows(), leftRows, stands.flat()),
  };
}

/** Rows of the catalogue and those left out, in the order of the sets. */
function merged(
  kept: readonly ScoredSource[],
  left: readonly ScoredSource[],
  stands: readonly boolean[],
): ScoredSource[] {
  const next = { kept: kept.values(), left: left.values() };
  return stands.map((isKept) => (isKept ? next.kept : next.left).next().value!);
}

interface ScoreOptions extends CatalogueOptions {
  /** Path without extension. */
  readonly stem: string;
  readonly extras: readonly ExtraColumn[];
}

async function score(options: ScoreOptions): Promise<ScoredCatalogue> {
  const { stem, title, description, simulated, classifier, release, settings } = options;
  const sources = `${stem}-sources.parquet`, arrow = `${stem}.arrow`;
  const nRows = await writeSources(sources, SOURCE_COLUMNS, options.sources, options.extras);
  const provenance = {
    ...await productProvenance(settings, [sources]),
    ...classifierProvenance(classifier),
  };
  const start = performance.now();
  const distribution = await scoreFile({
    input: sources,
    output: arrow,
    classifier: classifier.save(),
    release,
    workers: settings.workers,
    metadata: { title, description, simulated, provenance },
    onProgress: options.onProgress,
    signal: options.signal,
  });
  const seconds = (performance.now() - start) / 1000;
  return { distribution, nRows, seconds, sources, arrow, rows: () => readScored(arrow) };
}

/** What {@link scoreOrigins} scores. */
interface OriginsOptions {
  /** File name without extension. */
  readonly name: string;
  readonly title: string;
  /** Sources of one origin behind those of another. */
  readonly parts: readonly RealCatalogue[];
  /** The authors' classes, which stand beside ours. */
  readonly published: readonly PublishedClasses[];
  readonly classifier: SourceClassifier;
  readonly settings: Settings;
}

/**
 * Scores sources of several origins into one catalogue, in every format; that of the name `acquired`
 * has the columns besides that an acquisition brings.
 *
 * @returns The catalogue, and the paths of all its files.
 */
export async function scoreOrigins({ parts, published, ...options }: OriginsOptions) {
  const origins = parts.map(({ title, sources: { names } }) => `${names.length} of ${title}`);
  const catalogue = await makeCatalogue({
    ...options,
    description: `Each source once, by the set that measured most of it: ${origins.join("; ")}`,
    simulated: parts.some(({ invented }) => invented),
    sources: parts.map((part) => withOrigin(part, published)),
    extras: options.name === "acquired" ? [...REAL_COLUMNS, ...ACQUIRED_COLUMNS] : REAL_COLUMNS,
  });
  return { ...catalogue, paths: [catalogue.arrow, ...await writeFormats(catalogue.arrow)] };
}
