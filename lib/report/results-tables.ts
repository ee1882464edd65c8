import { escapeHtml } from "../notebook/escape-html.ts";
import type { Result } from "../run/results.ts";

/** Results that stand in one table: the last part of a key is the column, the one before the row. */
export interface ResultsTable {
  /** Key without row and column, e.g. `table5.lightgbm`. */
  readonly id: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** By row and column. */
  readonly cells: Readonly<Record<string, Readonly<Record<string, Result>>>>;
}

const TITLES: Readonly<Record<string, string>> = {
  table4: "Table 4. Labelled sources by class",
  table5: "Table 5. Scores by class (per cent)",
  table6: "Table 6. Weighted scores (per cent) and Matthews correlation coefficient",
  table7: "Table 7. All features against X-ray features alone (per cent)",
  table8: "Table 8. Identified sources by class and confidence",
  blocked: "Folds cut by sky position",
  random: "Random folds",
  calibration: "Calibration of the probabilities",
  conformal: "Conformal sets",
  external: "External validation",
};

const NAMES: Readonly<Record<string, string>> = {
  rf: "Random forest",
  gbdt: "GBDT",
  lightgbm: "LightGBM",
  all: "all",
  xray: "X-ray only",
  f1: "F1",
  mcc: "MCC",
  macro_f1: "macro F1",
  ece: "expected calibration error",
  "3sigma": "CMP > 3σ",
  "4sigma": "CMP > 4σ",
};

/** A part of a key in words. */
export function nameOf(part: string): string {
  return NAMES[part] ?? part.replaceAll("_", " ");
}

/** Arranges flat results in tables, in the order of their keys' first parts. */
export function resultsTables(results: Readonly<Record<string, Result>>): ResultsTable[] {
  const tables = new Map<string, Record<string, Record<string, Result>>>();
  for (const [key, result] of Object.entries(results)) {
    const parts = key.split(".");
    const column = parts.length > 2 ? parts.pop()! : "value";
    const row = parts.pop()!;
    const id = parts.join(".");
    const rows = tables.get(id) ?? tables.set(id, {}).get(id)!;
    (rows[row] ??= {})[column] = result;
  }
  const order = Object.keys(TITLES);
  const rank = (id: string) => (order.indexOf(id.split(".")[0]) + 1) || Infinity;
  return [...tables]
    .map(([id, cells]) => ({ id, title: titleOf(id), cells, ...axes(cells) }))
    .sort((a, b) => rank(a.id) - rank(b.id) || (a.id < b.id ? -1 : 1));
}

function titleOf(id: string): string {
  const [first, ...rest] = id.split(".");
  return [TITLES[first] ?? nameOf(first || "Other results"), ...rest.map(nameOf)].join(": ");
}

const ROWS = ["AGN", "STAR", "YSO", "HMXB", "LMXB", "ULX", "CV", "PULSAR", "total"];
const COLUMNS = ["precision", "recall", "f1", "mcc", "all", "3sigma", "4sigma"];

function axes(cells: Readonly<Record<string, Readonly<Record<string, Result>>>>) {
  return {
    rows: inOrder(Object.keys(cells), ROWS),
    columns: inOrder([...new Set(Object.values(cells).flatMap(Object.keys))], COLUMNS),
  };
}

function inOrder(names: readonly string[], order: readonly string[]): string[] {
  const rank = (name: string) => (order.indexOf(name) + 1) || Infinity;
  return [...names].sort((a, b) => (rank(a) - rank(b)) || 0);
}

/** A table as HTML: each value with the published one below it and the difference in sigmas. */
export function resultsTableHtml(table: ResultsTable): string {
  const head = table.columns.map((name) =>
    `<th scope="col" class="n">${escapeHtml(nameOf(name))}</th>`
  );
  const body = table.rows.map((row) => {
    const cells = table.columns.map((column) => cellHtml(table.cells[row][column]));
    return `<tr><th scope="row">${escapeHtml(nameOf(row))}</th>${cells.join("")}</tr>`;
  });
  const caption = `<caption>${escapeHtml(table.title)}</caption>`;
  return `<div class="csc-scroll"><table class="csc results">${caption}<thead><tr><th></th>` +
    `${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

function cellHtml(result: Result | undefined): string {
  if (!result) return `<td class="n"><span class="m">–</span></td>`;
  const { published } = result;
  const sigmas = published && differenceInSigmas(result);
  const below = published
    ? `<span class="u">${scoreText(published, result.value)}${
      sigmas === undefined ? "" : ` <i>(${signed(sigmas)}σ)</i>`
    }</span>`
    : "";
  return `<td class="n">${scoreText(result, result.value)}${below}</td>`;
}

/** Ours minus published, in units of both sigmas combined; undefined where neither has one. */
export function differenceInSigmas({ value, sigma = 0, published }: Result): number | undefined {
  const combined = Math.hypot(sigma, published?.sigma ?? 0);
  return published && combined > 0 ? (value - published.value) / combined : undefined;
}

/**
 * A score with its sigma: as many decimals as the size asks for, so MCC 0.906 and F1 93.0.
 *
 * @param like The value whose size decides, so that both lines of a cell agree.
 */
export function scoreText(score: { value: number; sigma?: number }, like = score.value): string {
  if (typeof score.value !== "number" || !Number.isFinite(score.value)) return "–";
  const whole = Number.isInteger(score.value) && score.sigma === undefined;
  const decimals = whole ? 0 : Math.abs(like) <= 1 ? 3 : 1;
  const value = score.value.toFixed(decimals).replace("-", "\u2212");
  const grouped = whole
    ? value.replace(/\B(?=(\d{3})+$)/g, value.length > 4 ? "\u202f" : "")
    : value;
  return score.sigma === undefined ? grouped : `${grouped} ± ${score.sigma.toFixed(decimals)}`;
}

function signed(value: number): string {
  return `${value < 0 ? "\u2212" : "+"}${Math.abs(value).toFixed(1)}`;
}
