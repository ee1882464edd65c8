import pl, { type DataFrame } from "nodejs-polars";
import { parseDec, parseRa } from "../sky/sexagesimal.ts";
import { type Area, boxConditions, isSmall, minuteConditions } from "./area.ts";
import { ArchiveError } from "./archive-error.ts";
import { fetchStrips, joinRows } from "./fetch-strips.ts";
import { LABEL_CATALOGUES, type LabelCatalogue } from "./label-catalogues.ts";
import { together } from "./send.ts";
import { type Archives, LIVE_ARCHIVES } from "./services.ts";
import { type SchemaColumn, TapClient, type TapOptions } from "./tap-client.ts";

/** Which columns of a label catalogue are to be used. */
export interface LabelColumns {
  readonly ra: string;
  readonly dec: string;
  readonly name: string;
  readonly type?: string;
  /** Whether the position is kept as text. */
  readonly isText: boolean;
  /** Numeric column to page along. */
  readonly along: string;
}

/** Options of {@link fetchAllLabels}. */
export interface LabelOptions extends TapOptions {
  /** Instead of the registry's services, e.g. for a mirror. */
  readonly services?: Archives["labels"];
  /** All of the sky when absent. */
  readonly area?: Area;
}

/** What one catalogue gave. */
export interface CatalogueReport {
  readonly id: string;
  readonly title: string;
  /** Counterparts matched, or labels. */
  readonly rows: number;
  /** Rows looked at: of other types, without a precise position, and repeated ones, too. */
  readonly seen?: number;
  readonly unplaced?: number;
  readonly repeated?: number;
  /** What is not as expected, or why there are none. */
  readonly problem?: string;
}

/**
 * The columns to use of a label catalogue.
 *
 * @param found Its columns, or why they could not be had.
 * @throws ArchiveError when there is no such table or a needed column is absent, naming those that
 * there are.
 */
export function chooseLabelColumns(
  catalogue: LabelCatalogue,
  found: readonly SchemaColumn[] | ArchiveError,
): LabelColumns {
  const { table, position, type, id, certainty } = catalogue;
  const unlike = (problem: string) =>
    new ArchiveError({
      kind: "format",
      service: catalogue.service,
      query: `columns of ${table}`,
      problem,
      remedy: `mend the entry "${id}" of data/label-catalogues.json (certainty: ${certainty})`,
    });
  if (found instanceof ArchiveError) throw unlike(`there is no table ${table}: ${found.problem}`);
  const find = (names: readonly string[]) =>
    names.map((name) => found.find((one) => one.name === name)).find((one) => one !== undefined);
  const [ra, dec] = position.map((name) => find([name]));
  const name = find(catalogue.name) ?? find(["Name", "name", "recno"]);
  const kind = type && find([type.column]);
  if (!ra || !dec || !name || (type && !kind)) {
    const needed = [...position, catalogue.name.join(" or "), type?.column].filter(Boolean);
    const there = found.map((one) => one.name).join(", ");
    throw unlike(`${table} lacks one of ${needed.join(", ")}; it has ${there}`);
  }
  return {
    ra: ra.name,
    dec: dec.name,
    name: name.name,
    type: kind?.name,
    isText: ra.isText,
    along: find(["recno"])?.name ?? dec.name,
  };
}

/** Progress from catalogue to catalogue. */
export interface OnCatalogue {
  /** Called after each catalogue with the number of those done. */
  readonly onCatalogue?: (done: number, title: string) => void;
}

/**
 * The objects of every label catalogue, in the order of the registry; services are asked side by
 * side, each one thing at a time. A catalogue that is not as expected is left out and reported,
 * also one of which a filter keeps nothing; a service that fails is an error.
 *
 * @returns `frame`: class, catalogue (its id), label_name, label_ra and label_dec (degrees).
 * @throws ArchiveError when a service fails, or none of the catalogues could be had.
 */
export async function fetchAllLabels(
  options: LabelOptions & OnCatalogue = {},
): Promise<{ frame: DataFrame; report: CatalogueReport[] }> {
  const { services = LIVE_ARCHIVES.labels, onCatalogue } = options;
  const frames = new Map<string, DataFrame>(), reports = new Map<string, CatalogueReport>();
  await together(
    Object.entries(services).map(async ([service, address]) => {
      const tap = new TapClient(address, options);
      const ours = LABEL_CATALOGUES.filter((one) => one.service === service);
      const columns = await tap.columns([...new Set(ours.map(({ table }) => table))]);
      for (const catalogue of ours) {
        const { id, title, table } = catalogue;
        try {
          const chosen = chooseLabelColumns(catalogue, columns.get(table)!);
          const { frame, ...counts } = await fetchLabels(tap, catalogue, chosen, options.area);
          frames.set(id, frame);
          reports.set(id, { id, title, rows: frame.height, ...counts });
        } catch (error) {
          if (!(error instanceof ArchiveError && error.isAboutQuery)) throw error;
          reports.set(id, { id, title, rows: 0, problem: error.problem });
        }
        onCatalogue?.(reports.size, title);
      }
    }),
  );
  const report = LABEL_CATALOGUES.map(({ id }) => reports.get(id)!);
  const found = LABEL_CATALOGUES.flatMap(({ id }) => frames.get(id) ?? []);
  if (found.length > 0) return { frame: pl.concat(found, { how: "vertical" }), report };
  throw new ArchiveError({
    kind: "query",
    service: "the services of label catalogues",
    query: `${report.length} catalogues`,
    problem: `not one could be had; the first: ${report[0].problem}`,
    remedy: "deno task probe tells what each service has",
  });
}

