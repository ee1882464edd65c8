import { readResults, type Result } from "#lib/run/results.ts";
import type { Displayable } from "./display.ts";
import { groupDigits, show } from "./tables.ts";

/**
 * A table of numbers that this run recorded, with their scatter or interval and, where there is one,
 * what the paper has: what an answer in words rests on. A number that is not there is a dash.
 *
 * @param keys What each number is, unit included, and the name that it was recorded under.
 */
export async function numbers(keys: Readonly<Record<string, string>>): Promise<Displayable> {
  const { head, results = {} } = (await readResults()) ?? {};
  const found = Object.entries(keys).map(([number, key]) => ({ number, result: results[key] }));
  const hasPaper = found.some(({ result }) => result?.published);
  const rows = found.map(({ number, result }) => ({
    number,
    "this run": result && inWords(result),
    ...hasPaper && { paper: result?.published && inWords(result.published) },
  }));
  return show(rows, { caption: `In numbers${head ? ` (profile ${head.profile})` : ""}` });
}

/** `93.0 ± 0.2`, `65.1 (60.2 to 70.0)` or `7703`: three digits of the largest part, counts whole. */
function inWords({ value, sigma, low, high }: Result): string {
  const parts = [value, sigma, low, high].filter((part) => part !== undefined);
  const size = Math.max(...parts.map(Math.abs));
  const digits = parts.every(Number.isInteger) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const text = (part: number) => groupDigits(part.toFixed(digits));
  if (low !== undefined && high !== undefined) {
    return `${text(value)} (${text(low)} to ${text(high)})`;
  }
  return sigma === undefined ? text(value) : `${text(value)} ± ${text(sigma)}`;
}
