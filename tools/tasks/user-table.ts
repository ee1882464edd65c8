import { csvLine, printable, TableError } from "@csc-classify/vo-tables/browser";
import {
  type ColumnChoice,
  type Doubt,
  type ExtraColumn,
  isSameChoice,
  parseChoice,
  type Question,
  type ReadTable,
  type Reject,
  shellWord,
  type Sources,
  TableQuestions,
} from "@csc-classify/chandra-sources";
import { arrowSources, readTable, writeArrowSources } from "@csc-classify/chandra-sources/tables";
import { sweeper } from "#lib/scoring/sweep.ts";
import { progress } from "#show/progress.ts";
import { MAPPING_HEAD, mappingRows } from "./mapping-table.ts";

/** First line of a list of rejected rows: by it our own lists are known. */
const REJECTS_HEAD = csvLine(["row", "name", "column", "value", "problem"]);

/** Batches by which a long table is told before it is scored: of 4,096 rows. */
const FIRST_BATCHES = 4;
/**
 * Rows beyond which a table is read whole before it is scored, into a file: what finds its repeats,
 * 32 bytes a row, then makes room for the workers.
 */
const MOST_AT_ONCE = 500_000;

/** What a user says of a table on the command line. */
export interface TableOptions {
  readonly column: readonly ColumnChoice[];
  readonly encoding?: string;
  readonly table?: string;
  readonly maxSize?: number;
  readonly rows?: "all";
  readonly force?: readonly Doubt[];
}

/** What {@link openSources} may be told. */
interface ImportOptions extends TableOptions {
  /** Features of the model. */
  readonly features: readonly string[];
  /** Folder for the sources of a table of more than {@link MOST_AT_ONCE} rows. */
  readonly folder: string;
  readonly signal?: AbortSignal;
  /** Takes a line for the user. */
  readonly tell: (line: string) => void;
}

/** A user's table that was understood: its sources come as they are read, for one pass. */
interface OpenedSources extends Pick<ReadTable, "counts" | "carried" | "batches"> {
  /** Sources that it has, as far as is known by now. */
  readonly expected: () => number;
  /** Tells of rows that were left out while sources were taken: also where that ended in an error. */
  readonly tellLeftOut: () => void;
  /** Tells, once all are taken, how it is understood by all its rows; nothing if that was told. */
  readonly tellRest: () => void;
}

/** A list of rows that are left out, a CSV file that is made with the first of them. */
export class RejectsList implements Disposable {
  readonly path: string;
  #file?: Deno.FsFile;

  constructor(path: string) {
    this.path = path;
  }

  add({ row, name, column, value, problem }: Reject): void {
    if (!this.#file) {
      this.#file = Deno.openSync(this.path, { write: true, createNew: true });
      this.#write(REJECTS_HEAD);
    }
    this.#write(csvLine([row, name, column, value, problem]));
  }

  #write(line: string): void {
    const bytes = new TextEncoder().encode(line);
    for (let done = 0; done < bytes.length;) done += this.#file!.writeSync(bytes.subarray(done));
  }

  [Symbol.dispose](): void {
    this.#file?.close();
  }
}

/**
 * Opens a user's table to score it and tells how it is understood, by all its rows or, where it is
 * long, by the first.
 *
 * @param rejects Takes the rows that are left out.
 * @throws TableError naming the file, the place and the remedy; TableQuestions where a word of the
 * user is wanted; both while sources are taken too.
 */
