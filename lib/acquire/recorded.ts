import {
  ArchiveError,
  type Area,
  type CachedRequest,
  keyOf,
  type Provenance,
  type ResponseCache,
} from "@csc-classify/vo-archives";
import { type CscRelease } from "@csc-classify/chandra-archives";
import { DATA } from "../run/files.ts";
import { sha256 } from "@csc-classify/safe-files";

/** One answer of {@link RecordedCache}. */
export interface RecordedAnswer {
  readonly service: string;
  readonly url: string;
  readonly query: string;
  readonly parameters?: unknown;
  readonly rows: number;
  /** The answer, line by line. */
  readonly answer: readonly string[];
}

/** Content of `data/recorded-answers.json`: an acquisition of an invented field. */
export interface Recorded {
  readonly note: string;
  readonly release: CscRelease;
  readonly area: Area;
  readonly answers: readonly RecordedAnswer[];
  /** What was put into the archives: what is to come out. */
  readonly truth: readonly {
    readonly name: string;
    readonly class: string | null;
    readonly features: Readonly<Record<string, number>>;
  }[];
}

/** The recorded acquisition of an invented field, from `data/`. */
export async function readRecorded(): Promise<Recorded> {
  return JSON.parse(await Deno.readTextFile(`${DATA}/recorded-answers.json`));
}

/** Answers written beforehand, in place of a network: what they lack is an error, never fetched. */
export class RecordedCache implements ResponseCache {
  readonly fetched = 0;
  readonly #answers: ReadonlyMap<string, RecordedAnswer>;

  constructor(answers: readonly RecordedAnswer[]) {
    this.#answers = new Map(answers.map((one) => [keyOf(one), one]));
  }

  read(request: CachedRequest): Promise<Uint8Array | undefined> {
    const found = this.#answers.get(keyOf(request));
    if (found) return Promise.resolve(new TextEncoder().encode(found.answer.join("\n")));
    return Promise.reject(
      new ArchiveError({
        ...request,
        kind: "query",
        problem: "this query is not among the recorded ones",
        remedy: "ask for the field that was recorded, or the archives themselves",
      }),
    );
  }

  write(): Promise<void> {
    return Promise.reject(new TypeError("recorded answers are not added to"));
  }

  manifest(): Promise<Provenance[]> {
    return Promise.resolve(
      [...this.#answers].map(([key, { service, url, query, rows, answer }]) => {
        const text = answer.join("\n"), bytes = new TextEncoder().encode(text).length;
        const file = `${key}.response`;
        return { service, url, query, date: "", rows, bytes, sha256: sha256(text), file };
      }),
    );
  }
}
