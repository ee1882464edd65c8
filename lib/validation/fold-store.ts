import { createHash, type Hash } from "node:crypto";
import { makeVector, Table, tableFromIPC, tableToIPC } from "apache-arrow";
import type { Matrix } from "../catalogue/matrix.ts";
import { LIGHTGBM_BUILD } from "../models/load-lightgbm.ts";
import { readSealed, ROOT, writeSealed } from "../run/files.ts";
import type { FoldAnswer } from "./fold-worker.ts";

/** Finished folds on disk, so that a killed run goes on where it stopped. */
export class FoldStore {
  constructor(readonly folder: string, readonly nClasses: number) {}

  /** The fold's predictions; undefined when absent or not as they were written. */
  async read(iteration: number, fold: number): Promise<FoldAnswer | undefined> {
    const bytes = await readSealed(this.#path(iteration, fold));
    if (!bytes) return undefined;
    const table = tableFromIPC(bytes);
    const rows = Int32Array.from(table.getChild("row")!.toArray() as Int32Array);
    const probabilities = new Float64Array(rows.length * this.nClasses);
    for (let c = 0; c < this.nClasses; c++) {
      const column = table.getChild(`cmp_${c}`)!.toArray() as Float64Array;
      for (let i = 0; i < rows.length; i++) probabilities[i * this.nClasses + c] = column[i];
    }
    return { rows, probabilities };
  }

  /** Keeps the fold's predictions as a sealed Arrow IPC stream: `row`, `cmp_0` ... */
  async write(iteration: number, fold: number, answer: FoldAnswer): Promise<void> {
    const columns: Record<string, ReturnType<typeof makeVector>> = { row: makeVector(answer.rows) };
    for (let c = 0; c < this.nClasses; c++) {
      const column = answer.rows.map((_, i) => i);
      columns[`cmp_${c}`] = makeVector(
        Float64Array.from(column, (i) => answer.probabilities[i * this.nClasses + c]),
      );
    }
    await writeSealed(this.#path(iteration, fold), tableToIPC(new Table(columns), "stream"));
  }

  #path(iteration: number, fold: number): string {
    return `${this.folder}/iteration-${iteration}-fold-${fold}.arrow`;
  }
}

/** The files that decide what a fold predicts: how it is cut, prepared, fitted and predicted. */
export const FITTING_CODE: readonly string[] = [
  "lib/models",
  "lib/run/random.ts",
  "lib/catalogue/classes.ts",
  "lib/catalogue/matrix.ts",
  "lib/validation/folds.ts",
  "lib/validation/fold-worker.ts",
  "lib/validation/cross-validate.ts",
];

/**
 * SHA-256 of the code that decides what a fold predicts, the LightGBM build included.
 *
 * @param root Folder of the project; tests hash copies of it.
 */
export async function fittingCode(root = ROOT): Promise<string> {
  const build = await Deno.readTextFile(LIGHTGBM_BUILD.key).catch(() => "not built");
  const hash = createHash("sha256").update(build);
  for (const part of FITTING_CODE) await addFiles(hash, `${root}/${part}`);
  return hash.digest("hex");
}

async function addFiles(hash: Hash, path: string): Promise<void> {
  if ((await Deno.stat(path)).isFile) {
    hash.update(`${path.split("/").at(-1)}\0`).update(await Deno.readFile(path));
    return;
  }
  const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
  for (const name of names.sort()) await addFiles(hash, `${path}/${name}`);
}

/** Name of the label column between workers. */
const LABEL = "\u0000label";

/**
 * A matrix and its labels as Arrow IPC bytes, one column a feature: the form in which data travel
 * to workers. Missing values stay NaN.
 */
export function encodeTraining(matrix: Matrix, labels: Int32Array): Uint8Array {
  const columns: Record<string, ReturnType<typeof makeVector>> = { [LABEL]: makeVector(labels) };
  matrix.names.forEach((name, column) => {
    const values = new Float64Array(matrix.nRows);
    for (let row = 0; row < matrix.nRows; row++) {
      values[row] = matrix.values[row * matrix.nColumns + column];
    }
    columns[name] = makeVector(values);
  });
  return tableToIPC(new Table(columns), "stream");
}

/** What {@link encodeTraining} encoded. */
export function decodeTraining(bytes: Uint8Array): { matrix: Matrix; labels: Int32Array } {
  const table = tableFromIPC(bytes);
  const names = table.schema.fields.map(({ name }) => name).filter((name) => name !== LABEL);
  const values = new Float64Array(table.numRows * names.length);
  names.forEach((name, column) => {
    const cells = table.getChild(name)!.toArray() as Float64Array;
    for (let row = 0; row < cells.length; row++) values[row * names.length + column] = cells[row];
  });
  return {
    matrix: { values, nRows: table.numRows, nColumns: names.length, names },
    labels: Int32Array.from(table.getChild(LABEL)!.toArray() as Int32Array),
  };
}
