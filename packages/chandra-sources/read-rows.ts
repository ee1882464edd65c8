import {
  BATCH_ROWS,
  malformed,
  type OpenOptions,
  type OpenTable,
  TableError,
  TextCells,
} from "@csc-classify/vo-tables/browser";
import { joinedAngles, type JoinedColumn, splitAngles, toIcrs } from "./angles.ts";
import { type ColumnMap, mapColumns, type MapOptions } from "./column-map.ts";
import { meaningOfName } from "./column-names.ts";
import type { ColumnCount } from "./number-columns.ts";
import { type Question, questionsText } from "./questions.ts";
import { remarksOfRows, rowsQuestion } from "./reading-remarks.ts";
import { meantUnit, SAMPLE } from "./seen-table.ts";
import { type Problem, RowReader } from "./source-rows.ts";
import type { ExtraColumn, Origin, Sources } from "./sources.ts";
import { FirstRows, type NumberedPiece, piecesOf, rowOf } from "./table-pieces.ts";
import { CARRIED } from "./targets.ts";

// runs in a browser's page too: what a user's table says, however it was opened

/** Rows by which numbers are found that stand for missing ones. */
const FIRST_ROWS = 16_384;

/** Why a row is not used. `row` 1 is the first below the header; lines passed over count. */
export interface Reject extends Problem {
  readonly row: number;
  readonly name: string;
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
  /** Rows that the table has, as far as is known: a text by its bytes, others by what they say. */
  readonly expectedRows: () => number;
  /** Whether all rows have been read: counts and notes are whole then, though a batch may be left. */
  readonly isRead: () => boolean;
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
  const { kind, columns, want, notes: said = [], table, again } = opened;
  let nReceived = 0;
  async function* received() {
    for await (const piece of piecesOf(opened)) {
      nReceived += piece.nRows;
      yield piece;
    }
  }
  const source = received(), pause = pauses(options.signal);
  const first = await firstPieces(source, pause);
  const rows = new FirstRows(first, FIRST_ROWS).rows(SAMPLE), joined = anglesOf(columns, rows);
  const found = [
    ...columns.map((column, i) => ({
      ...column,
      name: column.name || `column ${i + 1}`,
      ...meantUnit(column),
    })),
    ...joined,
  ];
  const sample = rows.map((cells) => [...cells, ...joined.map((one) => one.cellOf(cells))]);
  /** With what is joined from several columns as columns of their own. */
  const whole = (piece: NumberedPiece): NumberedPiece => {
    if (joined.length === 0) return piece;
    const rows = Array.from({ length: piece.nRows }, (_, row) => rowOf(piece, row));
    return { ...piece, cells: [...piece.cells, ...joined.map((one) => rows.map(one.cellOf))] };
  };
  await pause();
  const raw = mapColumns(found, { ...options, comments: opened.comments }, sample);
  await pause();
  const questions = questionsOf(raw, opened, options);
  if (questions.length > 0) throw new TableQuestions(path, questions, raw);
  const nSaid = said.length;
  const notes = [...table === undefined ? [] : [`Table ${table} of the file.`], ...said];
  if (raw.frame !== undefined && toIcrs(raw.frame)) {
    notes.push(`Positions are brought from ${raw.frame} to ICRS (J2000).`);
  }
  notes.push(...raw.remarks);
  const carried = CARRIED.filter(({ name }) => raw.ignored.includes(name));
  const ignored = raw.ignored.filter((name) => carried.every((one) => one.name !== name));
  const map = { ...raw, ignored };
  const counts = { rows: 0, accepted: 0, rejected: 0, repeated: 0 };
  let isRead = false;
  const places = carried.map(({ name }) => found.findIndex((column) => column.name === name));
  const used = [...map.mapped.map(({ index }) => index), ...places];
  want?.(used.flatMap((place) => joined[place - columns.length]?.from ?? place));
  const origin: Origin = { kind: "table", description: `sources of ${path}`, sha256: "" };
  // piece by piece, for the reader itself takes no pause
  for (const { cells } of first) {
    for (const place of used) if (cells[place] instanceof TextCells) cells[place].numbers();
    await pause();
  }
  const reader = new RowReader(map, {
    nColumns: columns.length,
    carried,
    carriedFrom: places,
    labelled: options.labelled ?? false,
    isEveryRow: options.rows === "all",
    first: new FirstRows(first.map(whole), FIRST_ROWS),
  });
  await pause();
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
      await pause();
      reader.read(whole(piece));
      for (let place = 0; place < piece.nRows; place++) {
        if (reader.size === BATCH_ROWS) {
          const batch = reader.take(origin);
          // what will end with a question is read to its end, but nobody is to work on it
          if (reader.differing === 0) yield batch;
        }
        add(place);
      }
    }
    if (counts.rows === 0) {
      throw malformed(`${path} has a header and no rows; is it the right file?`);
    }
    if (reader.differing > 0) {
      const columnsOf = await differences(reader.someDiffering, reader, whole, again);
      throw new TableQuestions(path, [rowsQuestion(reader.differing, columnsOf)], map);
    }
    const rest = reader.size > 0 ? [reader.take(origin)] : [];
    notes.push(...said.slice(nSaid), ...remarksOfRows(map, counts, reader));
    reader.forgetNames();
    isRead = true;
    options.onProgress?.(counts.rows);
    yield* rest;
  }
  // what has streamed by holds the rows received, though they are not all looked at
  const expectedRows = () =>
    isRead ? counts.rows : opened.nRows ?? Math.round(nReceived / (opened.share?.() || 1));
  return {
    kind,
    map,
    notes,
    batches: batches(),
    counts,
    expectedRows,
    isRead: () => isRead,
    columns: reader.counts,
    carried,
  };
}

