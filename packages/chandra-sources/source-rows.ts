import {
  BATCH_ROWS,
  malformed,
  type OpenOptions,
  type OpenTable,
  restored,
  type TableColumn,
  TableError,
  type TablePiece,
} from "@csc-classify/vo-tables/browser";
import { CLASSES, isClass, toLabels } from "./classes.ts";
import { FEATURES, SURVEYS, XRAY_LIMITS } from "./features.ts";
import { FEATURE_SCALE } from "./published-numbers.ts";
import { fromGalactic, separationArcsec, toGalactic } from "@csc-classify/sky";
import { isSexagesimal, joinedAngles, splitAngles, type ToIcrs, toIcrs } from "./angles.ts";
import {
  isFlag,
  isMissing,
  isSignedLongitude,
  limitOf,
  limits,
  standIns,
  toNumber,
  valueOf,
  withoutError,
} from "./cells.ts";
import { meaningOfName } from "./column-names.ts";
import { type ColumnMap, mapColumns, type MapOptions } from "./column-map.ts";
import { type Question, shellWord } from "./questions.ts";
import { SeenNames } from "./seen-names.ts";
import { isBandWord, type MappedColumn, SAMPLE } from "./seen-table.ts";
import { fillDerived } from "./columns.ts";
import { withFluxLimits } from "./flux-limits.ts";
import { lettersOf, QUALITY_LETTERS, qualityOf } from "./quality-letters.ts";
import { BAND_LIMITS, CARRIED, EXTRAS, isMagnitude, TEXT_COLUMNS } from "./targets.ts";
import type { ExtraColumn, Origin, Sources } from "./sources.ts";
import { converted } from "./units.ts";

// runs in a browser's page too: what a user's table says, however it was opened

/** How far apart two statements of one place may be: coordinates of two decimals. */
const SAME_PLACE_ARCSEC = 60;
/** What stands in the place of a unit and is none: `RA (J2000)`, `F (0.5-7 keV)`, `W1 (WISE)`. */
function meantUnit({ unit: written = "", name, frame }: TableColumn): Partial<TableColumn> {
  const unit = written.replace(/[\u2013\u2212]/g, "-").trim();
  const [, before, behind] = /^(deg\w*|h:m:s|d:m:s|hms|dms)\s*[,;]\s*(.+)$/i.exec(unit) ?? [];
  if (behind && FRAME.test(behind)) return { unit: before, frame: frame ?? behind };
  if (/^(lo?g_?(10)?[\s_]*)?f/i.test(name) && /^\d*\.?\d+-\d*\.?\d+$/.test(unit)) {
    return { unit: undefined, description: `${unit} keV` };
  }
  if (FRAME.test(unit)) return { unit: undefined, frame: frame ?? unit };
  if (/^[\d.]+\s*-\s*[\d.]+\s*keV$/i.test(unit)) return { unit: undefined, description: unit };
  if (isBandWord(name, unit)) return { unit: undefined, description: unit };
  return SURVEY.test(unit) ? { unit: undefined, description: unit } : {};
}
const SURVEY = /^(all|un)?wise|^2mass|^galex|^sdss|^gaia|^mips|^chandra|^csc|^irac|^ned\b/i;

/** What stands in the place of a unit and is a frame. */
const FRAME = /^(icrs|fk[45].*|[jb]?\d{4}(\.0*)?)$/i;
/** Names whose rows differ that are named. */
const SHOWN = 10;
/** Rows by which numbers are found that stand for missing ones. */
const FIRST_ROWS = 16_384;
/** Rows whose cells are looked at together, column by column. */
const PIECE_ROWS = 4096;

/** What is wrong with a cell, or with a row as a whole. */
interface Problem {
  readonly column: string;
  readonly value: string;
  readonly problem: string;
}

/** Why a row is not used. `row` 1 is the first below the header; lines passed over count. */
export interface Reject extends Problem {
  readonly row: number;
  readonly name: string;
}

/** What was seen of a mapped column. */
interface ColumnCount {
  /** Rows with a value. */
  present: number;
  /** Rows whose X-ray flux is 0 or negative: an upper limit, see `withFluxLimits`. */
  limits: number;
  /** Values beyond those of the published training table. */
  outside: number;
  /** Rows by the number in them that stands for a missing value, as the table writes it. */
  readonly standIns: Map<number, number>;
}

/** What {@link readTable} may be told. */
export interface ReadOptions extends MapOptions, OpenOptions {
  /** `all` scores every row; by default rows that say the same of a source count once. */
  readonly rows?: "all";
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
  /** Rows: all, accepted, left out, and those that say the same of a source again. */
  readonly counts: { rows: number; accepted: number; rejected: number; repeated: number };
  /** By target. */
  readonly columns: ReadonlyMap<string, ColumnCount>;
  /** What a user should know of the reading, a sentence each; whole when the batches have ended. */
  readonly notes: readonly string[];
  /** Columns of `extras`. */
  readonly carried: readonly ExtraColumn[];
}

/** A table that waits for a word of the user: what must be settled, and how. */
export class TableQuestions extends TableError {
  readonly questions: readonly Question[];
  /** How the table is understood so far. */
  readonly map?: ColumnMap;

  constructor(path: string, questions: readonly Question[], map?: ColumnMap) {
    super("columns", questionsText(path, questions));
    this.questions = questions;
    this.map = map;
  }
}

