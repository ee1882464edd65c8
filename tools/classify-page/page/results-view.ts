import { CLASSES, labelOf, type Sources } from "@csc-classify/chandra-sources";
import { featureWords } from "../../../lib/tables/feature-words.ts";
import type { OutputValues } from "../../../lib/scoring/scored-columns.ts";
import { SourceClassifier } from "../../../lib/trust/classify.ts";
import type { SavedClassifier } from "../../../lib/trust/saved-classifier.ts";
import type { CsvCell } from "@csc-classify/vo-tables/browser";
import { byId, element } from "../../explorer/page/element.ts";
import { formatNumber, formatProbability } from "../../explorer/page/format.ts";
import { treeShap } from "@csc-classify/lightgbm-wasm";

/** Sources classified together. */
export interface Batch {
  readonly sources: Sources;
  readonly values: ReadonlyMap<string, OutputValues>;
}

const PAGE_ROWS = 100, REASONS = 8;

/** A row of the results: its batch and its place there. */
export type Place = readonly [batch: Batch, row: number];

/** A column of the table of results. */
interface Column {
  readonly title: string;
  /** Column of the scored rows that it sorts by. */
  readonly name: string;
  readonly show: (place: Place) => readonly (Node | string)[];
}

const text = (place: Place, name: string) => String(cell(place, name) ?? "");

const COLUMNS: readonly Column[] = [
  { title: "source", name: "name", show: (place) => [text(place, "name")] },
  { title: "class", name: "class", show: (place) => [tag(text(place, "class"))] },
  { title: "probability", name: "cmp", show: (place) => stacked(place) },
  {
    title: "95 % set",
    name: "set95",
    show: (place) => [text(place, "set95").replaceAll(";", ", ") || "none"],
  },
  {
    title: "likeness",
    name: "likeness",
    show: (place) => {
      const value = cell(place, "likeness");
      return [value === null ? "" : Number(value).toFixed(2)];
    },
  },
  { title: "host", name: "host", show: (place) => [text(place, "host")] },
  { title: "learnt as", name: "training_class", show: (place) => [text(place, "training_class")] },
];

/** The table of results, a hundred rows at a time, and one source in full beside it. */
export class ResultsView {
  #batches: readonly Batch[] = [];
  #shown: Place[] = [];
  #first = 0;
  #sort: { readonly name: string; readonly descending: boolean } | undefined;
  #picked: Place | undefined;

  readonly saved: SavedClassifier;
  #classifier?: SourceClassifier;

  constructor(saved: SavedClassifier) {
    this.saved = saved;
    byId("find").addEventListener("input", () => this.#find());
    byId("before").addEventListener("click", () => this.#turn(-PAGE_ROWS));
    byId("after").addEventListener("click", () => this.#turn(PAGE_ROWS));
    byId("beside").addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && !byId("details").hidden) this.#close();
    });
  }

  /** Shows sources in the order of the user's table. */
  show(batches: readonly Batch[]): void {
    this.#batches = batches;
    this.#sort = this.#picked = undefined;
    byId("details").hidden = true;
    this.#find();
    byId("results").hidden = false;
  }

