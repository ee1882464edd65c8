import { type ExtraColumn, fromColumns, TableQuestions } from "@csc-classify/chandra-sources";
import type { SavedClassifier } from "../../../lib/trust/saved-classifier.ts";
import type { OutputValues } from "../../../lib/scoring/scored-columns.ts";
import type { Batch } from "./results-view.ts";
import {
  type PackedSources,
  type PackedValues,
  type ReadTask,
  type Said,
  type TableRead,
  type Told,
  unpacked,
} from "./worker.ts";

/** Workers at most: a table is rarely so long that more would be worth their memory. */
const MOST_WORKERS = 4;

/** What was read of a table, and its sources classified, in the order of the table. */
interface Classification {
  readonly table: TableRead;
  readonly batches: readonly Batch[];
  readonly carried: readonly ExtraColumn[];
}

/** How far the work on a table is. */
export interface Progress {
  /** Rows that were read, and whether these are all. */
  read: number;
  isWhole: boolean;
  /** Sources that were found in them, and that are classified. */
  found: number;
  classified: number;
}

/** What comes of a table that was stopped for another one. */
export class Stopped extends Error {}

/** Workers of the page, started from its own script: one reads a table, all classify its sources. */
export class Crew {
  readonly #script: string;
  readonly #classifier: SavedClassifier;
  readonly #examples?: string;
  #workers: Worker[] = [];
  #stop?: () => void;
  /** Why workers do not start. */
  #failure = "";

  /** @param examples A table, as CSV, that workers rehearse with while nothing is asked of them. */
  constructor(script: string, classifier: SavedClassifier, examples?: string) {
    [this.#script, this.#classifier, this.#examples] = [script, classifier, examples];
    // the page is there before them
    setTimeout(() => this.#workers.length === 0 && this.#start(), 50);
  }

  #start(): void {
    const url = URL.createObjectURL(new Blob([this.#script], { type: "text/javascript" }));
    const n = Math.min(MOST_WORKERS, Math.max(1, navigator.hardwareConcurrency ?? 1));
    this.#workers = Array.from({ length: n }, () => {
      const worker = new Worker(url);
      worker.onerror = ({ message }) => this.#failure = message;
      const told: Told = { classifier: this.#classifier, examples: this.#examples };
      worker.postMessage(told);
      return worker;
    });
  }

  /**
   * Reads a table and classifies its sources as they come. Work on another table is stopped.
   *
   * @throws TableQuestions, Error as `readRows`; Stopped when another table came.
   */
  async classify(
    task: ReadTask,
    onProgress: (progress: Progress) => void,
  ): Promise<Classification> {
    this.#stop?.();
    if (this.#failure) throw new Error(`this browser runs no workers here: ${this.#failure}`);
    const ended = Promise.withResolvers<void>();
    let isReading = true, busy = 0;
    this.#stop = () => {
      ended.reject(new Stopped());
      if (!isReading && busy === 0) return;
      // what they are at cannot be taken back
      for (const worker of this.#workers) worker.terminate();
      this.#start();
    };
    const progress = { read: 0, isWhole: false, found: 0, classified: 0 };
    const waiting: { readonly sources: PackedSources; readonly place: number }[] = [];
    if (this.#workers.length === 0) this.#start();
    for (const worker of this.#workers) worker.postMessage({ hasCome: "a table" } satisfies Told);
    const batches: Batch[] = [], [reader, ...idle] = this.#workers;
    let table: TableRead | undefined, carried: readonly ExtraColumn[] = [], found = 0;
    const handOut = () => {
      while (waiting.length > 0 && idle.length > 0) {
        const { sources, place } = waiting.shift()!, worker = idle.shift()!;
        busy++;
        listen(worker, (said) => {
          if (!("values" in said)) return;
          batches[place] = batchOf(sources, said.values);
          progress.classified += sources.names.length;
          onProgress(progress);
          busy--;
          idle.push(worker);
          handOut();
        });
        worker.postMessage({ classify: sources, carried } satisfies Told);
      }
      if (table && busy === 0 && waiting.length === 0) ended.resolve();
    };
    const listen = (worker: Worker, take: (said: Said) => void) => {
      const fail = (error: Error) => {
        if (isReading && worker === reader) isReading = false;
        else busy--;
        ended.reject(error);
      };
      worker.onmessage = ({ data }: MessageEvent<Said>) => {
        if ("failure" in data) fail(new TypeError(data.failure));
        else if ("questions" in data) {
          fail(new TableQuestions(task.file.name, data.questions, data.map));
        } else take(data);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        ended.reject(new Error(`a part of the page has failed: ${event.message}`));
      };
    };
    listen(reader, (said) => {
      if ("rows" in said) progress.read = said.rows;
      else if ("batch" in said) {
        ({ carried } = said);
        waiting.push({ sources: said.batch, place: found++ });
        progress.found += said.batch.names.length;
      } else if ("read" in said) {
        table = said.read;
        isReading = false;
        progress.isWhole = true;
        idle.push(reader);
      }
      onProgress(progress);
      handOut();
    });
    reader.postMessage({ read: task } satisfies Told);
    try {
      await ended.promise;
    } catch (error) {
      // some may be at batches of a table that nobody wants any more
      if (!(error instanceof Stopped)) this.#stop();
      throw error;
    }
    return { table: table!, batches, carried };
  }
}

function batchOf({ columns, ...rest }: PackedSources, values: PackedValues): Batch {
  const { names, ra, dec } = rest;
  const own: readonly (readonly [string, OutputValues])[] = [
    ["name", names],
    ["ra", ra],
    ["dec", dec],
  ];
  return {
    sources: { ...rest, matrix: fromColumns(columns) },
    values: new Map([
      ...own,
      ...Array.from(values, ([name, one]) => [name, unpacked(one)] as const),
    ]),
  };
}
