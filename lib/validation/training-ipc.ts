import { makeVector, Table, tableFromIPC, tableToIPC } from "apache-arrow";
import type { Matrix } from "../catalogue/matrix.ts";

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
