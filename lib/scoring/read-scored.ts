import type { RecordBatch } from "apache-arrow";
import { openArrowFile } from "@csc-classify/vo-tables/arrow-file";

/** One row of a scored catalogue: its columns by name. */
export interface ScoredSource {
  readonly name: string;
  readonly ra: number | null;
  readonly dec: number | null;
  readonly class: string;
  readonly cmp: number;
  readonly margin: number;
  readonly [column: string]: string | number | boolean | null;
}

/** Scored rows as records: for tables of a few thousand rows. */
export async function scoredRows(batches: AsyncIterable<RecordBatch>): Promise<ScoredSource[]> {
  const rows: ScoredSource[] = [];
  for await (const batch of batches) {
    for (const row of batch) rows.push(row.toJSON() as ScoredSource);
  }
  return rows;
}

/** All rows of a scored Arrow file; see {@link scoredRows}. */
export async function readScored(path: string): Promise<ScoredSource[]> {
  return await scoredRows((await openArrowFile(path)).batches);
}
