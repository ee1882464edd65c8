import type { Matrix } from "@csc-classify/forests";
import { FEATURES, type Sources } from "@csc-classify/chandra-sources";
import { takeSources } from "@csc-classify/chandra-sources/files";
import type { ScoredSource } from "#lib/scoring/read-scored.ts";
import { OTHER_INPUTS, PRESENCE_GROUPS } from "#lib/scoring/scored-columns.ts";

/** Features that are measured: position and colours follow from others. */
const MEASURED = FEATURES.filter(({ group }) => PRESENCE_GROUPS.includes(group))
  .map(({ name }) => name);

/** `[nRows]` how many measured features each row has a value of. */
export function countMeasured({ values, nRows, nColumns, names }: Matrix): Int32Array {
  const columns = MEASURED.map((name) => names.indexOf(name)).filter((column) => column >= 0);
  return Int32Array.from(
    { length: nRows },
    (_, row) => columns.filter((column) => !Number.isNaN(values[row * nColumns + column])).length,
  );
}

/**
 * `[nRows]` whether a row stands for its source: of rows of one name the one with the most measured
 * features, of several such the first. A row without a name stands for itself.
 *
 * @param measured `[nRows]`, as of {@link countMeasured}.
 */
export function standsForSource(
  names: readonly string[],
  measured: ArrayLike<number>,
): boolean[] {
  const best = new Map<string, number>();
  names.forEach((name, row) => {
    const other = best.get(name);
    if (other === undefined || measured[row] > measured[other]) best.set(name, row);
  });
  return names.map((name, row) => name === "" || best.get(name) === row);
}

/** Several sets of sources as one row per source, and what is left of each set. */
interface EachOnce {
  /** Rows of each set that stand for their source. */
  readonly kept: readonly Sources[];
  /** Rows of sources that another row stands for. */
  readonly left: readonly Sources[];
  /** `[nSets][nRows]` whether a row is among those kept. */
  readonly stands: readonly (readonly boolean[])[];
}

/** Divides the rows of several sets by {@link standsForSource}; the order of rows stays. */
export function eachOnce(sets: readonly Sources[]): EachOnce {
  const flat = standsForSource(
    sets.flatMap(({ names }) => names),
    sets.flatMap(({ matrix }) => [...countMeasured(matrix)]),
  );
  let start = 0;
  const stands = sets.map(({ names }) => flat.slice(start, start += names.length));
  const take = (wanted: boolean) =>
    sets.map((set, i) =>
      takeSources(set, [...set.names.keys()].filter((row) => stands[i][row] === wanted))
    );
  return { kept: take(true), left: take(false), stands };
}

/**
 * The sets with the column `other_inputs`: what the classifier makes of a source by the rows that
 * were left out, null where there are none.
 */
export function withOtherInputs(
  sets: readonly Sources[],
  left: readonly ScoredSource[],
): Sources[] {
  const others = new Map<string, string[]>();
  for (const row of left) {
    const said = `${row.class} with ${row.cmp.toFixed(3)} by ${row.origin ?? "another row"}`;
    others.set(row.name, [...others.get(row.name) ?? [], said]);
  }
  return sets.map((set) => ({
    ...set,
    extras: {
      ...set.extras,
      [OTHER_INPUTS.name]: set.names.map((name) => others.get(name)?.join("; ") ?? null),
    },
  }));
}