/** The questions as a message: a line each, with the options that settle it. */
function questionsText(path: string, questions: readonly Question[]): string {
  const lines = questions.slice(0, 20).map(({ text, options, candidates, target }) => {
    const said = options.length > 0 ? `: ${options.map(shellWord).join(" ")}` : "";
    const others = candidates.filter((one) =>
      !options.some((option) => option.replace(/:UNIT$/, "") === `${target}=${one}`)
    ).slice(0, 8);
    const or = others.length > 0 && target
      ? `; or ${others.map((one) => shellWord(`${target}=${one}`)).join(", ")}`
      : "";
    return `- ${text}${said}${or}`;
  });
  const rest = questions.length - lines.length;
  if (rest > 0) lines.push(`- and ${rest} more`);
  return `${path} cannot be used as it is:\n${lines.join("\n")}`;
}

/** Some rows of a table, by columns, with what only their file knows. */
interface NumberedPiece extends TablePiece {
  /** `[nRows]` the number that each row has in its file. */
  readonly numbers: ArrayLike<number>;
  /** Rows that have another number of cells than there are columns, by their place here. */
  readonly irregular: ReadonlyMap<number, readonly unknown[]>;
}

/**
 * Reads an opened table as sources, in batches. Rows with a bad value, a wrong number of cells or no
 * name are left out and told; rows that say the same of one source (one name) count once. Memory
 * holds a batch, and of each source 21 to 32 bytes, by which its namesakes are found.
 *
 * @param path Its name, for messages.
 * @throws TableQuestions for columns that cannot be used, all at once, and, when the batches have
 * ended, for sources whose rows differ; TableError, while batches are read, for a table without
 * rows.
 */
export async function readRows(
  path: string,
  opened: OpenTable,
  options: ReadOptions,
): Promise<ReadTable> {
  const { kind, columns, overflow, want, notes: said = [], table, again } = opened;
  const source = piecesOf(opened),
    first: NumberedPiece[] = [],
    regular: (readonly unknown[])[] = [];
  for (let nRows = 0, next; nRows < FIRST_ROWS && !(next = await source.next()).done;) {
    const piece = next.value, end = Math.min(piece.nRows, FIRST_ROWS - nRows);
    first.push(piece);
    for (let row = 0; row < end; row++) {
      if (!piece.irregular.has(row)) regular.push(rowOf(piece, row));
    }
    nRows += piece.nRows;
  }
  const isPlaced = columns.some(({ name }) => {
    const meaning = meaningOfName(name, { names: new Set() }, []);
    return meaning !== undefined && "target" in meaning && meaning.target === "ra";
  });
  const parts = joinedAngles(columns);
  const joined = parts.length > 0 || isPlaced
    ? parts
    : splitAngles(columns, regular.slice(0, SAMPLE));
  const found = [
    ...columns.map((column, i) => ({
      ...column,
      name: column.name || `column ${i + 1}`,
      ...meantUnit(column),
    })),
    ...joined,
  ];
  const sample = joined.length === 0
    ? regular
    : regular.map((cells) => [...cells, ...joined.map((one) => one.cellOf(cells))]);
  /** With what is joined from several columns as columns of their own. */
  const whole = (piece: NumberedPiece): NumberedPiece => {
    if (joined.length === 0) return piece;
    const rows = Array.from({ length: piece.nRows }, (_, row) => rowOf(piece, row));
    return { ...piece, cells: [...piece.cells, ...joined.map((one) => rows.map(one.cellOf))] };
  };
  const raw = mapColumns(found, options, sample.slice(0, SAMPLE));
  const questions = [...raw.questions];
  if (overflow && !options.force?.includes("overflow")) {
    questions.unshift({
      text: "its service says that it left rows out: fetch them too, or go on without",
      candidates: [],
      options: ["--force", "overflow"],
    });
  }
  const nSaid = said.length;
  const notes = [...table === undefined ? [] : [`Table ${table} of the file.`], ...said];
  if (raw.frame !== undefined) {
    try {
      if (toIcrs(raw.frame)) notes.push(`Positions are brought from ${raw.frame} to ICRS (J2000).`);
    } catch (error) {
      questions.push({ text: (error as Error).message, candidates: [], options: [] });
    }
  }
  if (questions.length > 0) throw new TableQuestions(path, questions, raw);
  notes.push(...raw.remarks);
  const carried = CARRIED.filter(({ name }) => raw.ignored.includes(name));
  const ignored = raw.ignored.filter((name) => carried.every((one) => one.name !== name));
  const map = { ...raw, ignored };
  const counts = { rows: 0, accepted: 0, rejected: 0, repeated: 0 };
  const places = carried.map(({ name }) => found.findIndex((column) => column.name === name));
  const used = [...map.mapped.map(({ index }) => index), ...places];
  want?.(used.flatMap((place) => joined[place - columns.length]?.from ?? place));
  const origin: Origin = { kind: "table", description: `sources of ${path}`, sha256: "" };
  const reader = new RowReader(map, {
    nColumns: columns.length,
    carried,
    carriedFrom: places,
    labelled: options.labelled ?? false,
    isEveryRow: options.rows === "all",
    sample,
  });
  const add = (place: number) => {
    counts.rows++;
    const problems = reader.add(place);
    if (problems === "again") counts.repeated++;
    else if (problems.length === 0) counts.accepted++;
    else {
      counts.rejected++;
      const row = reader.numberAt(place), name = reader.nameAt(place);
      for (const problem of problems) options.onReject({ row, name, ...problem });
    }
    if (counts.rows % BATCH_ROWS === 0) {
      options.signal?.throwIfAborted();
      options.onProgress?.(counts.rows);
    }
  };
  async function* all() {
    // to be forgotten one by one
    while (first.length > 0) yield first.shift()!;
    yield* source;
  }
  async function* batches(): AsyncGenerator<Sources> {
    for await (const piece of all()) {
      reader.read(whole(piece));
      for (let place = 0; place < piece.nRows; place++) {
        add(place);
        if (reader.size === BATCH_ROWS) yield reader.take(origin);
      }
    }
    if (counts.rows === 0) {
      throw malformed(`${path} has a header and no rows; is it the right file?`);
    }
    if (reader.differing > 0) {
      const columnsOf = await differences(reader.someDiffering, reader, whole, again);
      throw new TableQuestions(path, [rowsQuestion(reader.differing, columnsOf)], map);
    }
    if (reader.size > 0) yield reader.take(origin);
    notes.push(...said.slice(nSaid), ...remarksOfRows(map, counts, reader));
    options.onProgress?.(counts.rows);
  }
  return { kind, map, notes, batches: batches(), counts, columns: reader.counts, carried };
}

