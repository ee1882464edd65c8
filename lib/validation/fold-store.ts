import { createHash } from "node:crypto";
import { makeVector, Table, tableFromIPC, tableToIPC } from "apache-arrow";
import type { Matrix } from "@csc-classify/forests";
import { readSealed, writeSealed } from "@csc-classify/safe-files";

/** Predictions for the rows of one fold, made by a pipeline that has not seen them. */
export interface FoldAnswer {
  /**
   * `[nHeld]` rows of the fold, ascending; behind them, as the number of rows and that of the copy,
   * the copies asked about whose parents they are.
   */
  readonly rows: Int32Array;
  /** `[nHeld x nClasses]`. */
  readonly probabilities: Float64Array;
}

/** Finished folds on disk by {@link foldName}, so that a killed run goes on where it stopped. */
export class FoldStore {
  constructor(readonly folder: string, readonly nClasses: number) {}

  /** The fold's predictions; undefined when absent or not as they were written. */
  async read(name: string): Promise<FoldAnswer | undefined> {
    const bytes = await readSealed(this.#path(name));
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
  async write(name: string, answer: FoldAnswer): Promise<void> {
    const columns: Record<string, ReturnType<typeof makeVector>> = { row: makeVector(answer.rows) };
    for (let c = 0; c < this.nClasses; c++) {
      const column = answer.rows.map((_, i) => i);
      columns[`cmp_${c}`] = makeVector(
        Float64Array.from(column, (i) => answer.probabilities[i * this.nClasses + c]),
      );
    }
    await writeSealed(this.#path(name), tableToIPC(new Table(columns), "stream"));
  }

  #path(name: string): string {
    return `${this.folder}/${name}.arrow`;
  }
}

/** What of a task decides its answer, besides what the worker was given before. */
interface Fold {
  readonly iteration: number;
  readonly fold: number;
  /** `[nRows]` fold of each row. */
  readonly assignment: Int32Array;
  readonly seed: number;
}

/** Name of a fold within its run, e.g. `iteration-0-fold-3-1f…`: all that decides it is in there. */
export function foldName({ iteration, fold, assignment, seed }: Fold): string {
  const { buffer, byteOffset, byteLength } = assignment;
  const digest = createHash("sha256").update(`${fold} of ${assignment.length}, seed ${seed}\0`)
    .update(new Uint8Array(buffer, byteOffset, byteLength)).digest("hex");
  return `iteration-${iteration}-fold-${fold}-${digest.slice(0, 16)}`;
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
