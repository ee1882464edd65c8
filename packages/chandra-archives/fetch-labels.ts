import pl, { type DataFrame } from "nodejs-polars";
import { parseUnit } from "@csc-classify/chandra-sources";
import { type ArchiveTable, parseDec, parseRa } from "@csc-classify/vo-tables";
import {
  ArchiveError,
  type Area,
  boxConditions,
  fetchAnyStrips,
  isSmall,
  joinRows,
  minuteConditions,
  numbers,
  type SchemaColumn,
  TapClient,
  type TapOptions,
  together,
} from "@csc-classify/vo-archives";
import { LABEL_CATALOGUES, type LabelCatalogue } from "./label-catalogues.ts";
import { Outages } from "./outages.ts";
import { type Archives, LIVE_ARCHIVES } from "./services.ts";

/** Which columns of a label catalogue are to be used. */
interface LabelColumns {
  /** The table that has them: the catalogue's first, or one of those that may stand in. */
  readonly table: string;
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
interface LabelOptions extends TapOptions {
  /** Instead of the registry's services, e.g. for a mirror. */
  readonly services?: Archives["labels"];
  /** All of the sky when absent. */
  readonly area?: Area;
  /** Where services that fail are noted. */
  readonly outages?: Outages;
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
  /** Sources that have their class from it. */
  readonly given?: number;
  /** What is not as expected, or why there are none. */
  readonly problem?: string;
}

/** What VizieR calls positions of J2000 and ICRS, in degrees or sexagesimal. */
const POSITIONS = [
  ["RAJ2000", "DEJ2000"],
  ["_RAJ2000", "_DEJ2000"],
  ["RA_ICRS", "DE_ICRS"],
  ["_RA_icrs", "_DE_icrs"],
  ["RAICRS", "DEICRS"],
  ["RAdeg", "DEdeg"],
  ["_RA", "_DE"],
  ["ra", "dec"],
] as const;

/**
 * The table and columns to use of a label catalogue: the first of its tables that has a position and
 * the other columns needed. The registry's names come first, then those usual at VizieR, in any case.
 *
 * @param tables Columns by table, or why they could not be had.
 * @throws ArchiveError when there is no such table or a needed column is absent, naming those that
 * there are.
 */
export function chooseLabelColumns(
  catalogue: LabelCatalogue,
  tables: ReadonlyMap<string, readonly SchemaColumn[] | ArchiveError>,
): LabelColumns {
  const { table, elsewhere = [], id, certainty } = catalogue, problems: string[] = [];
  for (const one of [table, ...elsewhere]) {
    const found = tables.get(one)!;
    const chosen = found instanceof ArchiveError
      ? `there is no table ${one}: ${found.problem}`
      : columnsOf(catalogue, one, found);
    if (typeof chosen !== "string") return chosen;
    problems.push(chosen);
  }
  throw new ArchiveError({
    kind: "format",
    service: catalogue.service,
    query: `columns of ${table}`,
    problem: problems.join("; "),
    remedy:
      `mend the entry "${id}" of packages/chandra-archives/data/label-catalogues.json (certainty: ${certainty})`,
  });
}

/** The columns of one table, or what is wrong with it. */
function columnsOf(
  { name: names, position, type }: LabelCatalogue,
  table: string,
  found: readonly SchemaColumn[],
): LabelColumns | string {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const find = (names: readonly string[]) =>
    names.map((name) =>
      found.find((one) => one.name === name) ?? found.find((one) => same(one.name, name))
    ).find((one) => one !== undefined);
  const places = [position, ...POSITIONS].map((pair) => pair.map((name) => find([name])));
  const [ra, dec] = places.find((pair) => !pair.includes(undefined)) ?? [];
  const name = find(names) ?? find(["Name", "recno"]);
  const kind = type && find([type.column]);
  if (!ra || !dec || !name || (type && !kind)) {
    const needed = [...position, names.join(" or "), type?.column].filter(Boolean);
    const there = found.map((one) => one.name).join(", ");
    return `${table} lacks one of ${needed.join(", ")}; it has ${there}`;
  }
  return {
    table,
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
 * also one of which a filter keeps nothing; so is what a service that fails, or refuses everything, was
 * to give, which is noted among the outages too.
 *
 * @returns `frame`: class, catalogue (its id), label_name, label_ra and label_dec (degrees).
 */
export async function fetchAllLabels(
  options: LabelOptions & OnCatalogue = {},
): Promise<{ frame: DataFrame; report: CatalogueReport[] }> {
  const { services = LIVE_ARCHIVES.labels, outages = new Outages(), onCatalogue } = options;
  const frames = new Map<string, DataFrame>(), reports = new Map<string, CatalogueReport>();
  await together(
    Object.entries(services).map(async ([service, address]) => {
      const tap = new TapClient(address, options);
      const ours = LABEL_CATALOGUES.filter((one) => one.service === service);
      const tables = [...new Set(ours.map(({ table }) => table))];
      const guesses = ours.flatMap(({ elsewhere = [] }) => elsewhere);
      let columns: Map<string, SchemaColumn[] | ArchiveError> | undefined;
      const refused: [Parameters<Outages["note"]>[0], ArchiveError][] = [];
      for (const catalogue of ours) {
        const { id, title } = catalogue, part = { service: address.name, id, title };
        const failed = (problem: string) => reports.set(id, { id, title, rows: 0, problem });
        try {
          const found = await outages.attempt(part, async () => {
            columns ??= await tap.columns(tables, guesses);
            const chosen = chooseLabelColumns(catalogue, columns);
            return await fetchLabels(tap, catalogue, chosen, options.area);
          });
          if (found) {
            const { frame, ...counts } = found;
            frames.set(id, frame);
            reports.set(id, { id, title, rows: frame.height, ...counts });
          } else failed(`left out: ${outages.leftOut.findLast((one) => one.id === id)!.why}`);
        } catch (error) {
          if (!(error instanceof ArchiveError)) throw error;
          failed(error.problem);
          refused.push([part, error]);
        }
        onCatalogue?.(reports.size, title);
      }
      // one that refuses all it is asked for has moved, or is not itself
      if (refused.length === ours.length) refused.forEach((one) => outages.note(...one));
    }),
  );
  const report = LABEL_CATALOGUES.map(({ id }) => reports.get(id)!);
  const found = LABEL_CATALOGUES.flatMap(({ id }) => frames.get(id) ?? []);
  return { frame: found.length > 0 ? pl.concat(found, { how: "vertical" }) : toLabels([]), report };
}

/** One object of a label catalogue. */
export interface Label {
  readonly class: string;
  readonly catalogue: string;
  readonly name: string | null;
  readonly ra: number;
  readonly dec: number;
}

/** Labels as a frame: class, catalogue, label_name, label_ra and label_dec (degrees). */
export function toLabels(labels: readonly Label[]): DataFrame {
  return pl.DataFrame([
    pl.Series("class", labels.map((one) => one.class), pl.Utf8),
    pl.Series("catalogue", labels.map(({ catalogue }) => catalogue), pl.Utf8),
    pl.Series("label_name", labels.map(({ name }) => name), pl.Utf8),
    pl.Series("label_ra", labels.map(({ ra }) => ra), pl.Float64),
    pl.Series("label_dec", labels.map(({ dec }) => dec), pl.Float64),
  ]);
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
  const { rows, where } = await fetchRows(tap, catalogue, columns, area);
  const cells = (name?: string) =>
    (name === undefined ? [] : rows.getColumn(name).toArray()) as (number | string | null)[];
  const [ra, dec, name, type] = [columns.ra, columns.dec, columns.name, columns.type].map(cells);
  const isOurs = catalogue.type ? typeFilter(catalogue, type) : () => true;
  const labelRa = ra.map((cell) => degrees(cell, parseRa));
  const labelDec = dec.map((cell) => degrees(cell, parseDec));
  const ours = Array.from(ra.keys()).filter(isOurs);
  // in an order of our own, whatever the service's
  const placed = ours.filter((i) => isPlace(labelRa[i], labelDec[i])).sort((a, b) =>
    labelDec[a]! - labelDec[b]! || labelRa[a]! - labelRa[b]! ||
    (String(name[a]) < String(name[b]) ? -1 : 1)
  );
  // one object may have a row for each of its states
  const known = new Set<string>();
  const kept = placed.filter((i) => {
    const key = `${name[i]} ${labelRa[i]!.toFixed(4)} ${labelDec[i]!.toFixed(4)}`;
    return !known.has(key) && known.add(key);
  });
  const frame = toLabels(kept.map((i) => ({
    class: catalogue.class,
    catalogue: catalogue.id,
    name: name[i] === null ? null : `${name[i]}`,
    ra: labelRa[i]!,
    dec: labelDec[i]!,
  })));
  return {
    frame,
    seen: ra.length,
    unplaced: ours.length - placed.length,
    repeated: placed.length - kept.length,
    problem: where !== catalogue.where
      ? `asked where ${where}: the service did not take ${catalogue.where}`
      : kept.length > 0 || (area && ours.length === 0)
      ? undefined
      : area
      ? `none of its ${ours.length} rows there has a position, such as "${ra[ours[0]]}"`
      : nothingKept(catalogue, ra.length, type),
  };
}

/** Its rows, by the first of its conditions that the service takes. */
async function fetchRows(
  tap: TapClient,
  { where, orWhere }: LabelCatalogue,
  columns: LabelColumns,
  area?: Area,
): Promise<{ rows: DataFrame; where?: string }> {
  try {
    return { rows: await fetchWhere(tap, columns, where, area), where };
  } catch (error) {
    if (orWhere === undefined || !isAboutQuery(error)) throw error;
    return { rows: await fetchWhere(tap, columns, orWhere, area), where: orWhere };
  }
}

function isAboutQuery(error: unknown): boolean {
  return error instanceof ArchiveError && error.isAboutQuery;
}

/** Rows that a condition holds for: of the area where that can be asked for, else all. */
async function fetchWhere(
  tap: TapClient,
  columns: LabelColumns,
  where?: string,
  area?: Area,
): Promise<DataFrame> {
  const ra = quoted(columns.ra), dec = quoted(columns.dec);
  const boxes = area && isSmall(area) ? boxConditions(area, ra, dec) : undefined;
  const minutes = area && isSmall(area) ? minuteConditions(area, ra) : undefined;
  const first = columns.isText ? minutes : boxes, second = columns.isText ? boxes : minutes;
  if (!first) return await fetchWhole(tap, columns, where);
  const rows = await fetchBoxes(tap, columns, where, first).catch((error) => {
    if (!second || !isAboutQuery(error)) throw error;
  });
  if (rows && (rows.height > 0 || !columns.isText)) return rows;
  // some are listed as text and kept as numbers, or the reverse
  return await fetchBoxes(tap, columns, where, second!).catch((error) => {
    if (rows && isAboutQuery(error)) return rows;
    throw error;
  });
}

/**
 * Says of an answer that its positions are numbers of another unit than degrees. Numbers beyond 24 are
 * neither hours nor radians: what VizieR states may be another unit than the numbers have.
 */
function inDegrees({ ra, dec }: LabelColumns): (answer: ArchiveTable) => string | undefined {
  return ({ frame, columns }) => {
    for (const name of [ra, dec]) {
      const unit = columns.find((one) => one.name === name)?.unit?.trim();
      const theirs = unit ? parseUnit(unit) : undefined, degrees = parseUnit("deg")!;
      const isText = /String|Utf8/.test(String(frame.getColumn(name).dtype));
      if (!theirs || isText) continue;
      const isSame = theirs.dimension === degrees.dimension &&
        Math.abs(theirs.factor / degrees.factor - 1) < 1e-6;
      if (isSame || numbers(frame, name).some((value) => Math.abs(value) > 24)) continue;
      return `the column ${name} is in "${unit}", expected degrees`;
    }
    return undefined;
  };
}

/** A name for ADQL. */
function quoted(name: string): string {
  return /^[A-Za-z]\w*$/.test(name) ? name : `"${name}"`;
}

function namesOf({ ra, dec, name, type }: LabelColumns): string[] {
  return [...new Set([ra, dec, name, ...(type ? [type] : [])])];
}

async function fetchWhole(
  tap: TapClient,
  columns: LabelColumns,
  where?: string,
): Promise<DataFrame> {
  const isPaged = columns.along !== columns.dec;
  // an object without a position is in no strip, and can identify nothing
  const placed = isPaged ? undefined : `${quoted(columns.dec)} IS NOT NULL`;
  const rows = await fetchAnyStrips(tap, {
    table: columns.table,
    columns: namesOf(columns).map(quoted),
    where: [where, placed].filter(Boolean).join(" AND ") || undefined,
    types: { [columns.name]: "char" },
    check: inDegrees(columns),
    along: quoted(columns.along),
    range: isPaged ? [0, 2 ** 31] : undefined,
  });
  return rows ?? noRows(columns);
}

function noRows(columns: LabelColumns): DataFrame {
  return pl.DataFrame(namesOf(columns).map((name) => pl.Series(name, [], pl.Utf8)));
}

async function fetchBoxes(
  tap: TapClient,
  columns: LabelColumns,
  where: string | undefined,
  boxes: readonly string[],
): Promise<DataFrame> {
  const { table, name, dec } = columns, { pageRows = 200_000 } = tap.service;
  const names = namesOf(columns), types = { [name]: "char" }, parts: DataFrame[] = [];
  const check = inDegrees(columns);
  for (const box of boxes) {
    const condition = where ? `${where} AND (${box})` : box;
    const adql = `SELECT ${names.map(quoted).join(", ")} FROM ${table} WHERE ${condition}`;
    try {
      parts.push((await tap.sync({ adql, maxRows: pageRows, expect: names, types, check })).frame);
    } catch (error) {
      // a box may hold more than the service gives at a time
      if (columns.isText || !(error instanceof ArchiveError && error.divisible)) throw error;
      const strips = { table, columns: names.map(quoted), where: condition, types, check };
      const rows = await fetchAnyStrips(tap, { ...strips, along: quoted(dec) });
      parts.push(rows?.select(...names) ?? noRows(columns));
    }
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
    remedy:
      `mend the type of the entry "${id}" of packages/chandra-archives/data/label-catalogues.json`,
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

/** Whether these are degrees of a place on the sky. */
export function isPlace(ra: number | null, dec: number | null): boolean {
  return ra !== null && dec !== null && ra >= 0 && ra <= 360 && Math.abs(dec) <= 90;
}

/** Degrees of a cell in degrees or sexagesimal; null for one that is missing or coarser. */
function degrees(
  cell: number | string | null,
  parse: (text: string) => number,
): number | null {
  if (cell === null || typeof cell === "number") return cell;
  if (/^[+-]?\d+(\.\d*)?$/.test(cell.trim())) return Number(cell);
  try {
    return parse(cell);
  } catch {
    // some positions are given to the minute only, which no match within an arcsecond needs
    return null;
  }
}