/** The cells of a table's rows, some at a time. */
async function* piecesOf(
  { columns, rows, pieces, rowNumber }: OpenTable,
): AsyncGenerator<NumberedPiece> {
  let counted = 0;
  if (pieces) {
    for await (const { nRows, cells } of pieces) {
      for (let from = 0; from < nRows; from += PIECE_ROWS) {
        const length = Math.min(PIECE_ROWS, nRows - from), start = counted + 1;
        yield {
          nRows: length,
          cells: cells.map((column) => column && partOf(column, from, from + length)),
          numbers: Array.from({ length }, (_, row) => start + row),
          irregular: new Map(),
        };
        counted += length;
      }
    }
    return;
  }
  const begin = () => ({
    cells: columns.map((): unknown[] => []),
    numbers: [] as number[],
    irregular: new Map<number, readonly unknown[]>(),
  });
  let piece = begin();
  for await (const row of rows) {
    counted++;
    const isRegular = row.length === columns.length;
    if (!isRegular) piece.irregular.set(piece.numbers.length, row);
    for (let i = 0; i < columns.length; i++) piece.cells[i].push(isRegular ? row[i] : undefined);
    piece.numbers.push(rowNumber?.() ?? counted);
    if (piece.numbers.length < PIECE_ROWS) continue;
    yield { nRows: piece.numbers.length, ...piece };
    piece = begin();
  }
  if (piece.numbers.length > 0) yield { nRows: piece.numbers.length, ...piece };
}

function partOf(cells: ArrayLike<unknown>, from: number, to: number): ArrayLike<unknown> {
  if (from === 0 && to === cells.length) return cells;
  return Array.isArray(cells) ? cells.slice(from, to) : (cells as Float64Array).subarray(from, to);
}

/** One row, missing cells as undefined however their file has them. */
function rowOf({ cells }: TablePiece, row: number): unknown[] {
  return cells.map((column) => {
    const cell = column?.[row];
    return Number.isNaN(cell) ? undefined : cell;
  });
}

/** The columns in which the rows of some names differ, found by reading the table again. */
async function differences(
  names: ReadonlySet<string>,
  reader: RowReader,
  whole: (piece: NumberedPiece) => NumberedPiece,
  again: OpenTable["again"],
): Promise<Map<string, Set<string>>> {
  const found = new Map([...names].map((name) => [name, new Set<string>()]));
  const said = new Map<string, readonly unknown[]>();
  const table = await again?.();
  for await (const piece of table ? piecesOf(table) : []) {
    reader.read(whole(piece));
    for (let place = 0; place < piece.nRows; place++) {
      const name = reader.nameAt(place);
      const says = names.has(name) ? reader.says(place) : undefined;
      if (!says) continue;
      const before = said.get(name) ?? says;
      said.set(name, before);
      reader.said.forEach((column, i) => {
        if (!Object.is(before[i], says[i])) found.get(name)!.add(column);
      });
    }
  }
  return found;
}

