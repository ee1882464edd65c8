import { CLASSES } from "./catalogue/classes.ts";
import { progress, showBanner } from "./notebook/mod.ts";
import { recordResults, type Result, resultsHead } from "./run/results.ts";
import { readSettings } from "./run/settings.ts";
import type { PipelineSpec } from "./models/pipeline.ts";
import { type LabelledSources, toFrame } from "./tables/sources.ts";
import { loadTrainingTable } from "./tables/training-table.ts";
import { validate, type ValidateOptions } from "./trust/blocked-validation.ts";
import { Crew } from "./validation/pool.ts";

/** How {@link open}'s `validate` runs: as the function of that name, its settings being the run's. */
export type RunOptions = Omit<ValidateOptions, "settings" | "crew" | "onProgress"> & {
  /** The open sources if absent. */
  readonly sources?: LabelledSources;
};

/**
 * What every notebook begins with: the settings of the run, the labelled sources it learns from,
 * and a banner where these are simulated.
 *
 * @throws Error saying what could not be had or read, and what to do.
 */
export async function open() {
  const settings = readSettings();
  const sources = await loadTrainingTable(settings.data, { seed: settings.seed });
  const { origin, labels } = sources;
  const head = resultsHead(settings, origin);
  const crew = new Crew(); // the kernel's end is its own
  await showBanner(origin);
  return {
    settings,
    sources,
    origin,
    labels,
    /** `[nRows]` class names. */
    classes: Array.from(labels, (label) => CLASSES[label]),
    /** The sources as a polars frame. */
    frame: toFrame(sources),
    isPublished: origin.kind === "published",
    isSimulated: origin.kind === "simulated",
    /** Workers that outlive a run, for runs that `validate` does not make. */
    crew,
    /** Adds numbers to `out/results.json`. */
    record: (results: Readonly<Record<string, Result>>) => recordResults(head, results),
    /** A cumulative cross-validation with its progress bar. */
    async validate(title: string, spec: PipelineSpec, options: RunOptions) {
      await using bar = await progress(title, options.folds * options.iterations);
      return await validate(options.sources ?? sources, spec, {
        ...options,
        settings,
        crew,
        onProgress: (done) => bar.update(done),
      });
    },
  };
}

/**
 * Ends the section that the cell is in, for want of something: a report goes on at the next heading
 * as high as the cell's own, JupyterLab stops here.
 *
 * @param why A sentence for the reader.
 * @throws SectionEnd, always.
 */
export function endSection(why: string): never {
  throw Object.assign(new Error(why), { name: "SectionEnd" });
}