/** The first pieces of a table, so many rows if it has them. */
async function firstPieces(
  source: AsyncGenerator<NumberedPiece>,
  pause: () => Promise<void>,
): Promise<NumberedPiece[]> {
  const first: NumberedPiece[] = [];
  for (let nRows = 0, next; nRows < FIRST_ROWS && !(next = await source.next()).done;) {
    await pause();
    first.push(next.value);
    nRows += next.value.nRows;
  }
  return first;
}

/** After so much work others have their turn, among them whoever is to stop it: milliseconds. */
const TURN_MS = 50;

/** A pause between two pieces of work, for as long as nobody stops it. */
function pauses(signal?: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > TURN_MS) {
      await new Promise((resume) => setTimeout(resume));
      last = performance.now();
    }
    signal?.throwIfAborted();
  };
}

/** Angles whose parts are columns, or a column of both right ascension and declination. */
function anglesOf(
  columns: OpenTable["columns"],
  rows: readonly (readonly unknown[])[],
): readonly JoinedColumn[] {
  const parts = joinedAngles(columns, rows.slice(0, SAMPLE));
  const isPlaced = columns.some(({ name }) => {
    const meaning = meaningOfName(name, { names: new Set() }, []);
    return meaning !== undefined && "target" in meaning && meaning.target === "ra";
  });
  return parts.length > 0 || isPlaced ? parts : splitAngles(columns, rows);
}

/** What must be settled before a row is read. */
function questionsOf(
  { questions, frame }: ColumnMap,
  { overflow }: OpenTable,
  { force }: ReadOptions,
): Question[] {
  const all = [...questions];
  if (overflow && !force?.includes("overflow")) {
    all.unshift({
      text: "its service says that it left rows out: fetch them too, or go on without",
      candidates: [],
      options: ["--force", "overflow"],
    });
  }
  if (frame === undefined) return all;
  try {
    toIcrs(frame);
  } catch (error) {
    all.push({ text: (error as Error).message, candidates: [], options: [] });
  }
  return all;
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

export function unusable(path: string, complaints: readonly string[]): TableError {
  const shown = complaints.slice(0, 20), rest = complaints.length - shown.length;
  return new TableError(
    "columns",
    `${path} cannot be used:\n- ${shown.join("\n- ")}` +
      (rest > 0 ? `\n- and ${rest} more complaints` : ""),
  );
}