/** What a user should know once the rows have been read. */
function remarksOfRows(
  { mapped }: ColumnMap,
  { rows, accepted, repeated }: ReadTable["counts"],
  reader: RowReader,
): string[] {
  const of = (...targets: string[]) =>
    mapped.filter(({ target }) => targets.includes(target)).map(({ column }) => column).join(", ");
  const standIns = mapped.flatMap(({ target, column }) =>
    [...reader.counts.get(target)!.standIns].map(([number, n]) => `${number} of ${column} in ${n}`)
  );
  return [
    repeated > 0
      ? `${rows} rows, ${accepted} sources: ${repeated} rows say the same of a source again.`
      : "",
    standIns.length > 0 ? `Taken for missing: ${standIns.join(", ")} rows.` : "",
    reader.unplaced > 0
      ? `${reader.unplaced} of ${accepted} sources have no position: nothing is promised of their sets.`
      : "",
    reader.dark > 0 ? `${reader.dark} of ${accepted} sources have no X-ray flux.` : "",
    reader.nowhere > 0 ? `Positions of 0, 0 are taken for missing: ${reader.nowhere} rows.` : "",
    ...QUALITY_LETTERS.flatMap(({ target, bands }) => {
      const told = (words: string, counts: ReadonlyMap<string, number>) => {
        const here = bands.filter((band) => counts.has(band));
        const list = here.map((band) => `${band} ${counts.get(band)}`).join(", ");
        return here.length > 0 ? `${words} by ${of(target)}, taken for missing: ${list}.` : "";
      };
      return [
        told("Upper limits", reader.lettered.limit),
        told("Unusable magnitudes", reader.lettered.unusable),
      ];
    }),
    reader.errored.length > 0
      ? `Of values with errors, 1.5 ± 0.3, the values are read: ${reader.errored.join(", ")}.`
      : "",
    reader.writtenLimits.size > 0
      ? "Cells such as <1e-15 and >20 are limits, observed and fainter: " +
        Array.from(reader.writtenLimits, ([column, n]) => `${column} in ${n} rows`).join(", ") + "."
      : "",
    reader.contradicted > 0
      ? `${of("gal_l", "gal_b")} contradict ${of("ra", "dec")} in ${reader.contradicted} rows: ` +
        `${of("ra", "dec")} are taken.`
      : "",
  ].filter(Boolean);
}

/** What to ask where rows of one name differ. */
function rowsQuestion(
  nDiffering: number,
  some: ReadonlyMap<string, ReadonlySet<string>>,
): Question {
  const names = Array.from(
    some,
    ([name, columns]) => `"${name.slice(0, 60)}" in ${[...columns].slice(0, 12).join(", ")}`,
  );
  const rest = nDiffering - names.length;
  return {
    text: `${nDiffering} sources are on several rows that differ: ${names.join("; ")}` +
      (rest > 0 ? ` and ${rest} more` : "") +
      "; keep one row of each, or score every row",
    candidates: [],
    options: ["--rows", "all"],
  };
}

export function unusable(path: string, complaints: readonly string[]): TableError {
  const shown = complaints.slice(0, 20), rest = complaints.length - shown.length;
  return new TableError(
    "columns",
    `${path} cannot be used:\n- ${shown.join("\n- ")}` +
      (rest > 0 ? `\n- and ${rest} more complaints` : ""),
  );
}

/** A column of numbers: where from, what it may hold, what was seen of it, the batch so far. */
interface NumberColumn extends MappedColumn {
  readonly limits: readonly [least: number, most: number];
  readonly isFlag: boolean;
  readonly isFlux: boolean;
  /** Whether right ascension and declination beside it win, so that a bad value harms nothing. */
  readonly isSecond: boolean;
  /** Whether it is a longitude of -180 to 180 degrees. */
  readonly isSigned: boolean;
  /** Whether its cells are values with errors, and the sign of limits among them, where they come again. */
  readonly hasErrors: boolean;
  readonly limitSide?: "upper" | "lower";
  /** Numbers, as the table writes them, that stand for a missing value. */
  readonly standIns: ReadonlySet<number>;
  readonly training: { readonly min: number; readonly max: number };
  readonly count: ColumnCount;
  /** Whether letters of quality may say that a value is none. */
  readonly isLettered: boolean;
  /** `[PIECE_ROWS]` of the rows being read. */
  readonly read: Float64Array;
  /** `[BATCH_ROWS]` */
  readonly values: Float64Array;
}

/** What {@link RowReader} is told of a table besides its map. */
interface RowOptions {
  /** Cells that a row of the file has. */
  readonly nColumns: number;
  readonly carried: readonly ExtraColumn[];
  /** Place of each of the carried columns in a row. */
  readonly carriedFrom: readonly number[];
  readonly labelled: boolean;
  /** Whether rows of one name are as good as any. */
  readonly isEveryRow: boolean;
  /** Rows by which numbers that stand for missing values are found. */
  readonly sample: readonly (readonly unknown[])[];
}

/** A magnitude that a letter of quality says is none. */
interface LetteredBand {
  readonly band: string;
  /** Places among the numbers: of the band, -1 where the table has none, and of its coverage. */
  readonly place: number;
  readonly observed: number;
  readonly quality: "limit" | "unusable";
  /** Whether the cell itself says so: > 20.5. */
  readonly isWritten?: boolean;
}

/** How often cells must be written in a way that is none of a number's to be read so: once is a slip. */
const LEAST_WRITTEN = 2;

/** Whether cells of a column of values have their errors beside them, 1.5 ± 0.3. */
function hasErrors(
  { target, index }: MappedColumn,
  rows: readonly (readonly unknown[])[],
): boolean {
  if (index < 0 || /^(ra|dec|gal_[lb])$/.test(target)) return false;
  return rows.filter((row) => !Object.is(withoutError(row[index]), row[index])).length >=
    LEAST_WRITTEN;
}

/** Which limits cells of a column hold: a flux less than a number, a magnitude beyond one. */
function limitSide(
  { target, index }: MappedColumn,
  rows: readonly (readonly unknown[])[],
): "upper" | "lower" | undefined {
  const isFlux = XRAY_LIMITS.some(({ flux }) => flux === target);
  if (index < 0 || !(isFlux || isMagnitude(target))) return undefined;
  const side = isFlux ? "upper" : "lower";
  return rows.filter((row) => limitOf(row[index]) === side).length >= LEAST_WRITTEN
    ? side
    : undefined;
}

