import { extname } from "node:path";
import { FEATURE_NAMES } from "../catalogue/features.ts";
import { outFolder } from "../run/files.ts";
import { provenance } from "../run/provenance.ts";
import type { Settings } from "../run/settings.ts";
import { type Sources, writeSources } from "../tables/sources.ts";
import type { CmpDistribution } from "./cmp-distribution.ts";
import { scoreFile } from "./score-file.ts";
import { writeProduct } from "./write-product.ts";

/** What {@link makeCatalogue} makes. */
export interface CatalogueOptions {
  /** File name without extension, e.g. `ngc-3532`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly simulated: boolean;
  /** Sources with the columns of FEATURES. */
  readonly sources: AsyncIterable<Sources> | Iterable<Sources>;
  /** Text of the saved pipeline, and the SHA-256 of its training data. */
  readonly pipeline: string;
  readonly trainingSha256: string;
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
  const { name, title, description, simulated, pipeline, settings } = options;
  const stem = `${outFolder()}/catalogue/${name}`;
  const sources = `${stem}-sources.parquet`, arrow = `${stem}.arrow`;
  const nRows = await writeSources(sources, FEATURE_NAMES, options.sources);
  const provenance = {
    ...await productProvenance(settings, [sources]),
    "sha256 of the training data": options.trainingSha256,
  };
  const start = performance.now();
  const distribution = await scoreFile({
    input: sources,
    output: arrow,
    pipeline,
    workers: settings.workers,
    metadata: { title, description, simulated, provenance },
    onProgress: options.onProgress,
    signal: options.signal,
  });
  return { distribution, nRows, seconds: (performance.now() - start) / 1000, sources, arrow };
}

/** Writes a scored Arrow file in more formats beside it; returns the paths. */
export async function writeFormats(
  arrow: string,
  extensions: readonly string[] = [".parquet", ".csv", ".vot"],
): Promise<string[]> {
  const stem = arrow.slice(0, -extname(arrow).length);
  const paths = extensions.map((extension) => stem + extension);
  for (const path of paths) await writeProduct(arrow, path);
  return paths;
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
