import { ArchiveError, RecordedCache } from "@csc-classify/vo-archives";
import { acquire } from "@csc-classify/chandra-archives";
import type { Recorded } from "#lib/acquire/recorded.ts";

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

function rowsOf({ sources: { names, labels, matrix } }: Acquired): string[] {
  const { values, nColumns } = matrix;
  return names.map((name, row) =>
    JSON.stringify([name, labels?.[row], ...values.subarray(row * nColumns, (row + 1) * nColumns)])
  );
}
