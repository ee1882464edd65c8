import { outFolder } from "../run/files.ts";
import { provenance } from "../run/provenance.ts";
import type { Settings } from "../run/settings.ts";
import { type ExtraColumn, type Sources, writeSources } from "../tables/sources.ts";
import { SOURCE_COLUMNS, type SourceClassifier } from "../trust/classify.ts";
import type { CmpDistribution } from "./cmp-distribution.ts";
import { scoreFile } from "./score-file.ts";

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
  /** The scored Arrow file; the other formats lie beside it, see {@link writeFormats}. */
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

/** What a product says about its classifier. */
export function classifierProvenance({ saved }: SourceClassifier): Record<string, string> {
  return {
    classifier: `${saved.name}: ${saved.title}`,
    "training data": saved.training.description,
    "sha256 of the training data": saved.training.sha256,
  };
}

/** What a product says about its making, as flat texts for {@link OutputMetadata}. */
export async function productProvenance(
  settings: Pick<Settings, "seed" | "profile">,
  inputs: readonly string[],
): Promise<Record<string, string>> {
  const { inputs: hashes, code, seed, profile, versions } = await provenance(settings, inputs);
  return {
    ...Object.fromEntries(
      Object.entries(hashes).map(([path, hash]) => [`sha256 of ${path}`, hash]),
    ),
    commit: code.commit ?? "unknown",
    clean: String(code.clean ?? "unknown"),
    seed: String(seed),
    profile,
    deno: versions.deno,
    lightgbm: versions.lightgbm,
  };
}