export async function openSources(
  table: string,
  rejects: RejectsList,
  options: ImportOptions,
): Promise<OpenedSources> {
  const complaints: string[] = [];
  let nTold = 0, hasBar = false;
  const read = await readTable(table, {
    ...options,
    choices: options.column,
    onReject(reject) {
      rejects.add(reject);
      const { row, column, value, problem } = reject;
      if (nTold++ < 10) {
        const line = printable(`  row ${row}${column && `, ${column} = "${value}"`}: ${problem}`);
        // a line would go through a bar
        if (hasBar) complaints.push(line);
        else options.tell(line);
      }
    },
  });
  const { counts, carried, expectedRows, isRead } = read;
  const tell = (head: string) => options.tell(`${printable(head)}\n${mappingText(read)}`);
  const source = read.batches[Symbol.asyncIterator](), first: Sources[] = [];
  while (!isRead() && first.length < FIRST_BATCHES) {
    const { value, done } = await source.next();
    if (!done) first.push(value);
  }
  const isWhole = isRead();
  const is = `${table} (${read.kind})`;
  tell(
    isWhole
      ? `${is}: ${counts.rows} rows, ${counts.accepted} to score.`
      : `${is}, by its first ${counts.rows} rows:`,
  );
  if (counts.accepted === 0) {
    throw new TableError(
      "format",
      `none of the ${counts.rows} rows of ${table} can be used; see above`,
    );
  }
  async function* all(): AsyncGenerator<Sources> {
    while (first.length > 0) yield first.shift()!;
    yield* { [Symbol.asyncIterator]: () => source };
  }
  const { features, folder } = options;
  const isLong = !isWhole && expectedRows() > MOST_AT_ONCE;
  const tellLeftOut = () => complaints.splice(0).forEach(options.tell);
  let batches: AsyncIterable<Sources> = all();
  hasBar = true;
  if (isLong) {
    try {
      await using bar = await progress("rows read", expectedRows());
      const onBatch = () => bar.update(counts.rows, expectedRows());
      batches = await throughFile(`${folder}/sources.arrow`, features, batches, carried, onBatch);
    } finally {
      tellLeftOut();
    }
  }
  return {
    counts,
    carried,
    batches,
    expected: () => expectedRows() - (counts.rows - counts.accepted),
    tellLeftOut,
    tellRest() {
      if (isWhole) return;
      tellLeftOut();
      tell(`${is}, by all its ${counts.rows} rows:`);
    },
  };
}

/** Sources that lie in a file meanwhile, so that all have been read when the first is given. */
async function throughFile(
  path: string,
  features: readonly string[],
  sources: AsyncIterable<Sources>,
  carried: readonly ExtraColumn[],
  onBatch: () => void,
): Promise<AsyncIterable<Sources>> {
  async function* swept() {
    const sweep = sweeper(16);
    for await (const batch of sources) {
      yield batch;
      onBatch();
      sweep();
    }
  }
  await writeArrowSources(path, features, swept(), carried);
  return arrowSources(path, features, carried);
}

/**
 * Tells how a table is understood without anything being written or scored.
 *
 * @returns The text or, where asked for, JSON; whether it could be scored as it is, and how many of
 * its rows would be left out.
 * @throws TableError for a table that cannot be read.
 */
export async function describeTable(
  table: string,
  args: readonly string[],
  { json = false, ...options }:
    & Omit<ImportOptions, "tell" | "folder">
    & { readonly json?: boolean },
): Promise<{ readonly text: string; readonly isReady: boolean; readonly rejected: number }> {
  const rejects: { readonly row: number; readonly column: string; readonly problem: string }[] = [];
  let read: Partial<ReadTable> = {}, questions: readonly Question[] = [];
  try {
    const whole = await readTable(table, {
      ...options,
      choices: options.column,
      onReject: ({ row, column, problem }) => rejects.push({ row, column, problem }),
    });
    read = whole;
    for await (const _ of whole.batches);
  } catch (error) {
    if (!(error instanceof TableQuestions)) throw error;
    questions = error.questions;
    read = { ...read, map: error.map ?? read.map };
  }
  const command = commandAfter(args, questions);
  const isReady = questions.length === 0 && read.counts!.accepted > 0;
  const { map, kind, counts, columns, notes = [] } = read, rejected = counts?.rejected ?? 0;
  if (!json) {
    const rows = rejects.slice(0, 10).map(({ row, column, problem }) =>
      printable(`  row ${row}${column && `, ${column}`}: ${problem}`)
    );
    const asked = questions.length > 0 ? [questionsWithCommand(table, args, questions)] : [];
    const head = counts ? ` (${kind}): ${counts.rows} rows, ${counts.accepted} to score.` : ":";
    const all = map ? [printable(`${table}${head}`), mappingText({ ...read, map }, true)] : [];
    return { text: [...rows, ...all, ...asked].join("\n"), isReady, rejected };
  }
  const described = {
    file: table,
    kind,
    ...counts,
    columns: map?.mapped.map(({ index, ...column }) => ({
      ...column,
      place: index + 1,
      present: columns?.get(column.target)?.present,
    })),
    notUsed: map?.ignored,
    absent: map?.absent,
    notes: [...new Set([...notes, ...map?.remarks ?? []])],
    rejects: rejects.slice(0, 1000),
    questions,
    command,
  };
  return { text: JSON.stringify(described, undefined, 2), isReady, rejected };
}

