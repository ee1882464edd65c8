import { ArchiveError, RecordedCache } from "@csc-classify/vo-archives";
import { acquire } from "@csc-classify/chandra-archives";
import { type Random, random } from "@csc-classify/forests";
import type { Recorded } from "#lib/tables/acquired.ts";

type Acquired = Awaited<ReturnType<typeof acquire>>;

/** How an acquisition without one service ended, and how it was taken up later. */
interface Interrupted {
  readonly service: string;
  /** Surveys and catalogues that are named as left out. */
  readonly leftOut: number;
  /** Queries that were answered only when the service was back. */
  readonly askedAgain: number;
  /** Rows that are then as an undisturbed acquisition has them: name, label and every column. */
  readonly rowsEqual: number;
}

/**
 * Acquires the recorded field while a service cannot be reached, then again when it can.
 *
 * @param undisturbed The same acquisition with every service at hand.
 */
export async function withoutService(
  { release, area, answers }: Recorded,
  service: string,
  undisturbed: Acquired,
): Promise<Interrupted> {
  const cache = new RecordedCache(answers), read = cache.read.bind(cache);
  const kept = new Set<string>();
  let isDown = true, askedAgain = 0;
  cache.read = async (request) => {
    if (isDown && request.service === service) {
      const problem = "the connection failed", remedy = "try later";
      throw new ArchiveError({ ...request, kind: "network", problem, remedy });
    }
    const bytes = await read(request);
    if (isDown) kept.add(request.query);
    else if (!kept.has(request.query)) askedAgain++;
    return bytes;
  };
  const asked = { release, area, ned: "few", cache } as const;
  const { leftOut } = await acquire(asked);
  isDown = false;
  const whole = rowsOf(undisturbed);
  const rowsEqual = rowsOf(await acquire(asked)).filter((row, i) => row === whole[i]).length;
  return { service, leftOut: leftOut.length, askedAgain, rowsEqual };
}

/** Ways in which an archive spoils an answer. */
const WAYS: Readonly<Record<string, (text: string, stream: Random) => string>> = {
  cut: (text, stream) => text.slice(0, stream.integer(text.length - 20)),
  emptied: () => "",
  "a web page": () => "<!DOCTYPE html><html><p>Please log in<br></html>",
  "an error": () =>
    '<VOTABLE><RESOURCE><INFO name="QUERY_STATUS" value="ERROR">no</INFO></RESOURCE></VOTABLE>',
  "a column lost": (text) => text.replaceAll(/(FIELD name="|"name":"|name=")\w+/g, "$1lost"),
  overflow: (text) =>
    text.replace("</RESOURCE>", '<INFO name="QUERY_STATUS" value="OVERFLOW"/></RESOURCE>'),
};

/** How an acquisition may end that got a spoilt answer; any other end is a fault. */
export const AS_IT_MUST = ["the same sources", "named and left out", "a clear error"];

/**
 * Acquires the recorded field once for each answer, with that answer spoilt, the ways in turn.
 *
 * @param undisturbed The same acquisition with every answer whole.
 * @param which The answers, by number; all if absent.
 * @returns The way, and the end: one of {@link AS_IT_MUST}, `CHANGED` for other sources without a
 * word, or the message of an error that is none of an archive.
 */
export async function withSpoiltAnswers(
  { release, area, answers }: Recorded,
  undisturbed: Acquired,
  seed: number,
  which: readonly number[] = [...answers.keys()],
): Promise<{ spoilt: string; end: string }[]> {
  const stream = random(seed, "spoilt answers"), ways = Object.keys(WAYS);
  const remarks = ({ problems, leftOut, ned }: Acquired) =>
    problems.length + leftOut.length + (ned?.notes.length ?? 0);
  const sourcesOf = ({ sources: { matrix, labels } }: Acquired) => JSON.stringify([matrix, labels]);
  const outcomes: { spoilt: string; end: string }[] = [];
  for (const index of which) {
    const one = answers[index], spoilt = ways[index % ways.length];
    const answer = [WAYS[spoilt](one.answer.join("\n"), stream)];
    const cache = new RecordedCache(answers.with(index, { ...one, answer }));
    const end = await acquire({ release, area, ned: "few", cache }).then((again) => {
      if (remarks(again) > remarks(undisturbed)) return "named and left out";
      return sourcesOf(again) === sourcesOf(undisturbed) ? "the same sources" : "CHANGED";
    }, (error) => error instanceof ArchiveError ? "a clear error" : String(error));
    outcomes.push({ spoilt, end });
  }
  return outcomes;
}

function rowsOf({ sources: { names, labels, matrix } }: Acquired): string[] {
  const { values, nColumns } = matrix;
  return names.map((name, row) =>
    JSON.stringify([name, labels?.[row], ...values.subarray(row * nColumns, (row + 1) * nColumns)])
  );
}
