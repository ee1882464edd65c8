import pl, { type DataFrame } from "nodejs-polars";
import { parseDec, parseRa } from "../sky/sexagesimal.ts";
import { ArchiveError } from "./archive-error.ts";
import { fetchStrips } from "./fetch-strips.ts";
import type { LabelCatalogue } from "./label-catalogues.ts";
import { TapClient, type TapOptions } from "./tap-client.ts";
import { HEASARC_TAP, type TapService, VIZIER_TAP } from "./tap-service.ts";

/** What the service has of one label catalogue. */
export interface LabelProbe {
  readonly id: string;
  /** Rows by COUNT(*). */
  readonly rows: number;
  /** Columns to be used that the table has: ra, dec, name, type. */
  readonly columns: Readonly<Record<"ra" | "dec" | "name", string>> & { readonly type?: string };
  /** Numeric column to page along. */
  readonly along: string;
}

/** Options of {@link fetchLabels}. */
export interface LabelOptions extends TapOptions {
  /** Instead of the registry's services, e.g. for a mirror. */
  readonly services?: Partial<Readonly<Record<LabelCatalogue["service"], TapService>>>;
}

/**
 * Asks the service which columns a label catalogue has and how many rows.
 *
 * @throws ArchiveError when there is no such table or a needed column is absent, naming the tables
 * or columns that there are.
 */
export async function probeLabels(
  catalogue: LabelCatalogue,
  options: LabelOptions = {},
): Promise<LabelProbe> {
  const tap = labelClient(catalogue, options);
  const present = await tap.tableColumns(catalogue.table);
  const find = (names: readonly string[]) =>
    names.flatMap((name) => present.filter((one) => one.replaceAll('"', "") === name))[0];
  const [ra, dec] = catalogue.position.map((name) => find([name]));
  const name = find(catalogue.name) ?? find(["Name", "name", "recno"]);
  const type = catalogue.type && find([catalogue.type.column]);
  const needed = { ...catalogue.position, type: catalogue.type?.column };
  if (!ra || !dec || !name || (catalogue.type && !type)) {
    throw new ArchiveError({
      kind: "format",
      service: tap.service.name,
      query: `columns of ${catalogue.table}`,
      problem: present.length === 0
        ? `there is no table ${catalogue.table}; of its kind there are ${await sisters(
          tap,
          catalogue,
        )}`
        : `${catalogue.table} lacks one of ${Object.values(needed).filter(Boolean).join(", ")}, ` +
          `${catalogue.name.join(" or ")}; it has ${present.join(", ")}`,
      remedy: `mend the entry "${catalogue.id}" of data/label-catalogues.json, whose names are ` +
        (catalogue.certainty === "uncertain" ? "a guess" : `as ${catalogue.certainty} elsewhere`),
    });
  }
  const along = find(["recno"]) ?? dec;
  const rows = await tap.count(catalogue.table);
  return { id: catalogue.id, rows, columns: { ra, dec, name, type }, along };
}

/** The objects of one label catalogue. */
export interface LabelTable {
  /** class, catalogue (its id), label_name, label_ra and label_dec (degrees). */
  readonly frame: DataFrame;
  /** Objects of the class left out: without a position to the second of arc or time. */
  readonly unplaced: number;
}

/**
 * Fetches one label catalogue; objects of another type are left out.
 *
 * @throws ArchiveError as {@link probeLabels}, and when rows are missing.
 */
export async function fetchLabels(
  catalogue: LabelCatalogue,
  options: LabelOptions = {},
): Promise<LabelTable> {
  const { columns, along } = await probeLabels(catalogue, options);
  const quote = (name: string) =>
    /^[A-Za-z]\w*$/.test(name) ? name : `"${name.replaceAll('"', "")}"`;
  const wanted = [columns.ra, columns.dec, columns.name, ...(columns.type ? [columns.type] : [])];
  const frame = await fetchStrips(labelClient(catalogue, options), {
    table: catalogue.table,
    columns: [...new Set(wanted)].map(quote),
    along: quote(along),
    range: along === columns.dec ? undefined : [0, 2 ** 31],
    types: { [columns.name]: "char", ...(columns.type && { [columns.type]: "char" }) },
  });
  const cells = (name: string) =>
    frame.getColumn(name.replaceAll('"', "")).toArray() as (number | string | null)[];
  const [ra, dec, name] = [cells(columns.ra), cells(columns.dec), cells(columns.name)];
  const type = columns.type ? cells(columns.type) : undefined;
  const word = catalogue.type?.contains.toLowerCase() ?? "";
  const ours = Array.from(ra.keys()).filter((i) =>
    !type || String(type[i] ?? "").toLowerCase().includes(word)
  );
  const labelRa = ra.map((cell) => degrees(cell, parseRa));
  const labelDec = dec.map((cell) => degrees(cell, parseDec));
  const rows = ours.filter((i) => labelRa[i] !== null && labelDec[i] !== null);
  const table = pl.DataFrame([
    pl.Series("class", rows.map(() => catalogue.class), pl.Utf8),
    pl.Series("catalogue", rows.map(() => catalogue.id), pl.Utf8),
    pl.Series("label_name", rows.map((i) => name[i] === null ? null : String(name[i])), pl.Utf8),
    pl.Series("label_ra", rows.map((i) => labelRa[i]), pl.Float64),
    pl.Series("label_dec", rows.map((i) => labelDec[i]), pl.Float64),
  ]);
  return { frame: table, unplaced: ours.length - rows.length };
}

/** Degrees of a cell in degrees or sexagesimal; null for one that is missing or coarser. */
function degrees(cell: number | string | null, parse: (text: string) => number): number | null {
  if (cell === null || typeof cell === "number") return cell;
  if (/^[+-]?\d+\.\d*$/.test(cell.trim())) return Number(cell);
  try {
    return parse(cell);
  } catch {
    // some positions are given to the minute only, which no match within an arcsecond needs
    return null;
  }
}

/** Tables that begin like the one looked for, so that its name can be mended. */
async function sisters(tap: TapClient, { table, service }: LabelCatalogue): Promise<string> {
  const name = table.replaceAll('"', "");
  const stem = service === "vizier" ? name.slice(0, name.lastIndexOf("/") + 1) : name.slice(0, 5);
  const adql = `SELECT table_name FROM TAP_SCHEMA.tables WHERE table_name LIKE '%${stem}%'`;
  const { frame } = await tap.sync({ adql, types: { table_name: "char" } });
  return frame.getColumn(frame.columns[0]).toArray().join(", ") || "none";
}

function labelClient({ service }: LabelCatalogue, options: LabelOptions): TapClient {
  const standard = { vizier: VIZIER_TAP, heasarc: HEASARC_TAP };
  return new TapClient(options.services?.[service] ?? standard[service], options);
}
