import { escapeHtml } from "#show/display.ts";
import { tableFrame } from "#show/tables.ts";
import type { Result } from "#lib/run/results.ts";
import { differenceInSigmas } from "#studies/comparison.ts";
import { sectionOf, SECTIONS, SENTENCES, wordsOf } from "./results-words.ts";

/** Results that stand in one table: the last part of a key is the column, the one before the row. */
interface ResultsTable {
  /** Key without row and column, e.g. `table5.lightgbm`. */
  readonly id: string;
  readonly title: string;
  /** The first two digits of the notebook that made it, "" where it is none. */
  readonly notebook: string;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** By row and column. */
  readonly cells: Readonly<Record<string, Readonly<Record<string, Result>>>>;
}

/** Arranges flat results in tables, in the order of {@link SECTIONS}. */
export function resultsTables(results: Readonly<Record<string, Result>>): ResultsTable[] {
  const tables = new Map<string, Record<string, Record<string, Result>>>();
  for (const [key, result] of Object.entries(results)) {
    const { id, row, column } = placeOf(key);
    const rows = tables.get(id) ?? tables.set(id, {}).get(id)!;
    (rows[row] ??= {})[column] = result;
  }
  const order = Object.keys(SECTIONS);
  const rankOf = (id: string) => {
    const model = id.split(".")[1];
    return {
      first: rank(id.split(".")[0], order),
      model: model === undefined ? -1 : rank(model, MODELS),
    };
  };
  return [...tables]
    .map(([id, cells]) => ({
      id,
      title: titleOf(id) + warning(cells),
      notebook: sectionOf(id)?.notebook ?? "",
      cells,
      ...axes(cells),
    }))
    .sort((tableA, tableB) => {
      const a = rankOf(tableA.id), b = rankOf(tableB.id);
      return (a.first - b.first) || (a.model - b.model) || 0;
    });
}

/** A number that has a sentence stands among those of its section, others by row and column. */
function placeOf(key: string): { id: string; row: string; column: string } {
  const parts = key.split(".");
  if (Object.hasOwn(SENTENCES, key)) {
    return { id: sectionOf(key)?.id ?? parts[0], row: key, column: "value" };
  }
  const column = parts.length > 2 ? parts.pop()! : "value";
  const row = parts.pop()!, id = parts.join(".");
  return { id: HAVE_SENTENCES.has(id) ? `${id}.in_detail` : id, row, column };
}

/** Sections of single numbers: what has rows and columns there makes a table of its own. */
const HAVE_SENTENCES = new Set(Object.keys(SENTENCES).map((key) => sectionOf(key)?.id));

function titleOf(id: string): string {
  const section = sectionOf(id), parts = id.split(".");
  if (!section) return parts.map(wordsOf).join(": ") || "Other results";
  // the model of blocked folds is a section of its own for the sake of its notebook
  const own = section.id.startsWith("blocked") ? 1 : section.id.split(".").length;
  return [section.title, ...parts.slice(own).map(wordsOf)].join(": ");
}

/** Says what a reader must not overlook when the numbers are of simulated sources. */
function warning(cells: ResultsTable["cells"]): string {
  const all = Object.values(cells).flatMap(Object.values<Result>);
  const simulated = all.filter((result) => result.simulated);
  if (simulated.length === 0) return "";
  if (simulated.some(({ published }) => published)) {
    return ": SIMULATED sources; the published counts are of real ones";
  }
  return simulated.length === all.length ? " (SIMULATED)" : " (in part SIMULATED, as said)";
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
  ...Object.keys(SENTENCES),
  ...MODELS,
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

/** The heading of a column; the one column of single numbers has none. */
function columnName(part: string): string {
  return part === "value" ? "" : wordsOf(part);
}

/** Labels of the published table are shown as its authors wrote them. */
function rowName(row: string, id: string): string {
  return SENTENCES[row] ?? (id === "audit.ned" ? `“${row}”` : wordsOf(row));
}

/**
 * A table as HTML: each value with the published one below it and the difference in sigmas.
 *
 * @param simulated Whether the whole run is of simulated sources.
 */
export function resultsTableHtml(table: ResultsTable, simulated = false): string {
  const head = table.columns.map((name) =>
    `<th scope="col" class="n">${escapeHtml(columnName(name))}</th>`
  );
  const decimals = table.columns.map((column) => decimalsOf(column, Object.values(table.cells)));
  const body = table.rows.map((row) => {
    const cells = table.columns.map((column, i) => {
      // single numbers are of one kind each: per cent beside errors of a few thousandths
      const own = column === "value" ? decimalsOf(column, [table.cells[row]]) : decimals[i];
      return cellHtml(table.cells[row][column], column, own);
    });
    return `<tr><th scope="row">${escapeHtml(rowName(row, table.id))}</th>${cells.join("")}</tr>`;
  });
  const isSaid = !simulated || table.title.includes("SIMULATED");
  return tableFrame(escapeHtml(isSaid ? table.title : `SIMULATED: ${table.title}`), [
    "<td></td>",
    ...head,
  ], body);
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
  const value = rounded(score.value, decimals);
  if (score.low !== undefined && score.high !== undefined) {
    return `${value} (${rounded(score.low, decimals)} to ${rounded(score.high, decimals)})`;
  }
  // a sigma of 0 is one that was rounded away
  return score.sigma ? `${value} ± ${score.sigma.toFixed(decimals)}` : value;
}

/** With a real minus, none before 0, and long numbers in groups. */
function rounded(value: number, decimals: number): string {
  const text = value.toFixed(decimals).replace(/^-(?=[0.]+$)/, "").replace("-", "\u2212");
  const [whole, ...fraction] = text.split(".");
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") : whole;
  return [grouped, ...fraction].join(".");
}

function signed(value: number): string {
  return `${value < 0 ? "\u2212" : "+"}${Math.abs(value).toFixed(1)}`;
}
