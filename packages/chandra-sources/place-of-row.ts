import { type TableColumn, TableError } from "@csc-classify/vo-tables/browser";
import { joinedAngles, toIcrs } from "./angles.ts";
import { isMissing, valueOf } from "./cells.ts";
import { framedName } from "./column-names.ts";
import { conversion } from "./seen-table.ts";

/** ICRS position of a row, degrees; NaN where it has none. */
export type PlaceOfRow = (
  row: readonly unknown[],
) => { readonly ra: number; readonly dec: number };

/**
 * How rows of a table say where their sources are: by two of its columns with their units, degrees or
 * sexagesimal where they state none, and their frame; or by hours, minutes and seconds in columns of
 * their own, where one of the two is not there.
 *
 * @param ra Place of the column of right ascension, -1 where there is none; `dec` likewise.
 * @returns undefined where the table has neither.
 * @throws TableError for a unit that is none of angles; RangeError for a frame that is not known.
 */
export function placeOfRow(
  columns: readonly TableColumn[],
  ra: number,
  dec: number,
): PlaceOfRow | undefined {
  const parts = joinedAngles(columns), isWhole = ra >= 0 && dec >= 0;
  if (!isWhole && parts.length < 2) return undefined;
  const angle = (target: "ra" | "dec", index: number) => {
    const joined = isWhole ? undefined : parts[target === "ra" ? 0 : 1];
    const column = joined ?? columns[index], how = conversion(target, column.unit);
    if ("problem" in how) {
      throw new TableError(
        "columns",
        `the unit "${column.unit}" of ${column.name} is ${how.problem}; write degrees`,
      );
    }
    return (row: readonly unknown[]) => {
      const cell = joined ? joined.cellOf(row) : row[index];
      return isMissing(cell) ? NaN : valueOf(cell, { target, ...how });
    };
  };
  const raOf = angle("ra", ra), decOf = angle("dec", dec);
  const frame = isWhole ? columns[ra].frame ?? framedName(columns[ra].name)?.frame : parts[0].frame;
  const turn = frame === undefined ? undefined : toIcrs(frame);
  return (row) => {
    const place = { ra: raOf(row), dec: decOf(row) };
    return turn && Math.abs(place.dec) <= 90 ? turn(place.ra, place.dec) : place;
  };
}
