import { CLASSES, PAPER, type SourceClass } from "@csc-classify/chandra-sources";
import type { Result } from "../run/results.ts";
import type { ClassCounts, CmpDistribution } from "./cmp-distribution.ts";

/** Columns of Table 8. */
const COLUMNS = ["all", "3sigma", "4sigma"] as const;

/** One row of Table 8, ours beside the published one. */
interface Table8Row extends ClassCounts {
  readonly class: SourceClass | "total";
  readonly published: Readonly<ClassCounts>;
}

/** Table 8: eight classes and their total. */
export function table8({ counts }: Pick<CmpDistribution, "counts">): Table8Row[] {
  const total: ClassCounts = { all: 0, "3sigma": 0, "4sigma": 0 };
  for (const row of counts) for (const column of COLUMNS) total[column] += row[column];
  return [
    ...CLASSES.map((name, i) => ({ class: name, ...counts[i], published: PAPER.table8[name] })),
    { class: "total", ...total, published: PAPER.table8.total },
  ];
}

/** Rows of Table 8 for `out/results.json`, under `<prefix>.<class>.<column>`. */
export function table8Results(
  rows: readonly Table8Row[],
  prefix: string,
  more: Pick<Result, "origin" | "simulated">,
): Record<string, Result> {
  return Object.fromEntries(rows.flatMap((row) =>
    COLUMNS.map((column) => [
      `${prefix}.${row.class}.${column}`,
      { value: row[column], published: { value: row.published[column] }, ...more },
    ])
  ));
}
