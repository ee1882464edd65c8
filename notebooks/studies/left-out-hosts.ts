import pl, { type DataFrame } from "nodejs-polars";
import { predictedLabels, takeColumns } from "@csc-classify/forests";
import {
  CLASSES,
  hostsOf,
  type LabelledSources,
  type SourceClass,
} from "@csc-classify/chandra-sources";
import type { PipelineSpec } from "#lib/models/pipeline.ts";
import type { Settings } from "#lib/run/settings.ts";
import { type CrossValidationOptions, predictFold } from "#lib/validation/cross-validate.ts";
import { sideBySide } from "./side-by-side.ts";

/** Compact objects and what is taken for them: the classes that galaxies and clusters are searched for. */
const COMPACT: readonly SourceClass[] = ["HMXB", "LMXB", "ULX", "CV", "PULSAR"];

/** A galaxy, cluster or star-forming region and the rows of its compact objects. */
interface Host {
  readonly host: string;
  readonly rows: readonly number[];
}

/** The hosts with at least so many labelled compact objects, those with most first. */
export function compactHosts(sources: LabelledSources, least: number): Host[] {
  const hosts = hostsOf(sources);
  const rows = [...sources.labels.keys()].filter((row) =>
    hosts[row] !== undefined && COMPACT.includes(CLASSES[sources.labels[row]])
  );
  return [...Map.groupBy(rows, (row) => hosts[row]!)].map(([host, rows]) => ({ host, rows }))
    .filter(({ rows }) => rows.length >= least)
    .sort((a, b) => b.rows.length - a.rows.length);
}

/** What {@link leaveHostsOut} needs. */
interface LeaveOutOptions extends Pick<CrossValidationOptions, "crew" | "cacheFolder"> {
  readonly sources: LabelledSources;
  /** `[nRows]` blocks: a host is left out with all of those that it lies in. */
  readonly groups: Int32Array;
  readonly spec: PipelineSpec;
  readonly settings: Pick<Settings, "seed" | "workers">;
}

/**
 * Classifies the compact objects of each host by a model that has seen neither it nor anything in
 * its blocks.
 *
 * @returns A row a source: `host`, `label` and `predicted` (class names).
 */
export async function leaveHostsOut(
  hosts: readonly Host[],
  { sources: { matrix, labels }, groups, spec, settings, ...options }: LeaveOutOptions,
): Promise<DataFrame> {
  const own = takeColumns(matrix, spec.features);
  const answers = await sideBySide(hosts, settings.workers, async ({ host, rows }) => {
    const blocks = new Set(rows.map((row) => groups[row]));
    const assignment = Int32Array.from(groups, (group) => blocks.has(group) ? 1 : 0);
    const { seed } = settings;
    const one = { matrix: own, labels, spec, assignment, fold: 1, seed, ...options };
    const answer = await predictFold(one);
    const named = predictedLabels(answer.probabilities, CLASSES.length);
    return rows.map((row) => ({
      host,
      label: CLASSES[labels[row]] as string,
      predicted: CLASSES[named[answer.rows.indexOf(row)]] as string,
    }));
  });
  const all = answers.flat();
  // columns have their types where no host is left out too
  return pl.DataFrame({
    host: pl.Series("host", all.map(({ host }) => host), pl.Utf8),
    label: pl.Series("label", all.map(({ label }) => label), pl.Utf8),
    predicted: pl.Series("predicted", all.map(({ predicted }) => predicted), pl.Utf8),
  });
}
