import { CLASSES, type LabelledSources } from "@csc-classify/chandra-sources";
import { toFrame } from "@csc-classify/chandra-sources/files";
import type { PipelineSpec } from "#lib/models/pipeline.ts";
import { recordResults, type Result, resultsHead } from "#lib/run/results.ts";
import { readSettings } from "#lib/run/settings.ts";
import { withOthersLabels } from "#lib/tables/labelled-set.ts";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { Crew } from "#lib/validation/pool.ts";
import { type ValidateOptions, validatePipeline } from "#lib/validation/validate-pipeline.ts";
import { DISPLAY, showBanner } from "./display.ts";
import { progress } from "./progress.ts";
import { showFrames } from "./tables.ts";

/** How {@link open}'s `validate` runs: as `validatePipeline`, its settings being the run's. */
type RunOptions = Omit<ValidateOptions, "settings" | "crew" | "onProgress"> & {
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
  await recordResults(head, {}); // from here on files say that they are of this run
  const crew = new Crew(); // the kernel's end is its own
  await showBanner(origin);
  showFrames();
  return {
    settings,
    sources,
    origin,
    labels,
    /** `[nRows]` class names. */
    classes: Array.from(labels, (label) => CLASSES[label]),
    /** The sources as a polars frame. */
    frame: toFrame(sources),
    /** What the classifier of the products learns from, see `loadLabelledSet`. */
    labelledSet: () => withOthersLabels(sources, settings.labels),
    isPublished: origin.kind === "published",
    isSimulated: origin.kind === "simulated",
    /** Workers that outlive a run, for runs that `validate` does not make. */
    crew,
    /** Adds numbers to `out/results.json`. */
    record: (results: Readonly<Record<string, Result>>) => recordResults(head, results),
    /** A cumulative cross-validation with its progress bar. */
    async validate(title: string, spec: PipelineSpec, options: RunOptions) {
      await using bar = await progress(title, options.folds * options.iterations);
      return await validatePipeline(options.sources ?? sources, spec, {
        ...options,
        settings,
        crew,
        onProgress: (done) => bar.update(done),
      });
    },
    /** What a cell that ends in `open()` shows: what is open, not all of its rows. */
    [DISPLAY]: () => ({
      "text/plain":
        `${origin.description}; profile ${settings.profile.name}, seed ${settings.seed}`,
    }),
  };
}

/**
 * Ends the section that the cell is in, for want of something: a report goes on at the next heading
 * as high as the cell's own, JupyterLab stops here.
 *
 * @param why A sentence for the reader.
 * @param forNow Whether it may be there another day, as a file that could not be fetched: then the
 * next report runs the notebook again, changed or not.
 * @throws SectionEnd or SectionEndForNow, always.
 */
export function endSection(why: string, { forNow = false } = {}): never {
  throw Object.assign(new Error(why), { name: forNow ? "SectionEndForNow" : "SectionEnd" });
}
