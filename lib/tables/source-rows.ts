import { CLASSES, isClass, toLabels } from "../catalogue/classes.ts";
import { FEATURES, SURVEYS } from "../catalogue/features.ts";
import { FEATURE_SCALE } from "../catalogue/published-numbers.ts";
import { fromGalactic } from "../sky/positions.ts";
import { parseDec, parseRa } from "../sky/sexagesimal.ts";
import {
  BAND_LIMITS,
  CARRIED,
  type ColumnMap,
  EXTRAS,
  mapColumns,
  type MapOptions,
  type MappedColumn,
  plainUnitOf,
  type TableColumn,
  TEXT_COLUMNS,
  unitOf,
} from "./column-map.ts";
import { fillDerived } from "./columns.ts";
import { restored } from "./csv-line.ts";
import type { ExtraColumn, Origin, Sources } from "./sources.ts";
import { malformed, TableError } from "./table-error.ts";

// runs in a browser's page too: what a user's table says, however it was opened

/** A table of a user, opened for one pass. */
export interface OpenTable {
  /** What the file is, such as `CSV, cells separated by ";"`. */
  readonly kind: string;
  readonly columns: readonly TableColumn[];
  /** Cells in the order of the columns; null, undefined and NaN are missing, CSV cells are text. */
  readonly rows: Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>;
  /** Whether the service that wrote it says that it left rows out. */
  readonly overflow?: boolean;
}

/** Rows read together: the size of the batches that a table comes in. */
const BATCH_ROWS = 16_384;
/** Values of a column that its order of magnitude is judged by. */
const SAMPLE = 4096;

/** What is wrong with a cell, or with a row as a whole. */
interface Problem {
  readonly column: string;
  readonly value: string;
  readonly problem: string;
}

/** Why a row is not used. `row` 1 is the first below the header. */
export interface Reject extends Problem {
  readonly row: number;
  readonly name: string;
}

/** What was seen of a mapped column. */
export interface ColumnCount {
  /** Rows with a value. */
  present: number;
  /** Values beyond those of the published training table. */
  outside: number;
  /** Some values, in our unit. */
  readonly sample: number[];
}

/** What {@link readTable} may be told. */
export interface ReadOptions extends MapOptions {
  /** Of a text file without a byte order mark. */
  readonly encoding?: string;
  /** Called for each complaint of a row that is left out. */
  readonly onReject: (reject: Reject) => void;
  /** Called with the number of rows read. */
  readonly onProgress?: (rows: number) => void;
  readonly signal?: AbortSignal;
}

/** A user's table, mapped and opened for one pass. */
export interface ReadTable {
  /** What the file is. */
  readonly kind: string;
  readonly map: ColumnMap;
  /** Accepted rows in the table's order; counts are whole when this has ended. */
  readonly batches: AsyncIterable<Sources>;
  readonly counts: { rows: number; accepted: number; rejected: number };
  /** By target. */
  readonly columns: ReadonlyMap<string, ColumnCount>;
  /** Columns of `extras`. */
  readonly carried: readonly ExtraColumn[];
}

/**
 * Reads an opened table as sources, in batches: memory does not grow with its rows. Rows with a bad
 * value, a wrong number of cells or no name are left out and told.
 *
 * @param path Its name, for messages.
 * @throws TableError for columns that cannot be used, all at once; while batches are read, for a
 * table without rows.
 */
export function readRows(
  path: string,
  { kind, columns, rows, overflow }: OpenTable,
  options: ReadOptions,
): ReadTable {
  const found = columns.map(({ name, unit }, i) => ({ name: name || `column ${i + 1}`, unit }));
  const complaints: string[] = [];
  if (overflow && !options.force) {
    complaints.push("its service says that it left rows out: fetch them too (--force goes on)");
  }
  const twice = found.find(({ name }, i) => found.findIndex((other) => other.name === name) < i);
  if (twice) complaints.push(`the column "${twice.name}" comes twice; rename one`);
  const whole = mapColumns(found, options, complaints);
  if (complaints.length > 0) throw unusable(path, complaints);
  const carried = CARRIED.filter(({ name }) => whole.ignored.includes(name));
  const ignored = whole.ignored.filter((name) => carried.every((one) => one.name !== name));
  const map = { ...whole, ignored };
  const counts = { rows: 0, accepted: 0, rejected: 0 };
  const origin: Origin = { kind: "table", description: `sources of ${path}`, sha256: "" };
  const places = carried.map(({ name }) => found.findIndex((column) => column.name === name));
  const reader = new RowReader(map.mapped, carried, places, options.labelled ?? false);
  async function* batches(): AsyncGenerator<Sources> {
    for await (const cells of rows) {
      counts.rows++;
      const problems = cells.length === found.length
        ? reader.add(cells)
        : [{ column: "", value: "", problem: `${cells.length} cells, not ${found.length}` }];
      if (problems.length === 0) counts.accepted++;
      else {
        counts.rejected++;
        const row = counts.rows, name = reader.nameOf(cells);
        for (const problem of problems) options.onReject({ row, name, ...problem });
      }
      if (counts.rows % BATCH_ROWS === 0) {
        options.signal?.throwIfAborted();
        options.onProgress?.(counts.rows);
      }
      if (reader.size === BATCH_ROWS) yield reader.take(origin);
    }
    if (counts.rows === 0) {
      throw malformed(`${path} has a header and no rows; is it the right file?`);
    }
    if (reader.size > 0) yield reader.take(origin);
    options.onProgress?.(counts.rows);
  }
  return { kind, map, batches: batches(), counts, columns: reader.counts, carried };
}