/**
 * Questions in words, and the command that settles them all as far as it can be known.
 *
 * @param args Command line of the user, behind `deno task` and the task's name.
 */
export function questionsWithCommand(
  table: string,
  args: readonly string[],
  questions: readonly Question[],
  task = "score",
): string {
  const { message } = new TableQuestions(table, questions);
  const command = commandAfter(args, questions, task);
  if (command === undefined) return message;
  const unit = /:UNIT\b/.test(command) ? ", with its unit for UNIT" : "";
  return `${message}\nThis goes on${unit}, if it is what you mean:\n  ${printable(command)}`;
}

/** The command that goes on; undefined where a question has no option that settles it. */
function commandAfter(
  args: readonly string[],
  questions: readonly Question[],
  task = "score",
): string | undefined {
  if (questions.length === 0 || questions.some(({ options }) => options.length === 0)) {
    return undefined;
  }
  const gone = questions.flatMap(({ without }) => without ?? []);
  const kept: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const isPair = args[i] === "--column", said = isPair ? args[i + 1] : args[i].slice(9);
    const isColumn = isPair || args[i].startsWith("--column=");
    const isGone = isColumn && gone.some((one) => isSameChoice(one, parseChoice(said)));
    if (!isGone) kept.push(args[i], ...isPair ? [args[i + 1]] : []);
    if (isPair) i++;
  }
  const added: string[] = [];
  for (const { options } of questions) {
    for (let i = 0; i < options.length; i += 2) {
      const [option, value] = options.slice(i, i + 2);
      if (!added.some((one, k) => one === value && added[k - 1] === option)) {
        added.push(option, value);
      }
    }
  }
  return ["deno", "task", task, ...kept, ...added].map(shellWord).join(" ");
}

/** How a table was understood, as a table of text. */
function mappingText(
  read: Partial<ReadTable> & Pick<ReadTable, "map">,
  isFull = false,
): string {
  const { map, counts, columns = new Map(), carried = [], notes = [] } = read;
  const lines = mappingRows({ map, counts, columns }).map(([column, ...rest]) => [
    clipped(column),
    ...rest,
  ]);
  const all = [MAPPING_HEAD, ...lines];
  const widths = all[0].map((_, i) => Math.max(...all.map((line) => line[i].length)));
  const text = all.map((line) =>
    "  " + line.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd()
  );
  const limits = [...columns].filter(([, count]) => count.limits > 0)
    .map(([target, count]) => `${target} in ${count.limits} rows`);
  const remarks = [
    ...notes,
    limits.length > 0
      ? `Fluxes of 0 or below are upper limits, observed and fainter: ${limits.join(", ")}.`
      : "",
    carried.length > 0 ? `Carried along: ${carried.map(({ name }) => name).join(", ")}.` : "",
    map.ignored.length > 0
      ? `Not used: ${isFull ? map.ignored.join(", ") : shortList(map.ignored)}.`
      : "",
    map.absent.length > 0 ? `Not there, missing or worked out: ${map.absent.join(", ")}.` : "",
  ].filter(Boolean);
  return [...text, ...remarks].map(printable).join("\n");
}

/** The first of many, those with a remark before the others. */
function shortList(columns: readonly string[]): string {
  const isRemarked = (column: string) => column.includes("(");
  const sorted = [...columns].sort((a, b) => Number(isRemarked(b)) - Number(isRemarked(a)));
  const rest = sorted.length - 12;
  return sorted.slice(0, 12).map(clipped).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function clipped(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
