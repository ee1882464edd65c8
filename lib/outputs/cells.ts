import type { RecordBatch } from "apache-arrow";
import type { Cell } from "./column.ts";

/** For each column of a batch, a function from row to value; missing values are null. */
export function cellsOf(batch: RecordBatch): ((row: number) => Cell)[] {
  return batch.schema.fields.map((_, i) => {
    const column = batch.getChildAt(i)!;
    return (row) => column.get(row);
  });
}
