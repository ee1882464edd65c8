import { escapeHtml } from "#lib/notebook/display.ts";
import { tableFrame } from "#lib/notebook/tables.ts";
import type { Result } from "#lib/run/results.ts";
import { differenceInSigmas } from "#studies/comparison.ts";

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
  tuning: "Tuning: macro F1 of nested searches (per cent)",
  calibration: "Calibration of the probabilities",
  conformal: "Conformal sets",
  external: "External validation",
  real: "Real sources",
};

const NAMES: Readonly<Record<string, string>> = {
  rf: "random forest",
  gbdt: "GBDT",
  lightgbm: "LightGBM",
  knn: "k-nearest neighbours",
  mlp: "multilayer perceptron",
  all: "all features",
  xray_csc: "X-ray, rightly named",
  xray: "X-ray only",
  table8: "Table 8, each source once",
  better: "better pipeline",
  better_unlimited: "better pipeline, no limits",
  nested: "nested choice",
  nested_unlimited: "nested choice, no limits",
  brier: "Brier score",
  ece_as_given: "the same before calibration",
  ece_paper: "the same, paper's pipeline",
  f1: "F1",
  mcc: "MCC",
  macro_f1: "macro F1",
  ece: "expected calibration error",
  "3sigma": "CMP > 3σ",
  "4sigma": "CMP > 4σ",
};

/** A part of a key in words. */
function nameOf(part: string): string {
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
  const rankOf = (id: string) => {
    const [first, model] = id.split(".");
    return { first: rank(first, order), model: model === undefined ? -1 : rank(model, MODELS) };
  };
  return [...tables]
    .map(([id, cells]) => ({ id, title: titleOf(id) + warning(cells), cells, ...axes(cells) }))
    .sort((tableA, tableB) => {
      const a = rankOf(tableA.id), b = rankOf(tableB.id);
      return (a.first - b.first) || (a.model - b.model) || 0;
    });
}

function titleOf(id: string): string {
  const [first, ...rest] = id.split(".");
  return [TITLES[first] ?? nameOf(first || "Other results"), ...rest.map(nameOf)].join(": ");
}

/** Says what a reader must not overlook when the numbers are counts of simulated sources. */
function warning(cells: ResultsTable["cells"]): string {
  const isSimulated = Object.values(cells).flatMap(Object.values<Result>).some((r) => r.simulated);
  return isSimulated ? ": SIMULATED sources; the published counts are of real ones" : "";
}

const MODELS = [
  "rf",
  "gbdt",
  "lightgbm",
  "knn",
  "mlp",
  "all",
  "xray",
  "xray_csc",
  "better",
  "better_unlimited",
  "nested",
  "nested_unlimited",
];
const ROWS = [
  ...MODELS,
  "ece",
  "ece_as_given",
  "ece_paper",
  "AGN",
  "STAR",
  "YSO",
  "HMXB",
  "LMXB",
  "ULX",
  "CV",
  "PULSAR",
  "total",
];
const COLUMNS = ["precision", "recall", "f1", "mcc", "all", "3sigma", "4sigma"];

function axes(cells: Readonly<Record<string, Readonly<Record<string, Result>>>>) {
  return {
    rows: inOrder(Object.keys(cells), ROWS),
    columns: inOrder([...new Set(Object.values(cells).flatMap(Object.keys))], COLUMNS),
  };
}

function inOrder(names: readonly string[], order: readonly string[]): string[] {
  return [...names].sort((a, b) => (rank(a, order) - rank(b, order)) || 0);
}

/** Place in an order; what is not in it comes last. */
function rank(name: string, order: readonly string[]): number {
  return (order.indexOf(name) + 1) || Infinity;
}

/** As {@link nameOf}, but Table 8's column of all sources is not the row of all features. */
function columnName(part: string): string {
  return part === "all" ? "all" : nameOf(part);
}

/** A table as HTML: each value with the published one below it and the difference in sigmas. */
export function resultsTableHtml(table: ResultsTable): string {
  const head = table.columns.map((name) =>
    `<th scope="col" class="n">${escapeHtml(columnName(name))}</th>`
  );
  const decimals = table.columns.map((column) => decimalsOf(column, Object.values(table.cells)));
  const body = table.rows.map((row) => {
    const cells = table.columns.map((column, i) =>
      cellHtml(table.cells[row][column], column, decimals[i])
    );
    return `<tr><th scope="row">${escapeHtml(nameOf(row))}</th>${cells.join("")}</tr>`;
  });
  return tableFrame(escapeHtml(table.title), ["<th></th>", ...head], body);
}

function cellHtml(result: Result | undefined, column: string, decimals: number): string {
  if (!result) return `<td class="n"><span class="m">–</span></td>`;
  const { published } = result;
  // the paper prints MCC with two decimals, everything else with one
  const sigmas = differenceInSigmas(result, column === "mcc" ? 0.01 : 0.1);
  const below = published
    ? `<span class="u p">${scoreText(published, decimals)}${
      sigmas === undefined ? "" : ` <i>(${signed(sigmas)}σ)</i>`
    }</span>`
    : "";
  return `<td class="n">${scoreText(result, decimals)}${below}</td>`;
}

// counts have none, per cent one, coefficients and shares three
function decimalsOf(column: string, rows: readonly Readonly<Record<string, Result>>[]): number {
  const results = rows.map((row) => row[column]).filter(Boolean);
  if (results.every(({ value, sigma }) => Number.isInteger(value) && sigma === undefined)) return 0;
  return scoreDecimals(Math.max(...results.map(({ value }) => Math.abs(value))));
}

function scoreDecimals(value: number): number {
  return Math.abs(value) <= 1 ? 3 : 1;
}

/** A score with its sigma or interval, if it has one: 93.0 ± 0.1, 65.4 (59.6 to 69.7), 269 366. */
export function scoreText(
  score: {
    readonly value: number;
    readonly sigma?: number;
    readonly low?: number;
    readonly high?: number;
  },
  decimals = Number.isInteger(score.value) ? 0 : scoreDecimals(score.value),
): string {
  if (!Number.isFinite(score.value)) return "–";
  const [whole, ...fraction] = score.value.toFixed(decimals).replace("-", "\u2212").split(".");
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") : whole;
  const value = [grouped, ...fraction].join(".");
  if (score.low !== undefined && score.high !== undefined) {
    return `${value} (${score.low.toFixed(decimals)} to ${score.high.toFixed(decimals)})`;
  }
  // a sigma of 0 is one that was rounded away
  return score.sigma ? `${value} ± ${score.sigma.toFixed(decimals)}` : value;
}

function signed(value: number): string {
  return `${value < 0 ? "\u2212" : "+"}${Math.abs(value).toFixed(1)}`;
}