  #find(): void {
    const wanted = byId<HTMLInputElement>("find").value.trim().toLowerCase();
    const totals = new Map<string, number>(CLASSES.map((name) => [name, 0]));
    this.#shown = [];
    for (const batch of this.#batches) {
      const names = batch.sources.names, classes = batch.values.get("class") as readonly string[];
      names.forEach((name, row) => {
        totals.set(classes[row], totals.get(classes[row])! + 1);
        if (`${name} ${classes[row]}`.toLowerCase().includes(wanted)) {
          this.#shown.push([batch, row]);
        }
      });
    }
    byId("counts").replaceChildren(
      ...[...totals].flatMap(([name, n]) => [tag(name, `${name} ${n.toLocaleString("en")}`), " "]),
    );
    this.#order();
  }

  #order(): void {
    if (this.#sort) {
      const { name, descending } = this.#sort, sign = descending ? -1 : 1;
      const keys = this.#shown.map((place) => cell(place, name));
      const order = Uint32Array.from(keys, (_, i) => i).sort((a, b) => {
        const x = keys[a], y = keys[b];
        // what is missing comes last, either way; equal ones stay as they stood
        if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1;
        return x < y ? -sign : x > y ? sign : a - b;
      });
      this.#shown = Array.from(order, (i) => this.#shown[i]);
    }
    this.#first = 0;
    this.#turn(0);
  }

  #turn(by: number): void {
    const last = Math.max(0, this.#shown.length - 1);
    this.#first = Math.min(last - last % PAGE_ROWS, Math.max(0, this.#first + by));
    const rows = this.#shown.slice(this.#first, this.#first + PAGE_ROWS);
    byId("place").textContent = `${rows.length ? this.#first + 1 : 0} to ` +
      `${this.#first + rows.length} of ${this.#shown.length}`;
    const before = byId<HTMLButtonElement>("before"), after = byId<HTMLButtonElement>("after");
    const { activeElement: focused } = document;
    before.disabled = this.#first === 0;
    after.disabled = this.#first + PAGE_ROWS >= this.#shown.length;
    // a button that is not to be pressed any more does not hold the focus
    if (focused === before && before.disabled) after.focus();
    if (focused === after && after.disabled) before.focus();
    byId("sources").replaceChildren(
      element("thead", {}, element("tr", {}, ...COLUMNS.map((column) => this.#heading(column)))),
      element("tbody", {}, ...rows.map((place) => this.#line(place))),
    );
  }

  #heading({ title, name }: Column): HTMLElement {
    const { name: by, descending = false } = this.#sort ?? {};
    const button = element("button", { type: "button", title: `Sort by ${title}` }, title);
    button.addEventListener("click", () => {
      const first = name === "cmp" || name === "likeness";
      this.#sort = { name, descending: by === name ? !descending : first };
      this.#order();
      byId("sources").querySelectorAll("button")[COLUMNS.findIndex((c) => c.name === name)].focus();
    });
    const order = by !== name ? "none" : descending ? "descending" : "ascending";
    return element("th", { scope: "col", "aria-sort": order }, button);
  }

  /** A row whose name opens the source; a click anywhere in it does so too. */
  #line(place: Place): HTMLTableRowElement {
    const isPicked = this.#picked?.[0] === place[0] && this.#picked[1] === place[1];
    const name = text(place, "name") || "(no name)";
    const said = { "aria-controls": "details", "aria-expanded": String(isPicked) };
    const button = element("button", { type: "button", ...said }, name);
    const cells = COLUMNS.slice(1).map(({ show }) => element("td", {}, ...show(place)));
    const row = element(
      "tr",
      { class: isPicked ? "picked" : "" },
      element("th", { scope: "row" }, button),
      ...cells,
    );
    row.addEventListener("click", () => {
      this.#unpick();
      row.classList.add("picked");
      button.ariaExpanded = "true";
      this.#picked = place;
      this.#explain(place);
    });
    return row;
  }

  /** Closes the details; who came from a row is there again. */
  #close(): void {
    byId("details").hidden = true;
    (this.#unpick() ?? byId("find")).focus();
  }

  /** No row is picked any more; returns the button of the one that was, if it is on this page. */
  #unpick(): HTMLButtonElement | null {
    this.#picked = undefined;
    const row = byId("sources").querySelector(".picked"), button = row?.querySelector("button");
    row?.classList.remove("picked");
    if (button) button.ariaExpanded = "false";
    return button ?? null;
  }

  /** All that is known of one source, and what its features speak for. */
  #explain(place: Place): void {
    const [{ sources, values }, row] = place;
    // its trees are read when the first source is explained
    const classifier = this.#classifier ??= new SourceClassifier(this.saved);
    const named = text(place, "class"), label = labelOf(named);
    const one = oneSource(sources, row), features = classifier.features(one);
    const phi = treeShap(classifier.trees, classifier.prepare(one).values, label);
    const order = features.names.map((_, i) => i)
      .sort((a, b) => Math.abs(phi[b]) - Math.abs(phi[a]));
    const hasLimited = values.has(`cmp_${named}_limited`);
    const bars = CLASSES.map((name) => {
      const shown = [`cmp_${name}`, ...(hasLimited ? [`cmp_${name}_limited`] : [])]
        .map((column) => formatProbability(Number(cell(place, column))));
      return line([tag(name), ...shown]);
    });
    const reasons = order.slice(0, REASONS).map((i) => {
      const value = features.values[i], sign = phi[i] >= 0 ? "for" : "against";
      const made = line([
        featureWords(features.names[i]),
        Number.isNaN(value) ? "missing" : formatNumber(value),
        `${phi[i] >= 0 ? "+" : "−"}${Math.abs(phi[i]).toFixed(2)}`,
      ]);
      made.className = sign;
      return made;
    });
    const like = text(place, "likeness_reason");
    const heads = ["class", "probability", ...(hasLimited ? ["under the host's limits"] : [])];
    const close = element(
      "button",
      { type: "button", id: "close", "aria-label": "Close the details", title: "Close" },
      "×",
    );
    close.addEventListener("click", () => this.#close());
    byId("details").replaceChildren(
      close,
      element("h2", { tabindex: -1 }, text(place, "name")),
      element("p", {}, tag(named), like && `: ${like}`),
      element("p", { class: "quiet" }, text(place, "set95_promise")),
      element("table", { "aria-label": "Probabilities" }, headLine(heads), ...bars),
      element("h3", {}, `What speaks for ${named}, what against`),
      element(
        "table",
        { "aria-label": `What speaks for ${named}, what against` },
        headLine(["feature", "value", "TreeSHAP"]),
        ...reasons,
      ),
    );
    byId("details").hidden = false;
    byId("details").querySelector("h2")!.focus();
  }
}

/** A class after its colour. */
function tag(name: string, words = name): HTMLElement {
  return element("span", { class: `tag class-${name}` }, words);
}

/** The eight probabilities as one bar, and the highest as a number. */
function stacked(place: Place): HTMLElement[] {
  const parts = CLASSES.map((name) => {
    const part = element("span", { class: `class-${name}` });
    part.style.width = `${100 * Number(cell(place, `cmp_${name}`))}%`;
    return part;
  });
  return [
    element("span", { class: "stack", "aria-hidden": "true" }, ...parts),
    element("span", {}, formatProbability(Number(cell(place, "cmp")))),
  ];
}

/** A value of a scored row; null where it is missing. */
export function cell([batch, row]: Place, name: string): CsvCell {
  const value = batch.values.get(name)?.[row] ?? null;
  return Number.isNaN(value) ? null : value;
}

function oneSource({ origin, names, ra, dec, matrix }: Sources, row: number): Sources {
  const { nColumns } = matrix, start = row * nColumns;
  return {
    origin,
    names: [names[row]],
    ra: ra.slice(row, row + 1),
    dec: dec.slice(row, row + 1),
    matrix: { ...matrix, nRows: 1, values: matrix.values.slice(start, start + nColumns) },
  };
}

/** A line of a table, headed by its first cell. */
export function line([first, ...rest]: readonly (Node | string)[]): HTMLTableRowElement {
  const cells = rest.map((cell) => element("td", {}, cell));
  return element("tr", {}, element("th", { scope: "row" }, first), ...cells);
}

/** The heading of a table. */
export function headLine(texts: readonly string[]): HTMLTableRowElement {
  return element("tr", {}, ...texts.map((text) => element("th", { scope: "col" }, text)));
}
