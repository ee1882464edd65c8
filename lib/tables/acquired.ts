import { acquisitionsIn, type CscRelease } from "@csc-classify/chandra-archives";
import type { Area, RecordedAnswer } from "@csc-classify/vo-archives";
import { DATA, outFolder } from "../run/files.ts";

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

/** Where the task puts acquisitions, each in a folder of its own. */
export function acquiredFolder(): string {
  return `${outFolder()}/acquired`;
}

/** Finished acquisitions of the task, best first; see {@link acquisitionsIn}. */
export async function listAcquired(): ReturnType<typeof acquisitionsIn> {
  return await acquisitionsIn(acquiredFolder());
}
