import { makeVector, Table, tableFromIPC, tableToIPC } from "apache-arrow";
import { writeAtomic } from "../run/write-atomic.ts";
import type { FoldAnswer } from "./fold-worker.ts";

/** Finished folds on disk, so that a killed run goes on where it stopped. */
export class FoldStore {
  constructor(readonly folder: string, readonly nClasses: number) {}

  /** The fold's predictions; undefined when absent or not readable as such. */
  async read(iteration: number, fold: number): Promise<FoldAnswer | undefined> {
    try {
      const table = tableFromIPC(await Deno.readFile(this.#path(iteration, fold)));
      const rows = Int32Array.from(table.getChild("row")!.toArray() as Int32Array);
      const probabilities = new Float64Array(rows.length * this.nClasses);
      for (let c = 0; c < this.nClasses; c++) {
        const column = table.getChild(`cmp_${c}`)!.toArray() as Float64Array;
        for (let i = 0; i < rows.length; i++) probabilities[i * this.nClasses + c] = column[i];
      }
      return { rows, probabilities };
    } catch {
      return undefined; // fitted again, which is always right
    }
  }

  /** Keeps the fold's predictions as an Arrow IPC file: `row`, `cmp_0` ... */
  async write(iteration: number, fold: number, answer: FoldAnswer): Promise<void> {
    const columns: Record<string, ReturnType<typeof makeVector>> = { row: makeVector(answer.rows) };
    for (let c = 0; c < this.nClasses; c++) {
      const column = answer.rows.map((_, i) => i);
      columns[`cmp_${c}`] = makeVector(
        Float64Array.from(column, (i) => answer.probabilities[i * this.nClasses + c]),
      );
    }
    await writeAtomic(this.#path(iteration, fold), tableToIPC(new Table(columns), "file"));
  }

  #path(iteration: number, fold: number): string {
    return `${this.folder}/iteration-${iteration}-fold-${fold}.arrow`;
  }
}
