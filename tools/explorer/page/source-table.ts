import { CLASSES } from "@csc-classify/chandra-sources";
import type { Catalogue } from "./catalogue.ts";
import { element } from "./element.ts";
import { formatDec, formatDistance, formatProbability, formatRa } from "./format.ts";
import type { Position } from "./parse-position.ts";
import { distanceArcsec, type SortKey } from "./selection.ts";

const ROW_PX = 30;
const SPARE_ROWS = 8;
/** Browsers stop at about 33 million pixels. */
const HIGHEST_PX = 30_000_000;

interface Column {
  readonly key: SortKey;
  readonly title: string;
  readonly hint: string;
}

const COLUMNS: readonly Column[] = [
  { key: "name", title: "Source", hint: "name" },
  { key: "ra", title: "RA", hint: "right ascension, ICRS" },
  { key: "dec", title: "Dec", hint: "declination, ICRS" },
  { key: "class", title: "Class", hint: "class of the highest probability" },
  { key: "published", title: "Published", hint: "class that others published" },
  { key: "origin", title: "Origin", hint: "the set that it is from" },
  { key: "cmp", title: "CMP", hint: "class membership probability" },
  { key: "margin", title: "Margin", hint: "highest minus second highest probability" },
  { key: "distance", title: "Distance", hint: "from the centre of the search" },
];

/** What the table tells the page. */
interface SourceTableEvents {
  readonly onPick: (row: number) => void;
  readonly onSort: (key: SortKey, descending: boolean) => void;
}

/**
 * A table of any length that keeps only the rows in view. Arrow keys, page keys, Home and End
 * move the picked row.
 */
export class SourceTable {
  #rows: Uint32Array = new Uint32Array(0);
  #picked = -1;
  #centre: Position | undefined;
  readonly #body = element("div", { class: "rows", role: "rowgroup" });
  readonly #spacer = element("div", { class: "spacer" }, this.#body);
  readonly #head = element("div", { class: "head", role: "row" });

  readonly root: HTMLElement;
  readonly catalogue: Catalogue;
  readonly events: SourceTableEvents;

