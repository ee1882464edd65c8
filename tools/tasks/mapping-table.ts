import { plainUnitOf, type ReadTable, TEXT_COLUMNS, unitOf } from "@csc-classify/chandra-sources";

// for terminal and page

/** Headings of {@link mappingRows}. */
export const MAPPING_HEAD: readonly string[] = [
  "your column",
  "our feature",
  "unit",
  "conversion",
  "present",
  "unlike training",
];

/** How each column of a user's table was understood, once its batches have been read. */
export function mappingRows(
  { map, counts, columns }:
    & Pick<ReadTable, "map" | "columns">
    & Partial<Pick<ReadTable, "counts">>,
): string[][] {
  const share = (n: number, of: number) => of ? `${Math.round(100 * n / of)} %` : "";
  return map.mapped.map(
    ({ target, column, unit, factor, offset, isLogarithm, isNegative, yes }) => {
      const { present = 0, outside = 0 } = columns.get(target) ?? {};
      const isText = TEXT_COLUMNS.includes(target);
      return [
        column,
        target,
        unit ?? (unitOf(target) && `${plainUnitOf(target)} (assumed)`),
        yes !== undefined
          ? `${yes.split(",").join(" or ")}: yes`
          : isLogarithm
          ? `10^${isNegative ? "-" : ""}value${factor === 1 ? "" : ` x ${factor}`}`
          : Number.isNaN(factor) || (factor === 1 && offset === 0)
          ? ""
          : `x ${factor}${offset ? ` ${offset > 0 ? "+" : "-"} ${Math.abs(offset)}` : ""}`,
        isText ? "" : share(present, counts?.accepted ?? 0),
        isText ? "" : share(outside, present),
      ];
    },
  );
}
