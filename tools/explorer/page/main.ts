import { CLASSES } from "../../../lib/catalogue/classes.ts";
import { type Catalogue, type PageModel, readCatalogue, unpack } from "./catalogue.ts";
import { save, toCsv, toVotable } from "./downloads.ts";
import { byId, element } from "./element.ts";
import { parsePosition, type Position } from "./parse-position.ts";
import { type Filter, select, type Selection, Sorter, type SortKey } from "./selection.ts";
import { SampTable } from "./samp-table.ts";
import { SkyMap } from "./sky-map.ts";
import { sourceDetails } from "./source-details.ts";
import { SourceTable } from "./source-table.ts";

const ARCSEC_PER = { arcsec: 1, arcmin: 60, deg: 3600 } as const;

/** The page: filters, map, table and details of one catalogue. */
class Explorer {
  #filter: Filter = {
    classes: CLASSES.map(() => true),
    origins: [],
    published: "any",
    cmp: [0, 1],
    name: "",
  };
  #selection: Selection;
  #rows: Uint32Array = new Uint32Array(0);
  #sort: { key: SortKey; descending: boolean } = { key: "cmp", descending: true };
  #picked = -1;
  #samp: SampTable | undefined;
  readonly #sorter: Sorter;
  readonly #map: SkyMap;
  readonly #table: SourceTable;

  readonly catalogue: Catalogue;
  readonly model: PageModel;

  constructor(catalogue: Catalogue, model: PageModel) {
    this.catalogue = catalogue;
    this.model = model;
    this.#selection = select(catalogue, this.#filter);
    this.#sorter = new Sorter(catalogue);
    this.#map = new SkyMap(byId<HTMLCanvasElement>("map"), catalogue, {
      onPick: (row) => this.#pick(row, true),
      onCentre: ({ ra, dec }) => {
        byId<HTMLInputElement>("position").value = `${ra.toFixed(4)} ${dec.toFixed(4)}`;
        this.#read();
      },
    });
    this.#table = new SourceTable(byId("table"), catalogue, {
      onPick: (row) => this.#pick(row, false),
      onSort: (key, descending) => {
        this.#sort = { key, descending };
        this.#show();
      },
    });
    this.#describe();
    this.#listen();
    this.#read();
  }

  #describe(): void {
    const { catalogue } = this;
    document.title = catalogue.title;
    byId("title").textContent = catalogue.title;
    byId("description").textContent = catalogue.description;
    byId("banner").hidden = !catalogue.simulated;
    byId("provenance").replaceChildren(
      ...Object.entries(catalogue.provenance).flatMap(([name, value]) => [
        element("dt", {}, name),
        element("dd", {}, value),
      ]),
    );
    const swatch = (name: string) => element("span", { class: `swatch class-${name}` });
    byId("classes").replaceChildren(
      ...CLASSES.map((name, i) => this.#choice("class", i, name, swatch(name))),
    );
    byId("origins").replaceChildren(
      ...catalogue.origins.map((name, i) => this.#choice("origin", i, name)),
    );
    byId("origin-filter").hidden = catalogue.origins.length === 0;
    byId("published-filter").hidden = catalogue.published === undefined;
    byId("samp").hidden = catalogue.votable === undefined;
  }

  /** A box to tick, a button that leaves it as the only one, and a count. */
  #choice(kind: "class" | "origin", i: number, name: string, ...before: Node[]): HTMLElement {
    const box = element("input", { type: "checkbox", id: `${kind}-${i}`, checked: true });
    box.addEventListener("change", () => this.#read());
    const only = element("button", { type: "button", title: `Show ${name} only` }, "only");
    only.addEventListener("click", () => {
      this.#boxes(kind).forEach((other, k) => other.checked = k === i);
      this.#read();
    });
    return element(
      "div",
      { class: "class-choice" },
      element("label", { for: `${kind}-${i}` }, box, ...before, name),
      only,
      element("output", { id: `count-${kind === "class" ? "" : "origin-"}${i}` }),
    );
  }

  #boxes(kind: "class" | "origin" = "class"): HTMLInputElement[] {
    const all = kind === "class" ? CLASSES : this.catalogue.origins;
    return all.map((_, i) => byId<HTMLInputElement>(`${kind}-${i}`));
  }

  #listen(): void {
    for (const id of ["position", "radius", "unit", "name", "lowest", "highest", "published"]) {
      byId(id).addEventListener("input", () => this.#read());
    }
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("filters").addEventListener("reset", () => setTimeout(() => this.#read()));
    byId("all-classes").addEventListener("click", () => {
      this.#boxes().forEach((box) => box.checked = true);
      this.#read();
    });
    for (const preset of document.querySelectorAll<HTMLElement>("[data-lowest]")) {
      preset.addEventListener("click", () => {
        byId<HTMLInputElement>("lowest").value = preset.dataset.lowest!;
        byId<HTMLInputElement>("highest").value = "1";
        this.#read();
      });
    }
    byId("zoom-in").addEventListener("click", () => this.#map.zoom(1.6));
    byId("zoom-out").addEventListener("click", () => this.#map.zoom(1 / 1.6));
    byId("zoom-all").addEventListener("click", () => this.#map.reset());
    byId("save-csv").addEventListener(
      "click",
      () => save("selection.csv", "text/csv", toCsv(this.catalogue, this.#rows)),
    );
    byId("save-votable").addEventListener("click", () => {
      const text = toVotable(this.catalogue, this.#rows, this.#inWords());
      save("selection.vot", "application/x-votable+xml", text);
    });
    byId("samp").addEventListener("click", () => this.#send());
    byId("close").addEventListener("click", () => this.#pick(-1, false));
    document.addEventListener("keydown", (event) => this.#onKey(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#show());
  }

  #onKey(event: KeyboardEvent): void {
    const typing = (event.target as HTMLElement).matches("input, select, textarea");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      byId<HTMLInputElement>("position").focus();
    } else if (event.key === "Escape" && this.#picked >= 0) {
      this.#pick(-1, false);
      byId("table").focus();
    } else if (event.key === "Enter" && event.target === byId("table") && this.#picked >= 0) {
      byId("details").querySelector("h2")?.focus();
    }
  }

  /** Takes the filter from the form; a field that makes no sense says so and changes nothing. */
  #read(): void {
    const value = (id: string) => byId<HTMLInputElement>(id).value;
    const cone = this.#readCone(value("position"), value("radius"), value("unit"));
    const cmp = this.#readCmp(value("lowest"), value("highest"));
    if (cone === null || cmp === null) return;
    const before = this.#filter.cone !== undefined;
    const checked = (kind: "class" | "origin") => this.#boxes(kind).map(({ checked }) => checked);
    this.#filter = {
      ...{ cone, cmp, classes: checked("class"), origins: checked("origin") },
      published: value("published") as Filter["published"],
      name: value("name").trim(),
    };
    if (cone && !before) this.#sort = { key: "distance", descending: false };
    if (!cone && this.#sort.key === "distance") this.#sort = { key: "cmp", descending: true };
    this.#selection = select(this.catalogue, this.#filter);
    this.#show();
  }

  #readCone(position: string, radius: string, unit: string): Filter["cone"] | null {
    if (position.trim() === "") return this.#complain("position", "") ?? undefined;
    let centre: Position;
    try {
      centre = parsePosition(position);
    } catch (error) {
      return this.#complain("position", (error as Error).message);
    }
    this.#complain("position", "");
    const arcsec = Number(radius) * ARCSEC_PER[unit as keyof typeof ARCSEC_PER];
    if (!(arcsec > 0 && arcsec <= 180 * 3600)) {
      return this.#complain("radius", "The radius is a number above 0, up to 180°.");
    }
    this.#complain("radius", "");
    return { ...centre, radiusDeg: arcsec / 3600 };
  }

  #readCmp(lowest: string, highest: string): [number, number] | null {
    const cmp: [number, number] = [Number(lowest), Number(highest)];
    if (!(cmp[0] >= 0 && cmp[1] <= 1 && cmp[0] <= cmp[1])) {
      return this.#complain("lowest", "Give two numbers from 0 to 1, the lower one first.");
    }
    this.#complain("lowest", "");
    return cmp;
  }

  /** Shows a complaint under a field, or takes it away; returns null for a complaint. */
  #complain(id: string, message: string): null {
    const complaint = byId(`${id}-error`);
    complaint.textContent = message;
    complaint.hidden = message === "";
    byId(id).setAttribute("aria-invalid", String(message !== ""));
    return null;
  }

  #show(): void {
    const { mask, count, byClass, byOrigin } = this.#selection, { cone } = this.#filter;
    this.#rows = this.#sorter.rows(
      this.#selection,
      this.#sort.key,
      this.#sort.descending,
      cone,
    );
    this.catalogue.origins.forEach((_, i) =>
      byId(`count-origin-${i}`).textContent = byOrigin[i].toLocaleString("en")
    );
    byClass.forEach((n, label) => byId(`count-${label}`).textContent = n.toLocaleString("en"));
    byId("count").textContent = `${count.toLocaleString("en")} of ` +
      `${this.catalogue.nRows.toLocaleString("en")} sources`;
    byId("empty").hidden = count > 0;
    for (const id of ["save-csv", "save-votable"]) {
      byId<HTMLButtonElement>(id).disabled = count === 0;
    }
    this.#table.show(this.#rows, this.#sort, cone);
    this.#table.pick(this.#picked, false);
    this.#map.show({ mask, picked: this.#picked, cone });
  }

  #pick(row: number, reveal: boolean): void {
    this.#picked = row;
    this.#table.pick(row, reveal);
    this.#map.show({ mask: this.#selection.mask, picked: row, cone: this.#filter.cone });
    document.body.classList.toggle("with-details", row >= 0);
    if (row < 0) return;
    this.#explain(this.catalogue.label[row]);
    this.#samp?.pointAt(this.catalogue.ra[row], this.catalogue.dec[row]);
  }

  /** The first click hands the whole catalogue to other tools, the next ones what is shown. */
  #send(): void {
    const say = (text: string) => {
      byId("samp-state").textContent = text;
      byId("samp-state").hidden = false;
    };
    const { catalogue } = this;
    if (!this.#samp) {
      const url = new URL(catalogue.votable!, location.href).href;
      this.#samp = new SampTable(url, catalogue.title);
      this.#samp.load((problem) => {
        if (problem) this.#samp = undefined;
        else byId("samp").textContent = "Select these rows in TOPCAT";
        say(
          problem ?? `Sent ${catalogue.votable}. Sources that you pick here are pointed at there.`,
        );
      });
    } else {
      this.#samp.select(this.#rows);
      say(`${this.#rows.length.toLocaleString("en")} rows selected there.`);
    }
  }

  #explain(label: number): void {
    const nodes = sourceDetails(
      this.catalogue,
      this.model,
      this.#picked,
      label,
      (other) => this.#explain(other),
    );
    byId("details-body").replaceChildren(...nodes);
  }

  #inWords(): string {
    const { cone, classes, origins, published, cmp, name } = this.#filter;
    return [
      `classes ${CLASSES.filter((_, label) => classes[label]).join(" ")}`,
      origins.length > 0 &&
      `origins ${this.catalogue.origins.filter((_, i) => origins[i]).join(", ")}`,
      published !== "any" && `published class ${published}`,
      `CMP ${cmp[0]} to ${cmp[1]}`,
      cone && `within ${cone.radiusDeg} deg of ${cone.ra} ${cone.dec}`,
      name && `name contains ${name}`,
    ].filter(Boolean).join("; ");
  }
}

async function start(): Promise<void> {
  const text = (id: string) => byId(id).textContent ?? "";
  const model: PageModel = JSON.parse(new TextDecoder().decode(await unpack(text("model-data"))));
  const catalogue = readCatalogue(await unpack(text("catalogue-data")), model);
  byId("catalogue-data").remove();
  new Explorer(catalogue, model);
  document.body.classList.remove("loading");
}

start().catch((error) => {
  const loading = byId("loading");
  loading.textContent = `The page could not be read: ${(error as Error).message}`;
  loading.setAttribute("role", "alert");
});
