import { sha256 } from "@csc-classify/safe-files";
import { ArchiveError } from "./archive-error.ts";
import {
  type CachedRequest,
  keyOf,
  type Provenance,
  type ResponseCache,
} from "./response-cache.ts";

/** One answer of {@link RecordedCache}. */
export interface RecordedAnswer extends CachedRequest {
  readonly rows: number;
  /** The answer, line by line. */
  readonly answer: readonly string[];
}

/** Answers written beforehand, in place of a network: what they lack is an error, never fetched. */
export class RecordedCache implements ResponseCache {
  readonly fetched = 0;
  readonly isWhole = true;
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
