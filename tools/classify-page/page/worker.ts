import {
  type Doubt,
  type ExtraColumn,
  fromColumns,
  parseChoice,
  type Question,
  readRows,
  type ReadTable,
  type Reject,
  type Sources,
  TableQuestions,
} from "@csc-classify/chandra-sources";
import { columnIn } from "@csc-classify/chandra-sources/quantities";
import { blobFile, openFile } from "@csc-classify/vo-tables/browser";
import {
  type OutputValues,
  scoredColumns,
  scoredValues,
} from "../../../lib/scoring/scored-columns.ts";
import { SOURCE_COLUMNS, SourceClassifier } from "../../../lib/trust/classify.ts";
import type { SavedClassifier } from "../../../lib/trust/saved-classifier.ts";

/** Rows left out that the page lists. */
const MOST_REJECTS = 1000;

/** Sources that go to a worker together: few, so that all of them end at the same time. */
const PART_ROWS = 1024;

/** How often the examples are classified before the first table, and when that begins. */
const REHEARSALS = 50, REHEARSAL_MS = 1000;

/** A table to be read. */
export interface ReadTask {
  readonly file: File;
  /** As the user writes them, see `parseChoice`. */
  readonly choices: readonly string[];
  readonly force: readonly Doubt[];
  readonly rows?: "all";
}