export function unusable(path: string, complaints: readonly string[]): TableError {
  const shown = complaints.slice(0, 20), rest = complaints.length - shown.length;
  return new TableError(
    "columns",
    `${path} cannot be used:\n- ${shown.join("\n- ")}` +
      (rest > 0 ? `\n- and ${rest} more complaints` : ""),
  );
}

/** How text tables are parsed, by csv-parse; its delimiter comes from {@link findSeparator}. */
export const CSV_RULES = {
  comment: "#",
  comment_no_infix: true,
  relax_column_count: true,
  skip_empty_lines: true,
  skip_records_with_empty_values: true,
  record_delimiter: ["\r\n", "\n", "\r"],
  max_record_size: 16e6,
};

const SEPARATORS = [",", ";", "\t", "|"] as const;
/** Of a text that names no columns. */
export const NO_HEADER = "there is no header; the first line must name the columns";

/** The separator that the header has most of, outside quotes. */
export function findSeparator(path: string, start: string): string {
  const header = start.split(/\r\n?|\n/).find((line) => line.trim() && !line.startsWith("#"));
  if (header === undefined) throw cannotRead(path, NO_HEADER);
  const bare = header.replace(/"[^"]*"/g, "");
  const [best] = SEPARATORS.map((separator) => ({
    separator,
    count: bare.split(separator).length - 1,
  })).sort((a, b) => b.count - a.count);
  if (best.count > 0) return best.separator;
  throw cannotRead(
    path,
    `its first line, "${header.slice(0, 60)}", is one cell; name the columns there, separated by ` +
      "comma, semicolon, tab or |",
  );
}

/** Name and unit of a header such as `flux_b [erg/s/cm2]`. */
export function splitUnit(column: string): TableColumn {
  const match = /^(.*?)\s*(?:\[([^\]]+)\]|\(((?!mips)[^)]+)\))\s*$/i.exec(column.trim());
  return match ? { name: match[1], unit: (match[2] ?? match[3]).trim() } : { name: column.trim() };
}

/** What is wrong with a file. */
export function cannotRead(path: string, problem: string): TableError {
  return malformed(`cannot read ${path}: ${problem}`);
}

/** Medians in the published training table, of quantities that a wrong unit may put anywhere. */
const TYPICAL: Readonly<Record<string, number>> = {
  ...{ flux_u: 3e-15, flux_b: 1e-14, flux_s: 2e-15, flux_m: 2e-15, flux_h: 6e-15, flux_ned: 3e-14 },
  ...{ mips_24um: 500, var_inter_sigma_b: 1e-6 },
};

/**
 * Columns whose values cannot be what they are taken for: half of them lie below a 300th of what
 * is usual, which no survey reaches, or above ten thousand times it, which few sources have.
 * Fluxes only: other quantities have limits of their own.
 *
 * @returns A sentence each, with the likely unit.
 */
export function implausible(
  { mapped }: ColumnMap,
  columns: ReadonlyMap<string, ColumnCount>,
): string[] {
  return mapped.flatMap(({ target, column }) => {
    const typical = TYPICAL[target], values = columns.get(target)!.sample.filter((x) => x > 0);
    if (!typical || values.length === 0) return [];
    const middle = values.sort((a, b) => a - b)[values.length >> 1], ratio = middle / typical;
    if (ratio >= 1 / 300 && ratio <= 1e4) return [];
    const power = -Math.round(Math.log10(ratio)), ours = plainUnitOf(target);
    const unit = power === 3 && ours.startsWith("erg") ? "W/m2" : `1e${power} ${ours}`;
    return [
      `column "${column}": half of its values of ${target} lie beyond ${middle.toPrecision(2)} ` +
      `${ours}, where ${typical} is usual. Is its unit ${unit}? Then say ` +
      `--column "${target}=${column}:${unit}"; --force goes on as it is`,
    ];
  });
}