  constructor(root: HTMLElement, catalogue: Catalogue, events: SourceTableEvents) {
    this.root = root;
    this.catalogue = catalogue;
    root.classList.toggle("with-published", catalogue.published !== undefined);
    root.classList.toggle("with-origin", catalogue.origins.length > 0);
    this.events = events;
    root.append(this.#head, this.#spacer);
    root.addEventListener("scroll", () => this.#draw());
    root.addEventListener("keydown", (event) => this.#onKey(event));
    this.#body.addEventListener("click", (event) => {
      const line = (event.target as HTMLElement).closest<HTMLElement>("[data-row]");
      if (line) this.events.onPick(Number(line.dataset.row));
    });
    new ResizeObserver(() => this.#draw()).observe(root);
  }

  /** Shows rows of the catalogue in the given order. */
  show(
    rows: Uint32Array,
    sort: { readonly key: SortKey; readonly descending: boolean },
    centre?: Position,
  ): void {
    this.#rows = rows;
    this.#centre = centre;
    this.root.classList.toggle("with-distance", centre !== undefined);
    this.root.setAttribute("aria-rowcount", String(rows.length + 1));
    this.#spacer.style.height = `${Math.min(HIGHEST_PX, rows.length * ROW_PX)}px`;
    this.#drawHead(sort);
    this.root.scrollTop = 0;
    this.#draw();
  }

  /** Marks a row as picked; `reveal` scrolls it into view. */
  pick(row: number, reveal: boolean): void {
    this.#picked = row;
    if (reveal) this.#reveal(this.#rows.indexOf(row));
    this.#draw();
  }

  #drawHead({ key, descending }: { key: SortKey; descending: boolean }): void {
    this.#head.replaceChildren(...COLUMNS.map((column) => {
      const sorted = column.key === key;
      const button = element(
        "button",
        { type: "button", title: `Sort by ${column.hint}` },
        column.title,
        element(
          "span",
          { class: "arrow", "aria-hidden": "true" },
          sorted ? descending ? "▼" : "▲" : "",
        ),
      );
      button.addEventListener("click", () => {
        const first = column.key === "cmp" || column.key === "margin";
        this.events.onSort(column.key, sorted ? !descending : first);
      });
      const order = sorted ? descending ? "descending" : "ascending" : "none";
      return element(
        "div",
        { role: "columnheader", class: `cell ${column.key}`, "aria-sort": order },
        button,
      );
    }));
  }

  /** Scroll pixels of one row: less than its height when the list is longer than browsers allow. */
  get #pitch(): number {
    return Math.min(ROW_PX, HIGHEST_PX / Math.max(1, this.#rows.length));
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.root;
    const first = Math.max(0, Math.floor(scrollTop / this.#pitch) - SPARE_ROWS);
    const count = Math.ceil(clientHeight / ROW_PX) + 2 * SPARE_ROWS;
    const last = Math.min(this.#rows.length, first + count);
    const lines = [];
    for (let place = first; place < last; place++) lines.push(this.#line(place));
    this.#body.style.transform = `translateY(${first * this.#pitch}px)`;
    this.#body.replaceChildren(...lines);
    const active = lines.find((line) => line.classList.contains("picked"));
    if (active) this.root.setAttribute("aria-activedescendant", active.id);
    else this.root.removeAttribute("aria-activedescendant");
  }

  #line(place: number): HTMLElement {
    const row = this.#rows[place], { catalogue } = this;
    const name = CLASSES[catalogue.label[row]];
    const cell = (key: SortKey, ...children: (Node | string)[]) =>
      element("div", { role: "gridcell", class: `cell ${key}` }, ...children);
    const missing = (text: () => string, value: number) => Number.isNaN(value) ? "—" : text();
    const ra = catalogue.ra[row], dec = catalogue.dec[row];
    return element(
      "div",
      {
        role: "row",
        id: `row-${row}`,
        class: row === this.#picked ? "line picked" : "line",
        "aria-rowindex": place + 2,
        "aria-selected": String(row === this.#picked),
        "data-row": row,
      },
      cell("name", catalogue.name(row)),
      cell("ra", missing(() => formatRa(ra, 2), ra)),
      cell("dec", missing(() => formatDec(dec, 1), dec)),
      cell("class", element("span", { class: `tag class-${name}` }, name)),
      cell("published", ...published(catalogue, row)),
      cell("origin", catalogue.origins[catalogue.origin[row]] ?? ""),
      cell(
        "cmp",
        element("meter", { min: 0, max: 1, value: catalogue.cmp[row], "aria-hidden": "true" }),
        formatProbability(catalogue.cmp[row]),
      ),
      cell("margin", catalogue.margin[row].toFixed(3)),
      cell(
        "distance",
        this.#centre ? formatDistance(distanceArcsec(catalogue, row, this.#centre)) : "",
      ),
    );
  }

  #onKey(event: KeyboardEvent): void {
    const here = this.#rows.indexOf(this.#picked), end = this.#rows.length - 1;
    const page = Math.max(1, Math.floor(this.root.clientHeight / ROW_PX) - 2);
    const places: Record<string, number> = {
      ArrowDown: here + 1,
      ArrowUp: here < 0 ? 0 : here - 1,
      PageDown: here + page,
      PageUp: here - page,
      Home: 0,
      End: end,
    };
    if (!(event.key in places) || end < 0 || event.target !== this.root) return;
    event.preventDefault();
    const place = Math.max(0, Math.min(end, places[event.key]));
    this.#reveal(place);
    this.events.onPick(this.#rows[place]);
  }

  #reveal(place: number): void {
    if (place < 0) return;
    const top = place * this.#pitch, head = this.#head.offsetHeight;
    const { scrollTop, clientHeight } = this.root;
    if (top < scrollTop) this.root.scrollTop = top;
    else if (top + ROW_PX + head > scrollTop + clientHeight) {
      this.root.scrollTop = top + ROW_PX + head - clientHeight;
    }
  }
}

/** The published class of a row as a tag; nothing where there is none. */
function published({ published }: Catalogue, row: number): HTMLElement[] {
  const name = CLASSES[published?.[row] ?? -1];
  return name ? [element("span", { class: `tag class-${name}` }, name)] : [];
}