/** Sources as they go from thread to thread: the columns of their matrix by name. */
export interface PackedSources extends Omit<Sources, "matrix"> {
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/** What was understood of a table that has been read. */
export interface TableRead
  extends Pick<ReadTable, "kind" | "map" | "counts" | "columns" | "notes"> {
  /** The first of the rows left out. */
  readonly rejects: readonly Reject[];
}

/** Texts or flags of a column: each once, and which of them every row has. */
interface PackedTexts {
  readonly known: readonly (string | boolean | null)[];
  readonly places: Uint32Array;
}

/** The columns of scored rows as they go from thread to thread. */
export type PackedValues = ReadonlyMap<string, Float64Array | Int32Array | PackedTexts>;

/**
 * What a worker is told: first the classifier, then that a table has come, then tasks, each of which
 * it answers.
 */
export type Told =
  | { readonly classifier: SavedClassifier; readonly examples?: string }
  | { readonly hasCome: "a table" }
  | { readonly read: ReadTask }
  | { readonly classify: PackedSources; readonly carried: readonly ExtraColumn[] };

/** What a worker says. A table that is read has batches, and then an end. */
export type Said =
  | { readonly rows: number }
  | { readonly batch: PackedSources; readonly carried: readonly ExtraColumn[] }
  | { readonly read: TableRead }
  | { readonly questions: readonly Question[]; readonly map?: TableQuestions["map"] }
  | { readonly values: PackedValues }
  | { readonly failure: string };

/** Answers the page, from within a worker. */
export function serve(): void {
  const scope = self as unknown as {
    onmessage: (event: MessageEvent<Told>) => void;
    postMessage(said: Said, transfer?: Transferable[]): void;
  };
  const say = (said: Said, transfer?: Transferable[]) => scope.postMessage(said, transfer);
  let saved: SavedClassifier, classifier: SourceClassifier | undefined;
  let hasTable = false, isReader = false;
  const prepared = () => classifier ??= new SourceClassifier(saved);
  const pause = (ms = 0) => new Promise((resume) => setTimeout(resume, ms));
  /**
   * Makes the classifier, and then classifies the examples again and again until a table comes: a
   * browser makes code quick while it is used, and the first table is to find it so.
   */
  const rehearse = async (examples: string | undefined) => {
    await pause();
    // a table that waits already is read first
    if (isReader) return;
    const classifier = prepared(), file = new File([examples ?? ""], "examples.csv");
    await pause(REHEARSAL_MS);
    for (let turn = 0; examples && turn < REHEARSALS && !hasTable; turn++) {
      await read({ file, choices: [], force: [] }, (said) => {
        if ("batch" in said) classify({ classify: said.batch, carried: said.carried }, classifier);
      });
      await pause();
    }
  };
  scope.onmessage = async ({ data }) => {
    try {
      if ("classifier" in data) {
        saved = data.classifier;
        // what fails is said when it is asked for
        rehearse(data.examples).catch(() => {});
      } else if ("hasCome" in data) hasTable = true;
      else if ("read" in data) {
        isReader = true;
        await read(data.read, say);
      } else {
        const values = classify(data, prepared());
        say({ values }, buffersOf(values.values()));
      }
    } catch (error) {
      if (error instanceof TableQuestions) say({ questions: error.questions, map: error.map });
      else say({ failure: error instanceof Error ? error.message : String(error) });
    }
  };
}

/** The columns of scored rows, but for those that the page has. */
function classify(
  { classify, carried }: Extract<Told, { readonly classify: PackedSources }>,
  classifier: SourceClassifier,
): PackedValues {
  const { columns, ...rest } = classify, sources = { ...rest, matrix: fromColumns(columns) };
  const values = scoredValues(sources, classifier.classify(sources), scoredColumns(carried));
  for (const name of ["name", "ra", "dec"]) values.delete(name);
  return new Map(Array.from(values, ([name, own]) => [name, pack(own)]));
}

async function read(
  { file, choices, force, rows }: ReadTask,
  say: (said: Said, transfer?: Transferable[]) => void,
): Promise<void> {
  const rejects: Reject[] = [];
  const { kind, map, batches, counts, columns, notes, carried } = await readRows(
    file.name,
    await openFile(blobFile(file.name, file)),
    {
      features: SOURCE_COLUMNS,
      choices: choices.map(parseChoice),
      force,
      rows,
      onReject: (reject) => rejects.length < MOST_REJECTS && rejects.push(reject),
      onProgress: (rows) => say({ rows }),
    },
  );
  for await (const sources of batches) {
    for (const batch of partsOf(sources)) {
      say({ batch, carried }, buffersOf(batch.columns.values()));
    }
  }
  say({ read: { kind, map, counts, columns, notes, rejects } });
}

/** A batch in parts of {@link PART_ROWS}. */
function* partsOf(sources: Sources): Generator<PackedSources> {
  const { origin, names, ra, dec, matrix, extras } = sources;
  const columns = matrix.names.map((name) => [name, columnIn(sources, name)] as const);
  for (let start = 0; start < names.length; start += PART_ROWS) {
    const end = start + PART_ROWS;
    const own = <T extends { slice(start: number, end: number): T }>(
      [name, all]: readonly [string, T],
    ) => [name, all.slice(start, end)] as const;
    yield {
      origin,
      names: names.slice(start, end),
      ra: ra.slice(start, end),
      dec: dec.slice(start, end),
      ...(extras && { extras: Object.fromEntries(Object.entries(extras).map(own)) }),
      columns: new Map(columns.map(own)),
    };
  }
}

function pack(values: OutputValues): Float64Array | Int32Array | PackedTexts {
  if (values instanceof Float64Array || values instanceof Int32Array) return values;
  const known = new Map<string | boolean | null, number>();
  const places = Uint32Array.from(values, (value) => {
    let place = known.get(value);
    if (place === undefined) known.set(value, place = known.size);
    return place;
  });
  return { known: [...known.keys()], places };
}

/** Values as `scoredValues` gave them, a text of several rows one text. */
export function unpacked(values: Float64Array | Int32Array | PackedTexts): OutputValues {
  if (!("known" in values)) return values;
  return Array.from(values.places, (place) => values.known[place]);
}

function buffersOf(columns: Iterable<Float64Array | Int32Array | PackedTexts>): ArrayBuffer[] {
  const all = Array.from(columns, (one) => "known" in one ? one.places.buffer : one.buffer);
  return [...new Set(all as ArrayBuffer[])];
}
