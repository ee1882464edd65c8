import {
  CLASSES,
  columnOf,
  hostsOf,
  type LabelledSources,
  type Sources,
  SURVEYS,
  withCoverage,
} from "@csc-classify/chandra-sources";
import { random, takeColumns } from "@csc-classify/forests";
import type { TrainingCopies } from "../models/copies.ts";
import { withAddedFeatures } from "../tables/added-features.ts";
import { takeSources } from "@csc-classify/chandra-sources/files";
import { behind, drawSights, nearPlane } from "./absorption.ts";

const AGN = CLASSES.indexOf("AGN");

/**
 * Share of the rows that a model learns from as from a table without coverage. Of a half and three
 * quarters the latter scores such tables, which are the most, better on unseen sky.
 */
const SILENT = 0.75;

/** Sources of which three in four, at random, no longer say what any survey observed. */
export function silenced<Table extends Sources>(sources: Table, seed: number, what: string): Table {
  const { matrix } = sources, values = matrix.values.slice();
  const stream = random(seed, "silenced", what);
  const columns = SURVEYS.map(({ observed }) => matrix.names.indexOf(observed));
  for (let start = 0; start < values.length; start += matrix.nColumns) {
    if (stream.uniform() >= SILENT) continue;
    for (const column of columns) if (column >= 0) values[start + column] = NaN;
  }
  return { ...sources, matrix: { ...matrix, values } };
}

/** How {@link absorbedCopies} makes copies. */
export interface AbsorbedOptions {
  readonly seed: number;
  /** Copies tried of each nucleus; those that would not be detected are dropped. */
  readonly perSource: number;
  /** Weight of a nucleus' copies together. */
  readonly weight: number;
  /** Columns of the copies; all of `withAddedFeatures` if absent. */
  readonly features?: readonly string[];
}

/**
 * Copies of the active galactic nuclei that lie in no nearby galaxy, put behind the Galactic plane,
 * where other sources are: there, labels of nuclei are rare, but nuclei are not. None where no
 * source lies near the plane.
 *
 * @param sources Physical columns, as `withAddedFeatures` takes them.
 */
export function absorbedCopies(
  sources: LabelledSources,
  { seed, perSource, weight, features }: AbsorbedOptions,
): TrainingCopies {
  const hosts = hostsOf(sources);
  const isEmpty = nearPlane(sources).length === 0;
  const nuclei = [...sources.labels.keys()].filter((row) =>
    sources.labels[row] === AGN && hosts[row] === undefined && !isEmpty
  );
  const tried = Array.from({ length: perSource }, () => nuclei).flat();
  const sights = isEmpty ? [] : drawSights(tried.length, sources, seed);
  const moved = behind(takeSources(sources, tried), sights, { limitsOf: sources });
  const broad = columnOf(moved, "flux_b");
  const seen = [...broad.keys()].filter((row) => broad[row] > 0);
  const shown = silenced(withCoverage(takeSources(moved, seen)), seed, "absorbed");
  const { matrix } = withAddedFeatures(shown);
  return {
    matrix: features ? takeColumns(matrix, features) : matrix,
    parent: Int32Array.from(seen, (row) => tried[row]),
    weight: new Float64Array(seen.length).fill(weight / perSource),
  };
}