/** Turns cells into columns of physical values, one batch at a time. */
class RowReader {
  /** By target. */
  readonly counts: ReadonlyMap<string, ColumnCount>;
  readonly #options: Omit<RowOptions, "sample">;
  /** The first names whose rows differ. */
  readonly someDiffering = new Set<string>();
  /** Columns of what a row says, see {@link says}. */
  readonly said: readonly string[];
  /** Rows whose Galactic coordinates are of another place than right ascension and declination. */
  contradicted = 0;
  /** Rows whose position of 0, 0 is taken for missing. */
  nowhere = 0;
  /** Magnitudes that letters of quality say are limits, or unusable: how many, by band. */
  readonly lettered = { limit: new Map<string, number>(), unusable: new Map<string, number>() };
  /** How many cells were written as limits, by column. */
  readonly writtenLimits = new Map<string, number>();
  /** Rows without a position, and without any X-ray flux where the table has columns of them. */
  unplaced = 0;
  dark = 0;
  /** Places of the X-ray fluxes among the numbers. */
  readonly #fluxes: readonly number[];
  readonly #areNowhere: boolean;
  readonly #places: ReadonlyMap<string, number>;
  readonly #numbers: readonly NumberColumn[];
  readonly #toIcrs?: ToIcrs;
  /** Places of columns of limits, of their band (-1 if none) and of the coverage of its survey. */
  readonly #limits: readonly { from: number; isFlag: boolean; band: number; observed: number }[];
  /** Places of letters of quality, of the bands that they are of and of the survey's coverage. */
  readonly #letters: readonly {
    readonly index: number;
    readonly observed: number;
    readonly bands: readonly { readonly band: string; readonly place: number }[];
  }[];
  /** Magnitudes of which some cells are limits, > 20.5. */
  readonly #limited: readonly (Omit<LetteredBand, "quality"> & { readonly index: number })[];
  /** Places of the colours of each band, by the band's place. */
  readonly #colours: ReadonlyMap<number, readonly number[]>;
  readonly #seen = new SeenNames();
  /** Of the row being taken. */
  readonly #values: Float64Array;
  /** The rows being read, what is wrong with them and what letters say of them, by their place. */
  #piece: NumberedPiece = { nRows: 0, cells: [], numbers: [], irregular: new Map() };
  readonly #problems = new Map<number, Problem[]>();
  readonly #lettered = new Map<number, readonly LetteredBand[]>();
  #names: string[] = [];
  #classes: string[] = [];
  #catalogues: string[] = [];
  #extras: (string | boolean | number | null)[][];

  constructor({ mapped, frame }: ColumnMap, options: RowOptions) {
    // no parameter properties: pages carry this file with its types stripped, no more
    const { sample, ...rest } = options;
    this.#options = rest;
    if (frame !== undefined) this.#toIcrs = toIcrs(frame);
    const anything = { min: -Infinity, max: Infinity };
    const nothing = () => ({ present: 0, limits: 0, outside: 0, standIns: new Map() });
    this.counts = new Map(mapped.map(({ target }) => [target, nothing()]));
    this.#places = new Map(mapped.map(({ target, index }) => [target, index]));
    const numbers = mapped.filter(({ target }) => !TEXT_COLUMNS.includes(target));
    const place = (wanted: string) => numbers.findIndex(({ target }) => target === wanted);
    const sides = new Map(mapped.map((one) => [one.target, limitSide(one, sample)]));
    for (const { observed, bands } of SURVEYS) {
      const saying = mapped.filter(({ target }) =>
        bands.includes(BAND_LIMITS.get(target)?.band!) ||
        (bands.includes(target) && sides.get(target) === "lower") ||
        QUALITY_LETTERS.some((letters) =>
          letters.target === target && letters.observed === observed
        )
      );
      if (saying.length === 0 || place(observed) >= 0) continue;
      const column = saying.map((one) => one.column).join(", ");
      numbers.push({ target: observed, column, index: -1, factor: 1, offset: 0 });
    }
    this.#limits = numbers.flatMap(({ target }, from) => {
      const limit = BAND_LIMITS.get(target);
      if (!limit) return [];
      const survey = SURVEYS.find(({ bands }) => bands.includes(limit.band));
      const observed = survey ? place(survey.observed) : -1;
      return { from, isFlag: limit.isFlag, band: place(limit.band), observed };
    });
    this.#letters = QUALITY_LETTERS.flatMap(({ target, observed, bands }) => {
      const index = this.#places.get(target);
      if (index === undefined) return [];
      const places = bands.map((band) => ({ band, place: place(band) }));
      return [{ index, observed: place(observed), bands: places }];
    });
    this.#limited = numbers.flatMap(({ target, index }, from) => {
      if (sides.get(target) !== "lower") return [];
      const { observed } = SURVEYS.find(({ bands }) => bands.includes(target))!;
      return [{ index, band: target, place: from, observed: place(observed) }];
    });
    const colours = FEATURES.flatMap(({ name, from = [] }) =>
      from.map((band) => [place(band), place(name)] as const)
    ).filter((places) => !places.includes(-1));
    this.#colours = new Map(
      colours.map(([band]) => [
        band,
        colours.flatMap(([other, colour]) => other === band ? [colour] : []),
      ]),
    );
    this.#numbers = numbers.map((column) => ({
      ...column,
      limits: limits(column.target),
      isFlag: isFlag(column.target),
      isFlux: XRAY_LIMITS.some(({ flux }) => flux === column.target),
      isSecond: /^gal_[lb]$/.test(column.target) && place("ra") >= 0 && place("dec") >= 0,
      isSigned: isSignedLongitude(column, sample),
      hasErrors: hasErrors(column, sample),
      limitSide: sides.get(column.target),
      standIns: standIns(column, sample),
      training: FEATURE_SCALE.find(({ feature }) => feature === column.target) ?? anything,
      count: this.counts.get(column.target) ?? nothing(),
      isLettered: sides.get(column.target) === "lower" ||
        this.#letters.some(({ bands }) =>
          bands.some(({ place }) => place >= 0 && numbers[place] === column)
        ),
      read: new Float64Array(PIECE_ROWS),
      values: new Float64Array(BATCH_ROWS),
    }));
    this.#fluxes = this.#numbers.flatMap(({ isFlux }, i) => isFlux ? [i] : []);
    this.#values = new Float64Array(numbers.length);
    this.said = [
      ...numbers.map(({ column }) => column),
      ...options.carried.map(({ name }) => name),
      mapped.find(({ target }) => target === "class")?.column ?? "class",
    ];
    this.#extras = options.carried.map(() => []);
    const nowhere = sample.filter((row) => this.#isNowhere((place) => row[place]));
    const place0 = this.#places.get("name") ?? -1;
    this.#areNowhere = new Set(nowhere.map((row) => row[place0])).size > 1;
  }

  get size(): number {
    return this.#names.length;
  }

  /** How many names have rows that differ. */
  get differing(): number {
    return this.#seen.differing;
  }

  /** Reads the numbers of some rows, column by column; {@link add} then takes them row by row. */
  read(piece: NumberedPiece): void {
    this.#piece = piece;
    this.#problems.clear();
    this.#lettered.clear();
    for (let place = 0; place < piece.nRows; place++) {
      if (this.nameAt(place) === "") {
        this.#refuse(place, { column: "", value: "", problem: "the source has no name" });
      }
      if (this.#options.labelled) {
        const of = this.#textAt(place, "class");
        const problem = `the class is not one of ${CLASSES.join(", ")}`;
        if (!isClass(of)) this.#refuse(place, { column: "class", value: of, problem });
      }
      const isAny = this.#letters.length > 0 || this.#limited.length > 0;
      const lettered = isAny ? this.#letteredAt(place) : [];
      if (lettered.length > 0) this.#lettered.set(place, lettered);
    }
    this.#numbers.forEach((number, k) => this.#readColumn(number, k));
    for (let place = 0; place < piece.nRows; place++) {
      if (this.#problems.has(place) || !this.#isAlone(place)) continue;
      const problem = "nothing stands there but one cell; is it a note?";
      this.#refuse(place, { column: "", value: this.nameAt(place).slice(0, 200), problem });
    }
  }

  /** Whether a row has no number, and no more than one cell of it says anything. */
  #isAlone(place: number): boolean {
    if (this.#piece.cells.length < 3 || this.#piece.irregular.has(place)) return false;
    // of columns that were not read nobody knows
    if (this.#piece.cells.some((cells) => cells === undefined)) return false;
    if (this.#numbers.some(({ read }) => !Number.isNaN(read[place]))) return false;
    return this.#piece.cells.filter((cells) => !isMissing(cells?.[place])).length < 2;
  }

  #readColumn(number: NumberColumn, k: number): void {
    const { index, read, isFlag, isName, isSigned, isLettered, standIns, element } = number;
    const { limits: [least, most], hasErrors } = number;
    const { nRows, cells: { [index]: cells } } = this.#piece;
    if (!cells) {
      read.fill(NaN, 0, nRows);
      return;
    }
    const isBare = !isFlag && !isName && element === undefined;
    for (let place = 0; place < nRows; place++) {
      const cell = hasErrors ? withoutError(cells[place]) : cells[place];
      const isAsked = isLettered && this.#lettered.has(place);
      // most cells are numbers that may be
      if (isBare && !isAsked && (typeof cell === "string" || typeof cell === "number")) {
        const written = typeof cell === "number" ? cell : toNumber(cell);
        let value = converted(written, number);
        if (isSigned && value < 0 && value >= -180) value += 360;
        const isMeant = standIns.size === 0 || !standIns.has(written);
        if (
          isMeant && (written !== written ? typeof cell === "number" : isIn(value, least, most))
        ) {
          read[place] = value;
          continue;
        }
      }
      // whatever stands there
      const isNone = isAsked && this.#lettered.get(place)!.some((one) => one.place === k);
      read[place] = isNone || cell === "" ? NaN : this.#numberOf(cell, number, place);
    }
  }

  /** The value of a cell; what is wrong with it is said of its row. */
  #numberOf(cell: unknown, number: NumberColumn, place: number): number {
    const { column, isFlag, isSecond, isSigned, standIns, count, limitSide } = number;
    const { limits: [least, most] } = number;
    if (limitSide === "upper" && limitOf(cell) === limitSide) {
      this.#countLimit(column);
      return 0; // as a table writes it that has no such cells
    }
    const written = standIns.size > 0 ? toNumber(cell) : NaN;
    if (standIns.has(written)) {
      count.standIns.set(written, (count.standIns.get(written) ?? 0) + 1);
      return NaN;
    }
    const raw = isFlag ? toFlag(cell) : valueOf(cell, number);
    const value = isSigned && raw < 0 && raw >= -180 ? raw + 360 : raw;
    if (isIn(value, least, most) || isMissing(cell)) return value;
    const problem = check(value, number, cell);
    if (!problem) return value;
    if (!isSecond) this.#refuse(place, { column, value: String(cell).slice(0, 200), problem });
    return NaN;
  }

  #refuse(place: number, problem: Problem): void {
    const problems = this.#problems.get(place);
    if (problems) problems.push(problem);
    else this.#problems.set(place, [problem]);
  }

  /** The number that a row has in its file. */
  numberAt(place: number): number {
    return this.#piece.numbers[place];
  }

  /** The name of a row, one of its own where the table has none. */
  nameAt(place: number): string {
    if (!this.#places.has("name")) return `row ${this.numberAt(place)}`;
    const name = restored(this.#textAt(place, "name"));
    // as Python shows bytes
    return name.charCodeAt(0) === 98 ? /^b(["'])(.*)\1$/s.exec(name)?.[2] ?? name : name;
  }

  /** Rows at right ascension and declination 0, where several sources cannot be. */
  #isNowhere(cellOf: (place: number) => unknown): boolean {
    const ra = this.#places.get("ra"), dec = this.#places.get("dec");
    return ra !== undefined && dec !== undefined && toNumber(cellOf(ra)) === 0 &&
      toNumber(cellOf(dec)) === 0;
  }

  /** What a row says, numbers, then texts; undefined where something is wrong with it. */
  says(place: number): readonly unknown[] | undefined {
    if (this.#piece.irregular.has(place) || this.#problems.has(place)) return undefined;
    const { extras, of } = this.#said(place);
    return [...this.#values, ...extras, of];
  }

  /** Takes a row, says what is wrong with it, or that an earlier row was of the same source. */
  add(place: number): readonly Problem[] | "again" {
    const { irregular, cells } = this.#piece, bare = irregular.get(place);
    if (bare) {
      const problem =
        `${bare.length} cells, not ${this.#options.nColumns} as the header has; quote ` +
        "a cell or a name that holds the separator, and leave no cell out";
      return [{ column: "", value: "", problem }];
    }
    const problems = this.#problems.get(place);
    if (problems) return problems;
    const { of, extras, lettered } = this.#said(place), name = this.nameAt(place);
    if (!this.#options.isEveryRow) {
      const seen = this.#seen.add(name, this.#values, [
        ...extras,
        this.#options.labelled ? of : "",
      ]);
      if (seen === "other" && this.someDiffering.size < SHOWN) this.someDiffering.add(name);
      if (seen !== "new") return "again";
    }
    for (const { band, place: number, quality, isWritten } of lettered) {
      if (isWritten) this.#countLimit(this.#numbers[number].column);
      if (isWritten || number < 0) continue;
      if (isMissing(cells[this.#numbers[number].index]?.[place])) continue;
      this.lettered[quality].set(band, (this.lettered[quality].get(band) ?? 0) + 1);
    }
    const at = this.#names.push(name) - 1;
    if (this.#options.labelled) this.#classes.push(of);
    this.#catalogues.push(this.#textAt(place, "catalogue") || "own table");
    extras.forEach((value, i) => this.#extras[i].push(value));
    if (this.#fluxes.length > 0 && this.#fluxes.every((i) => isNaN(this.#values[i]))) this.dark++;
    for (let i = 0; i < this.#numbers.length; i++) {
      const { count, isFlux, training, values } = this.#numbers[i], value = this.#values[i];
      values[at] = value;
      if (isNaN(value)) continue;
      if (isFlux && value <= 0) {
        count.limits++;
        continue;
      }
      count.present++;
      if (value < training.min || value > training.max) count.outside++;
    }
    return [];
  }

  /** What a row says: its numbers into the values, all else is returned. */
  #said(place: number) {
    const values = this.#values, { carried, carriedFrom } = this.#options;
    for (let i = 0; i < values.length; i++) values[i] = this.#numbers[i].read[place];
    const { cells } = this.#piece, lettered = this.#lettered.get(place) ?? [];
    if (this.#areNowhere && this.#isNowhere((column) => cells[column]?.[place])) {
      this.nowhere++;
      for (const [i, { target }] of this.#numbers.entries()) {
        if (target === "ra" || target === "dec") values[i] = NaN;
      }
    }
    for (const { from, isFlag, band, observed } of this.#limits) {
      if (!(isFlag ? values[from] === 1 : values[from] === values[from])) continue;
      if (this.#numbers[band]?.isFlux) {
        values[band] = 0; // as a table writes a limit that has no such flag
        continue;
      }
      values[observed] = 1;
      if (isFlag) this.#leaveOut(values, band);
    }
    for (const { place: number, observed, quality } of lettered) {
      if (quality === "limit") values[observed] = 1;
      this.#leaveOut(values, number);
    }
    const extras = carried.map(({ type }, i) => {
      const cell = cells[carriedFrom[i]]?.[place];
      const text = isMissing(cell) ? "" : String(cell).trim();
      const isNone = text === "" || (type === "double" && isNaN(Number(text)));
      const value = { text, double: Number(text), boolean: /^(t|true|1)$/i.test(text) }[type];
      return isNone ? null : value;
    });
    return { of: this.#textAt(place, "class"), extras, lettered };
  }

  /** A magnitude that is none, and the colours that are made of it. */
  #leaveOut(values: Float64Array, band: number): void {
    for (const place of [band, ...this.#colours.get(band) ?? []]) {
      if (place >= 0) values[place] = NaN;
    }
  }

  #countLimit(column: string): void {
    this.writtenLimits.set(column, (this.writtenLimits.get(column) ?? 0) + 1);
  }

  /** Columns of values with errors. */
  get errored(): string[] {
    return this.#numbers.filter(({ hasErrors }) => hasErrors).map(({ column }) => column);
  }

  /** Magnitudes that letters of quality, or their own cells, say are limits or unusable. */
  #letteredAt(place: number): LetteredBand[] {
    const { cells } = this.#piece;
    const written = this.#limited.filter(({ index }) => limitOf(cells[index]?.[place]) === "lower")
      .map((one): LetteredBand => ({ ...one, quality: "limit", isWritten: true }));
    const lettered = this.#letters.flatMap(({ index, observed, bands }) => {
      const letters = lettersOf(cells[index]?.[place]);
      return bands.flatMap(({ band, place: of }, i) => {
        const quality = qualityOf(letters[i]);
        return quality === "measured" ? [] : [{ band, place: of, observed, quality }];
      });
    });
    return written.length > 0 ? [...written, ...lettered] : lettered;
  }

  /** The rows so far as sources, with what follows from them. */
  take(origin: Origin): Sources {
    const names = this.#names, missing = new Float64Array(names.length).fill(NaN);
    const kept = this.#numbers.filter(({ target }) => !BAND_LIMITS.has(target));
    const given = new Map(
      kept.map(({ target, values }) => [target, values.slice(0, names.length)]),
    );
    for (const name of EXTRAS) if (!given.has(name)) given.set(name, missing);
    const of = (target: string) => given.get(target) ?? missing.slice();
    const position = { ra: of("ra"), dec: of("dec") }, l = of("gal_l"), b = of("gal_b");
    const set = (row: number, place: ReturnType<ToIcrs>) =>
      [position.ra[row], position.dec[row]] = [place.ra, place.dec];
    names.forEach((_, row) => {
      if (isNaN(position.ra[row]) || isNaN(position.dec[row])) {
        set(row, fromGalactic(l[row], b[row]));
        if (isNaN(position.ra[row])) this.unplaced++;
        return;
      }
      if (this.#toIcrs) set(row, this.#toIcrs(position.ra[row], position.dec[row]));
      const own = toGalactic(position.ra[row], position.dec[row]);
      if (separationArcsec(own.l, own.b, l[row], b[row]) > SAME_PLACE_ARCSEC) this.contradicted++;
      l[row] = own.l;
      b[row] = own.b;
    });
    given.set("gal_l", l).set("gal_b", b);
    given.delete("ra");
    given.delete("dec");
    const sources = {
      origin,
      names,
      ...position,
      matrix: fillDerived(given, position),
      ...(this.#options.labelled &&
        { labels: toLabels(this.#classes), catalogues: this.#catalogues }),
      extras: Object.fromEntries(
        this.#options.carried.map(({ name }, i) => [name, this.#extras[i]]),
      ),
    };
    [this.#names, this.#classes, this.#catalogues] = [[], [], []];
    this.#extras = this.#options.carried.map(() => []);
    return withFluxLimits(sources);
  }

  #textAt(place: number, target: string): string {
    const { irregular, cells } = this.#piece, column = this.#places.get(target) ?? -1;
    const cell = irregular.get(place)?.[column] ?? cells[column]?.[place];
    if (typeof cell === "string") return cell.trim();
    return typeof cell === "object" || Number.isNaN(cell) ? "" : String(cell ?? "");
  }
}

function isIn(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

/** How tables write yes, the marks of a limit among it, and no. */
const YES = ["1", "true", "t", "yes", "y", "<", ">"], NO = ["0", "false", "f", "no", "n", "="];

/** 1, 0, or NaN for what is neither. */
function toFlag(cell: unknown): number {
  const text = isMissing(cell) ? "" : String(cell).trim().toLowerCase();
  return YES.includes(text) ? 1 : NO.includes(text) ? 0 : NaN;
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
  const text = String(cell).trim();
  if (isSexagesimal(text)) {
    return "no such angle: hours go to 24, degrees of declination to 90, minutes and seconds to " +
      `60; ${remedy}`;
  }
  if (/^[+-]?\d+[\s:]+\d+(\.\d+)?$/.test(text)) {
    return "not a number; write hours or degrees, minutes and seconds, all three";
  }
  if (/^[+-]?\d+,\d+(e[+-]?\d+)?$/i.test(text)) {
    return "not a number; write a decimal point for the decimal comma";
  }
  if (/^[<>≤≥]/.test(text)) {
    return "not a number but a limit; leave the cell empty (of a flux write 0, its bound in a " +
      "column such as flux_b_hilim; of a magnitude 1 in a column such as l_G)";
  }
  return /\d\s*(±|\+\/?-)\s*\d/.test(text)
    ? "not a number but a value with its error; write the value alone"
    : `not a number; ${remedy}`;
}
