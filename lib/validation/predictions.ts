import { makeVector, Table, tableFromIPC, tableToIPC, vectorFromArray } from "apache-arrow";
import { CLASSES } from "../catalogue/classes.ts";
import { outFolder, writeAtomic } from "../run/files.ts";
import type { CrossValidation } from "./cross-validate.ts";

/** Saved predictions of a cumulative cross-validation: figures are drawn from these. */
export interface Predictions extends CrossValidation {
  /** `[nRows]` true classes. */
  readonly labels: Int32Array;
}

/** Path below `out/` of the predictions saved under a name. */
export function predictionsFile(name: string): string {
  return `results/predictions-${name}.arrow`;
}

/**
 * Writes predictions as an Arrow IPC file, one row per source and iteration: `name`, `class`
 * (index into CLASSES), `iteration`, `fold`, and `cmp_AGN` ... `cmp_PULSAR`.
 *
 * @param names `[nRows]` source names.
 */
export async function savePredictions(
  name: string,
  { iterations, labels }: Omit<Predictions, "fitted">,
  names: readonly string[],
): Promise<void> {
  const n = labels.length, nClasses = CLASSES.length;
  const rows = Int32Array.from({ length: n * iterations.length }, (_, i) => i);
  const columns: Record<string, ReturnType<typeof makeVector>> = {
    name: vectorFromArray(Array.from(rows, (i) => names[i % n])),
    class: makeVector(rows.map((i) => labels[i % n])),
    iteration: makeVector(rows.map((i) => Math.floor(i / n))),
    fold: makeVector(rows.map((i) => iterations[Math.floor(i / n)].fold[i % n])),
  };
  CLASSES.forEach((name, c) => {
    columns[`cmp_${name}`] = makeVector(Float64Array.from(
      rows,
      (i) => iterations[Math.floor(i / n)].probabilities[(i % n) * nClasses + c],
    ));
  });
  const bytes = tableToIPC(new Table(columns), "file");
  await writeAtomic(`${outFolder()}/${predictionsFile(name)}`, bytes);
}

/**
 * Reads what {@link savePredictions} wrote.
 *
 * @throws Error naming the file and the task that makes it when there is none.
 */
export async function loadPredictions(name: string): Promise<Predictions> {
  const path = `${outFolder()}/${predictionsFile(name)}`;
  const bytes = await Deno.readFile(path).catch((error) => {
    throw new Error(`no predictions in ${path}: run "deno task report" first`, { cause: error });
  });
  const table = tableFromIPC(bytes);
  const column = (name: string) => table.getChild(name)!.toArray() as Int32Array;
  const iteration = column("iteration");
  const n = iteration.findIndex((i) => i > 0);
  const nRows = n < 0 ? iteration.length : n;
  const cmp = CLASSES.map((name) => table.getChild(`cmp_${name}`)!.toArray() as Float64Array);
  const fold = column("fold");
  return {
    labels: Int32Array.from(column("class").subarray(0, nRows)),
    fitted: 0,
    iterations: Array.from({ length: iteration.length / nRows }, (_, i) => {
      const probabilities = new Float64Array(nRows * CLASSES.length);
      for (let row = 0; row < nRows; row++) {
        cmp.forEach((p, c) => probabilities[row * CLASSES.length + c] = p[i * nRows + row]);
      }
      return { fold: Int32Array.from(fold.subarray(i * nRows, (i + 1) * nRows)), probabilities };
    }),
  };
}
