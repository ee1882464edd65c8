import type { TableColumn } from "./open-table.ts";
import { TableError } from "./table-error.ts";

/** One of the tables of a file. */
interface TableChoice {
  /** Its name, such as EXTNAME; "" where it has none. */
  readonly name: string;
  readonly nRows: number;
  readonly columns: readonly TableColumn[];
}

const POSITION_UCD = /^pos[._](eq[._]ra|galactic[._]lon)/i;
const POSITION_NAME =
  /^(.*[^a-z])?(ra|raj2000|rajd|ra_?icrs|ra_?deg|rah|right_?ascension|glon|l_?ii|gal_l|l_gal|lii)([^a-z].*)?$/i;

/** Whether a column is, by UCD or name, the first coordinate of a position in the sky. */
export function isPosition({ name, ucd = "" }: TableColumn): boolean {
  return POSITION_UCD.test(ucd) || POSITION_NAME.test(name.slice(0, 200));
}

/** Whether a column seems to hold fluxes, by UCD, unit or name. */
function isFlux({ name, unit = "", ucd = "" }: TableColumn): boolean {
  return /^phot[._]flux/i.test(ucd) || /\berg|\b[mfa]?W\b.*m/.test(unit) ||
    /flux|^f_?x/i.test(name.slice(0, 200));
}

/**
 * The table of a file that has sources: the one that is `wanted` by name or number, the only one
 * that has positions, or fluxes besides, or the only one that has rows.
 *
 * @returns Its place, and what to say of those that were passed over.
 * @throws TableError naming all of them where none is meant.
 */
export function chooseTable(
  tables: readonly TableChoice[],
  wanted?: string,
): { place: number; note?: string } {
  const full = tables.map((_, i) => i).filter((i) => tables[i].nRows > 0);
  const placed = full.filter((i) => tables[i].columns.some(isPosition));
  const called = (i: number) => tables[i].name || `table ${i + 1}`;
  if (wanted !== undefined) {
    const named = tables.findIndex(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    const place = named >= 0 ? named : Number(wanted) - 1;
    if (tables[place]) return { place };
    throw severalTables(tables, `there is no table "${wanted}"`);
  }
  const bright = placed.filter((i) => tables[i].columns.some(isFlux));
  const isBright = placed.length > 1 && bright.length === 1;
  const [only] = tables.length === 1
    ? [0]
    : placed.length === 1
    ? placed
    : isBright
    ? bright
    : full.length === 1
    ? full
    : full.length === 0
    ? [0]
    : [];
  if (only === undefined) throw severalTables(tables, `it holds ${tables.length} tables`);
  const others = full.filter((i) => i !== only).map((i) =>
    `${called(i)} (${tables[i].nRows} rows)`
  );
  if (others.length === 0) return { place: only };
  const note = `Of its ${tables.length} tables ${called(only)} is read, the one with positions` +
    `${isBright ? " and fluxes" : ""}, ` +
    `not ${others.slice(0, 10).join(", ")}${others.length > 10 ? " and others" : ""}.`;
  return { place: only, note };
}

function severalTables(tables: readonly TableChoice[], problem: string): TableError {
  const list = tables.slice(0, 20).map(({ name, nRows, columns }, i) => {
    const names = columns.slice(0, 6).map(({ name }) => name.slice(0, 40)).join(", ");
    const more = columns.length > 6 ? " ..." : "";
    return `${i + 1}${name && ` "${name.slice(0, 60)}"`}: ${nRows} rows of ${names}${more}`;
  });
  return new TableError(
    "format",
    `${problem}: ${list.join("; ")}${tables.length > 20 ? "; ..." : ""}; say which with --table ` +
      "NAME or --table NUMBER",
  );
}
