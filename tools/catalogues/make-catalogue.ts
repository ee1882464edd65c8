import { outFolder } from "#lib/run/files.ts";
import type { Settings } from "#lib/run/settings.ts";
import type { CmpDistribution } from "#lib/scoring/cmp-distribution.ts";
import { classifierProvenance, productProvenance } from "#lib/scoring/product-provenance.ts";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { type ExtraColumn, type Sources, writeSources } from "#lib/tables/sources.ts";
import { SOURCE_COLUMNS, type SourceClassifier } from "#lib/trust/classify.ts";

/** What {@link makeCatalogue} makes. */
export interface CatalogueOptions {
  /** File name without extension, e.g. `ngc-3532`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly simulated: boolean;
  /** Sources with the columns of FEATURES. */
  readonly sources: AsyncIterable<Sources> | Iterable<Sources>;
  readonly classifier: SourceClassifier;
  /** Texts and flags of the sources that go into the product. */
  readonly extras?: readonly ExtraColumn[];
  /** Release of the Chandra Source Catalog of sources that have no text `release`. */
  readonly release?: string;
  readonly settings: Settings;
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** A scored catalogue in `out/catalogue/`. */
export interface ScoredCatalogue {
  readonly distribution: CmpDistribution;
  readonly nRows: number;
  /** Wall time of scoring alone: reading, predicting and writing the Arrow file. */
  readonly seconds: number;
  /** What was scored: a Parquet file in physical units. */
  readonly sources: string;
  /** The scored Arrow file; the other formats lie beside it, see `writeFormats`. */
  readonly arrow: string;
}

/** Writes sources to `out/catalogue/<name>-sources.parquet` and scores them to `<name>.arrow`. */
export async function makeCatalogue(options: CatalogueOptions): Promise<ScoredCatalogue> {
  const { name, title, description, simulated, classifier, release, settings } = options;
  const stem = `${outFolder()}/catalogue/${name}`;
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
  return { distribution, nRows, seconds: (performance.now() - start) / 1000, sources, arrow };
}