const MISSING = new Set(["", "nan", "null", "none", "na", "n/a", "-", "--", "\\n"]);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A column of numbers: where from, what it may hold, what was seen of it, the batch so far. */
interface NumberColumn extends MappedColumn {
  readonly limits: readonly [least: number, most: number];
  readonly isFlag: boolean;
  readonly training: { readonly min: number; readonly max: number };
  readonly count: ColumnCount;
  values: number[];
}

/** Turns cells into columns of physical values, one batch at a time. */
class RowReader {
  /** By target. */
  readonly counts: ReadonlyMap<string, ColumnCount>;
  readonly carried: readonly ExtraColumn[];
  readonly carriedFrom: readonly number[];
  readonly labelled: boolean;
  readonly #places: ReadonlyMap<string, number>;
  readonly #numbers: readonly NumberColumn[];
  /** Places of columns of limits, of their band (-1 if none) and of the coverage of its survey. */
  readonly #limits: readonly { from: number; isFlag: boolean; band: number; observed: number }[];
  #names: string[] = [];
  #classes: string[] = [];
  #catalogues: string[] = [];
  #extras: (string | boolean | null)[][];

  /** @param carriedFrom Place of each of the carried columns in a row. */
  constructor(
    mapped: readonly MappedColumn[],
    carried: readonly ExtraColumn[],
    carriedFrom: readonly number[],
    labelled: boolean,
  ) {
    // no parameter properties: pages carry this file with its types stripped, no more
    [this.carried, this.carriedFrom, this.labelled] = [carried, carriedFrom, labelled];
    const anything = { min: -Infinity, max: Infinity };
    this.counts = new Map(
      mapped.map(({ target }) => [target, { present: 0, outside: 0, sample: [] }]),
    );
    this.#places = new Map(mapped.map(({ target, index }) => [target, index]));
    const numbers = mapped.filter(({ target }) => !TEXT_COLUMNS.includes(target));
    const place = (wanted: string) => numbers.findIndex(({ target }) => target === wanted);
    for (const { observed, bands } of SURVEYS) {
      const isLimited = numbers.some(({ target }) =>
        bands.includes(BAND_LIMITS.get(target)?.band!)
      );
      if (!isLimited || place(observed) >= 0) continue;
      numbers.push({ target: observed, column: "", index: -1, factor: 1, offset: 0 });
    }
    this.#limits = numbers.flatMap(({ target }, from) => {
      const limit = BAND_LIMITS.get(target);
      if (!limit) return [];
      const { observed } = SURVEYS.find(({ bands }) => bands.includes(limit.band))!;
      return { from, isFlag: limit.isFlag, band: place(limit.band), observed: place(observed) };
    });
    this.#numbers = numbers.map((column) => ({
      ...column,
      limits: limits(column.target),
      isFlag: isFlag(column.target),
      training: FEATURE_SCALE.find(({ feature }) => feature === column.target) ?? anything,
      count: this.counts.get(column.target) ?? { present: 0, outside: 0, sample: [] },
      values: [],
    }));
    this.#extras = carried.map(() => []);
  }

  get size(): number {
    return this.#names.length;
  }

  nameOf(cells: readonly unknown[]): string {
    return restored(this.#text(cells, "name"));
  }

  /** Takes a row, or says what is wrong with it. */
  add(cells: readonly unknown[]): Problem[] {
    const problems: Problem[] = [];
    const name = this.nameOf(cells), of = this.#text(cells, "class");
    if (name === "") problems.push({ column: "", value: "", problem: "the source has no name" });
    if (this.labelled && !isClass(of)) {
      const problem = `the class is not one of ${CLASSES.join(", ")}`;
      problems.push({ column: "class", value: of, problem });
    }
    const values = this.#numbers.map(({ target, column, index, factor, offset, ...must }) => {
      const cell = cells[index], number = must.isFlag ? toFlag(cell) : toNumber(cell, target);
      const value = number * factor + offset;
      const problem = isMissing(cell) ? undefined : check(value, must, cell);
      if (problem) problems.push({ column, value: String(cell).slice(0, 200), problem });
      return value;
    });
    if (problems.length > 0) return problems;
    for (const { from, isFlag, band, observed } of this.#limits) {
      if (!(isFlag ? values[from] === 1 : values[from] === values[from])) continue;
      values[observed] = 1;
      if (isFlag && band >= 0) values[band] = NaN;
    }
    this.#names.push(name);
    if (this.labelled) this.#classes.push(of);
    this.#catalogues.push(this.#text(cells, "catalogue") || "own table");
    this.carried.forEach(({ type }, i) => {
      const cell = cells[this.carriedFrom[i]], text = isMissing(cell) ? "" : String(cell).trim();
      const value = type === "text" ? text : /^(t|true|1)$/i.test(text);
      this.#extras[i].push(text === "" ? null : value);
    });
    this.#numbers.forEach(({ count, training, values: column }, i) => {
      const value = values[i];
      column.push(value);
      if (isNaN(value)) return;
      count.present++;
      if (value < training.min || value > training.max) count.outside++;
      if (count.sample.length < SAMPLE) count.sample.push(value);
    });
    return [];
  }

  /** The rows so far as sources, with what follows from them. */
  take(origin: Origin): Sources {
    const names = this.#names, missing = new Array<number>(names.length).fill(NaN);
    const kept = this.#numbers.filter(({ target }) => !BAND_LIMITS.has(target));
    const given = new Map(kept.map(({ target, values }) => [target, values]));
    for (const name of EXTRAS) if (!given.has(name)) given.set(name, missing);
    const of = (target: string) => Float64Array.from(given.get(target) ?? missing);
    const position = { ra: of("ra"), dec: of("dec") };
    if (!given.has("ra") || !given.has("dec")) {
      const l = of("gal_l"), b = of("gal_b");
      names.forEach((_, row) => {
        ({ ra: position.ra[row], dec: position.dec[row] } = fromGalactic(l[row], b[row]));
      });
    }
    given.delete("ra");
    given.delete("dec");
    const sources = {
      ...{ origin, names, ...position },
      matrix: fillDerived(given, position),
      ...(this.labelled && { labels: toLabels(this.#classes), catalogues: this.#catalogues }),
      extras: Object.fromEntries(this.carried.map(({ name }, i) => [name, this.#extras[i]])),
    };
    [this.#names, this.#classes, this.#catalogues] = [[], [], []];
    this.#extras = this.carried.map(() => []);
    for (const column of this.#numbers) column.values = [];
    return sources;
  }

  #text(cells: readonly unknown[], target: string): string {
    const cell = cells[this.#places.get(target) ?? -1];
    return typeof cell === "object" ? "" : String(cell ?? "").trim();
  }
}

function isMissing(cell: unknown): boolean {
  return cell === null || cell === undefined || Number.isNaN(cell) ||
    (typeof cell === "string" && MISSING.has(cell.trim().toLowerCase()));
}

/** How tables write yes, the marks of a limit among it, and no. */
const YES = ["1", "true", "t", "yes", "y", "<", ">"], NO = ["0", "false", "f", "no", "n", "="];

/** Whether a column says yes or no: observed or not, a limit or a value. */
function isFlag(target: string): boolean {
  return BAND_LIMITS.get(target)?.isFlag ?? SURVEYS.some(({ observed }) => observed === target);
}

/** 1, 0, or NaN for what is neither. */
function toFlag(cell: unknown): number {
  const text = isMissing(cell) ? "" : String(cell).trim().toLowerCase();
  return YES.includes(text) ? 1 : NO.includes(text) ? 0 : NaN;
}

/** NaN for what is no number: {@link check} tells it from a missing value. */
function toNumber(cell: unknown, target: string): number {
  if (isMissing(cell)) return NaN;
  if (typeof cell === "number" || typeof cell === "bigint") return Number(cell);
  if (typeof cell !== "string") return NaN;
  const text = cell.trim().replace(/^[\u2212\u2013]/, "-");
  if ((target === "ra" || target === "dec") && /\d[\s:hd]+\d/.test(text)) {
    try {
      return target === "ra" ? parseRa(text) : parseDec(text);
    } catch {
      return NaN;
    }
  }
  return NUMBER.test(text) ? Number(text) : NaN;
}

function check(
  value: number,
  { isFlag, limits: [least, most] }: Pick<NumberColumn, "limits" | "isFlag">,
  cell: unknown,
): string | undefined {
  if (value >= least && value <= most) return undefined;
  const remedy = "leave the cell empty where nothing is known";
  if (!isNaN(value)) return `outside ${least} to ${most}; ${remedy}`;
  if (isFlag) return `neither yes nor no; write 1 or 0, or ${remedy}`;
  const isComma = /^[+-]?\d+,\d+(e[+-]?\d+)?$/i.test(String(cell).trim());
  return `not a number; ${isComma ? "write a decimal point for the decimal comma" : remedy}`;
}

/** Values that a quantity can have; beyond lie stand-ins for "missing" such as -999 or 99. */
function limits(target: string): NumberColumn["limits"] {
  if (target === "ra" || target === "gal_l") return [0, 360];
  if (target === "dec" || target === "gal_b") return [-90, 90];
  if (target === "offset_arcsec") return [0, 3600];
  if (target.includes("prob") || isFlag(target)) return [0, 1];
  if (target.includes("index")) return [0, 10];
  if (FEATURES.some(({ name, group }) => name === target && group === "colour")) return [-30, 30];
  if (unitOf(target) === "mag") return [-10, 40];
  if (target === "mips_24um") return [0, 1e9];
  return [0, 1e6]; // significance, and fluxes, whose order of magnitude is judged by the column
}