/** The objects of one label catalogue. */
interface LabelTable extends Omit<CatalogueReport, "id" | "title" | "rows"> {
  readonly frame: DataFrame;
}

/** Fetches one label catalogue; objects of another type are left out. */
async function fetchLabels(
  tap: TapClient,
  catalogue: LabelCatalogue,
  columns: LabelColumns,
  area?: Area,
): Promise<LabelTable> {
  const rows = await fetchRows(tap, catalogue, columns, area);
  const cells = (name?: string) =>
    (name === undefined ? [] : rows.getColumn(name).toArray()) as (number | string | null)[];
  const [ra, dec, name, type] = [columns.ra, columns.dec, columns.name, columns.type].map(cells);
  const isOurs = catalogue.type ? typeFilter(catalogue, type) : () => true;
  const labelRa = ra.map((cell) => degrees(cell, parseRa));
  const labelDec = dec.map((cell) => degrees(cell, parseDec));
  const ours = Array.from(ra.keys()).filter(isOurs);
  const placed = ours.filter((i) => labelRa[i] !== null && labelDec[i] !== null);
  // one object may have a row for each of its states
  const known = new Set<string>();
  const kept = placed.filter((i) => {
    const key = `${name[i]} ${labelRa[i]!.toFixed(4)} ${labelDec[i]!.toFixed(4)}`;
    return !known.has(key) && known.add(key);
  });
  const frame = pl.DataFrame([
    pl.Series("class", kept.map(() => catalogue.class), pl.Utf8),
    pl.Series("catalogue", kept.map(() => catalogue.id), pl.Utf8),
    pl.Series("label_name", kept.map((i) => name[i] === null ? null : `${name[i]}`), pl.Utf8),
    pl.Series("label_ra", kept.map((i) => labelRa[i]), pl.Float64),
    pl.Series("label_dec", kept.map((i) => labelDec[i]), pl.Float64),
  ]);
  return {
    frame,
    seen: ra.length,
    unplaced: ours.length - placed.length,
    repeated: placed.length - kept.length,
    problem: area || kept.length > 0 ? undefined : nothingKept(catalogue, ra.length, type),
  };
}

/** Its rows: of the area where that can be asked for, else all. */
async function fetchRows(
  tap: TapClient,
  { table, where }: LabelCatalogue,
  columns: LabelColumns,
  area?: Area,
): Promise<DataFrame> {
  const quote = (name: string) => /^[A-Za-z]\w*$/.test(name) ? name : `"${name}"`;
  const wanted = [columns.ra, columns.dec, columns.name, ...(columns.type ? [columns.type] : [])];
  const names = [...new Set(wanted)], types = { [columns.name]: "char" };
  const boxes = !area || !isSmall(area)
    ? undefined
    : columns.isText
    ? minuteConditions(area, quote(columns.ra))
    : boxConditions(area, quote(columns.ra), quote(columns.dec));
  if (!boxes) {
    const isPaged = columns.along !== columns.dec;
    // an object without a position is in no strip, and can identify nothing
    const placed = isPaged ? undefined : `${quote(columns.dec)} IS NOT NULL`;
    return await fetchStrips(tap, {
      table,
      columns: names.map(quote),
      where: [where, placed].filter(Boolean).join(" AND ") || undefined,
      types,
      along: quote(columns.along),
      range: isPaged ? [0, 2 ** 31] : undefined,
    });
  }
  const parts: DataFrame[] = [];
  for (const box of boxes) {
    const condition = where ? `${where} AND (${box})` : box;
    const adql = `SELECT ${names.map(quote).join(", ")} FROM ${table} WHERE ${condition}`;
    parts.push((await tap.sync({ adql, maxRows: 200_000, expect: names, types })).frame);
  }
  return joinRows(parts);
}

/**
 * Whether the i-th row has a catalogue's type.
 *
 * @throws ArchiveError where codes are expected and there are none.
 */
function typeFilter(
  { type, table, id, service }: LabelCatalogue,
  cells: readonly (number | string | null)[],
): (i: number) => boolean {
  const { contains = "", codes, column } = type!;
  if (!codes) {
    const word = contains.toLowerCase();
    return (i) => String(cells[i] ?? "").toLowerCase().includes(word);
  }
  const odd = cells.find((cell) => cell !== null && !/^\s*\d*\s*$/.test(String(cell)));
  if (odd === undefined) {
    return (i) => cells[i] !== null && Number(cells[i]) >= codes[0] && Number(cells[i]) <= codes[1];
  }
  throw new ArchiveError({
    kind: "format",
    service,
    query: `${column} of ${table}`,
    problem: `${column} is "${odd}", expected a number from ${codes.join(" to ")} or another class`,
    remedy: `mend the type of the entry "${id}" of data/label-catalogues.json`,
  });
}

/** Why a whole catalogue gave no label at all. */
function nothingKept(
  { where, type }: LabelCatalogue,
  seen: number,
  cells: readonly unknown[],
): string {
  if (seen === 0) return `it has no rows${where ? ` where ${where}` : ""}`;
  if (!type) return `none of its ${seen} rows has a position`;
  const values = [...new Set(cells.map(String))].slice(0, 8).join(", ");
  const wanted = type.codes ? `from ${type.codes.join(" to ")}` : `with "${type.contains}"`;
  return `none of its ${seen} rows has a ${type.column} ${wanted}; there are ${values}`;
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
