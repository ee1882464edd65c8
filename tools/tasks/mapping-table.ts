import { TEXT_COLUMNS, unitOf } from "../../lib/tables/column-map.ts";
import type { ReadTable } from "../../lib/tables/source-rows.ts";

// for terminal and page

/** Headings of {@link mappingRows}. */
export const MAPPING_HEAD: readonly string[] = [
  ...["your column", "our feature", "unit", "conversion", "present", "unlike training"],
];

/** How each column of a user's table was understood, once its batches have been read. */
export function mappingRows(
  { map, counts, columns }: Pick<ReadTable, "map" | "counts" | "columns">,
): string[][] {
  const share = (n: number, of: number) => of ? `${Math.round(100 * n / of)} %` : "";
  return map.mapped.map(({ target, column, unit, factor, offset }) => {
    const { present = 0, outside = 0 } = columns.get(target) ?? {};
    const isText = TEXT_COLUMNS.includes(target);
    return [
      column,
      target,
      unit ?? (unitOf(target) && `${unitOf(target)} (taken for)`),
      factor === 1 && offset === 0 ? "" : `x ${factor}${offset ? ` + ${offset}` : ""}`,
      isText ? "" : share(present, counts.accepted),
      isText ? "" : share(outside, present),
    ];
  });
}
