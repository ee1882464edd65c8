import type { Result } from "#lib/run/results.ts";

/**
 * Ours minus published in units of the standard deviations of both, combined in quadrature with
 * the rounding of the printed value (half its last digit, over the square root of 3).
 * With one iteration ours has no standard deviation of its own: the published one stands for it.
 *
 * @param lastDigit Value of the last printed digit: 0.1 for per cent, 0.01 for MCC.
 * @returns undefined where nothing is published, or neither side has a standard deviation.
 */
export function differenceInSigmas(result: Result, lastDigit = 0.1): number | undefined {
  const { value, sigma, published } = result;
  if (!published || (sigma ?? published.sigma) === undefined) return undefined;
  const theirs = published.sigma ?? 0;
  const combined = Math.hypot(sigma ?? theirs, theirs, lastDigit / 2 / Math.sqrt(3));
  return (value - published.value) / combined;
}

/** The results of a run beside the paper's, by dotted name. */
type ResultMap = Readonly<Record<string, Result>>;

/** Points of per cent below which a difference is small whatever the published sigma says. */
const SMALL_POINTS = 1.5;

/** Whether a score lies within 1.5 points of the published one (0.015 in MCC). */
export function isNear(name: string, value: number, published: number): boolean {
  const most = digitsOf(name) === 2 ? SMALL_POINTS / 100 : SMALL_POINTS;
  return Math.abs(value - published) <= most;
}

/** Decimals of a score: MCC is no percentage. */
function digitsOf(name: string): number {
  return name.endsWith("mcc") ? 2 : 1;
}

/**
 * Table rows with ours, the paper's and the difference in sigmas side by side: one row per entry
 * of `rows`, for each of `scores` the columns `<score>`, `<score> paper` and `<score> Δ/σ`.
 *
 * @param prefix Result names are `prefix.row.score`.
 */
export function comparisonRows(
  results: ResultMap,
  prefix: string,
  rows: readonly string[],
  scores: readonly string[],
): Record<string, string | null>[] {
  return rows.map((row) => {
    const cells: Record<string, string | null> = { "": row };
    for (const score of scores) {
      const name = `${prefix}.${row}.${score}`;
      const result = results[name], digits = digitsOf(name);
      if (!result) throw new RangeError(`no result "${name}"; run the cell that computes it first`);
      const difference = differenceInSigmas(result, 10 ** -digits);
      cells[score] = formatResult(result, digits);
      cells[`${score} paper`] = result.published ? formatResult(result.published, digits) : null;
      cells[`${score} Δ/σ`] = difference === undefined ? null : signed(difference);
    }
    return cells;
  });
}

/** Short headings for the columns of {@link comparisonRows}: the score, `paper`, `Δ/σ`. */
export function comparisonLabels(scores: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    scores.flatMap((score) => [
      [score, score === "mcc" ? "MCC" : score === "f1" ? "F1" : score],
      [`${score} paper`, "paper"],
      [`${score} Δ/σ`, "Δ/σ"],
    ]),
  );
}

/** How many published values a run meets, and which it does not. */
interface Agreement {
  readonly total: number;
  /** Within 2 sigma, ours and the published combined. */
  readonly within2Sigma: number;
  /** Within 2 sigma or within 1.5 points (0.015 in MCC). */
  readonly within: number;
  readonly outside: readonly { readonly name: string; readonly result: Result }[];
}

/** Compares all results whose names begin with one of the prefixes with the published values. */
export function agreement(results: ResultMap, ...prefixes: readonly string[]): Agreement {
  const compared = Object.entries(results).filter(([name, { published }]) =>
    published && prefixes.some((prefix) => name.startsWith(prefix))
  );
  const meets2Sigma = ([name, result]: [string, Result]) =>
    Math.abs(differenceInSigmas(result, 10 ** -digitsOf(name))!) <= 2;
  const outside = compared.filter((entry) => {
    const [name, { value, published }] = entry;
    return !meets2Sigma(entry) && !isNear(name, value, published!.value);
  });
  return {
    total: compared.length,
    within2Sigma: compared.filter(meets2Sigma).length,
    within: compared.length - outside.length,
    outside: outside.map(([name, result]) => ({ name, result })),
  };
}

function signed(difference: number): string {
  const text = Math.abs(difference).toFixed(1);
  return text === "0.0" ? text : difference > 0 ? `+${text}` : `−${text}`;
}

const MODELS: Readonly<Record<string, string>> = {
  rf: "random forest",
  gbdt: "GBDT",
  lightgbm: "LightGBM",
  xray: "X-ray features only",
};
const SCORES: Readonly<Record<string, string>> = { f1: "F1", mcc: "MCC" };

/** A published cell by its key, in words: `table5.gbdt.LMXB.f1` is "Table 5, GBDT, LMXB, F1". */
export function cellInWords(key: string): string {
  const [table, model, ...rest] = key.split(".");
  const words = rest.map((part) => SCORES[part] ?? part);
  return [table.replace("table", "Table "), MODELS[model] ?? model, ...words].join(", ");
}

/** A result as text: `91.3 ± 0.4`. */
function formatResult(
  { value, sigma }: { value: number; sigma?: number },
  digits = 1,
): string {
  return sigma === undefined
    ? value.toFixed(digits)
    : `${value.toFixed(digits)} ± ${sigma.toFixed(digits)}`;
}
