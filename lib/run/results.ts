import { makeFolder, readRegularText, writeJson } from "@csc-classify/safe-files";
import { outFolder } from "./files.ts";
import { runtimeVersions } from "./provenance.ts";
import type { Settings } from "./settings.ts";

/** One number of the reports. */
export interface Result {
  /** Our value: scores in per cent, MCC and shares as they are. */
  readonly value: number;
  /** Its standard deviation over iterations, if there is more than one. */
  readonly sigma?: number;
  /** Ends of its 95 per cent interval, where one was worked out. */
  readonly low?: number;
  readonly high?: number;
  /** What the paper has. */
  readonly published?: { readonly value: number; readonly sigma?: number };
  /** True where the number counts simulated sources, whatever the model was trained on. */
  readonly simulated?: boolean;
  /** The sources that the number is of, where these are not the training set. */
  readonly origin?: string;
}

/** What the numbers were made from. */
export interface ResultsHead {
  readonly data: string;
  readonly dataSha256: string;
  readonly simulated: boolean;
  readonly profile: string;
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** Content of `out/results.json`. */
export interface Results {
  readonly head: ResultsHead;
  readonly results: Readonly<Record<string, Result>>;
}

/** Path of the results file. */
function resultsPath(): string {
  return `${outFolder()}/results.json`;
}

/**
 * Reads `out/results.json`; undefined when no run has written one.
 *
 * @throws SyntaxError naming the file when it is not what it should be.
 */
export async function readResults(): Promise<Results | undefined> {
  const path = resultsPath();
  try {
    const text = await readRegularText(path);
    if (text === undefined) return undefined;
    const content = JSON.parse(text) as Partial<Results>;
    if (content?.head && content.results) return content as Results;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new SyntaxError(`${path} holds no results; delete it and rerun`);
}

/** Digits of a recorded number: those behind them hang on the order of sums, which polars chooses. */
const SIGNIFICANT_DIGITS = 12;

/** A result whose numbers have {@link SIGNIFICANT_DIGITS}; whole numbers are as they were. */
function rounded(result: Result): Result {
  const round = (value: unknown) =>
    typeof value === "number" && !Number.isInteger(value)
      ? Number(value.toPrecision(SIGNIFICANT_DIGITS))
      : value;
  const fields = Object.entries(result).map(([field, value]) => [field, round(value)]);
  return Object.fromEntries(fields);
}

/**
 * Adds results to `out/results.json`, rounded to 12 significant digits. Results of another head
 * (other data, profile or seed) are dropped first: one file never mixes runs. Notebooks that run
 * side by side write one by one.
 */
export async function recordResults(
  head: ResultsHead,
  results: Readonly<Record<string, Result>>,
): Promise<void> {
  await makeFolder(outFolder());
  using turn = await Deno.open(`${outFolder()}/.results.lock`, { write: true, create: true });
  await turn.lock(true);
  const before = await readResults();
  const same = before && JSON.stringify(before.head) === JSON.stringify(head);
  const added = Object.entries(results).map(([name, result]) => [name, rounded(result)] as const);
  const merged = [...new Map([...Object.entries(same ? before.results : {}), ...added])];
  const sorted = Object.fromEntries(merged.sort(([a], [b]) => a < b ? -1 : 1));
  await writeJson(resultsPath(), { head, results: sorted });
}

/**
 * Names a run by what its numbers are made from. Files that belong to one run carry its name, so
 * that those of another, left in the same folder, are not taken for its own.
 */
export function runName({ dataSha256, profile, seed }: ResultsHead): string {
  return `${profile} ${seed} ${dataSha256.slice(0, 16)}`;
}

/** Name of the run that writes to `out/` now; undefined before one has begun. */
export async function currentRun(): Promise<string | undefined> {
  const results = await readResults();
  return results && runName(results.head);
}

/** Head of the results of a run. */
export function resultsHead(
  settings: Settings,
  table: { readonly description: string; readonly sha256: string; readonly kind: string },
): ResultsHead {
  return {
    data: table.description,
    dataSha256: table.sha256,
    simulated: table.kind === "simulated",
    profile: settings.profile.name,
    seed: settings.seed,
    versions: runtimeVersions(),
  };
}
