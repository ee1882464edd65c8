import { CLASSES, HOST_LISTS, type SkyObject } from "@csc-classify/chandra-sources";
import { type Catalogue, type PageModel, readCatalogue, unpack } from "./catalogue.ts";
import { save, toCsv, toVotable } from "./downloads.ts";
import { byId, element } from "./element.ts";
import { FIRST_STATE, fromAddress, type PageState, toAddress } from "./address.ts";
import { findPlace, plainName } from "./find-place.ts";
import type { Position } from "./parse-position.ts";
import { fieldOf, type Filter, select, type Selection, Sorter, type SortKey } from "./selection.ts";
import { SampTable } from "./samp-table.ts";
import { SkyMap, type SkyView } from "./sky-map.ts";
import { sourceDetails } from "./source-details.ts";
import { SourceTable } from "./source-table.ts";
import { themeSwitch } from "./theme.ts";

const ARCSEC_PER: Readonly<Record<string, number>> = { arcsec: 1, arcmin: 60, deg: 3600 };

/** What the map shows around a source that was asked for, degrees. */
const NEAR_DEG = 0.5;

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
  #sort: { key: SortKey; descending: boolean } = FIRST_STATE.sort;
  #view: SkyView | undefined;
  #isRestoring = false;
  /** The search that the map has gone to. */
  #shown = "";
  #rowOf: Map<string, number> | undefined;
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
      onView: (view) => {
        this.#view = view;
        this.#remember(false);
      },
    });
    this.#table = new SourceTable(byId("table"), catalogue, {
      onPick: (row) => this.#pick(row, false),
      onSort: (key, descending) => {
        this.#sort = { key, descending };
        this.#show();
        this.#remember(true);
      },
    });
    this.#describe();
    this.#listen();
    this.#restore();
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
    byId("once").hidden = catalogue.columns.every(({ name }) => name !== "other_inputs");
    byId("objects").replaceChildren(
      ...[...HOST_LISTS].reverse().flatMap<SkyObject>(({ objects }) => objects).slice(0, 500)
        .map(({ name }) => element("option", { value: name })),
    );
  }

  /** A box to tick, a button that leaves it as the only one, and a count. */
  #choice(kind: "class" | "origin", i: number, name: string, ...before: Node[]): HTMLElement {
    const count = `count-${kind === "class" ? "" : "origin-"}${i}`;
    const box = element("input", {
      type: "checkbox",
      id: `${kind}-${i}`,
      checked: true,
      "aria-describedby": count,
    });
    box.addEventListener("change", () => this.#read());
    const only = element(
      "button",
      { type: "button", "aria-label": `Show only ${name}`, title: `Show only ${name}` },
      "only",
    );
    only.addEventListener("click", () => {
      this.#boxes(kind).forEach((other, k) => other.checked = k === i);
      this.#read();
    });
    return element(
      "div",
      { class: "class-choice" },
      element("label", { for: `${kind}-${i}` }, box, ...before, name),
      only,
      // the count of all is told when it changes; that of each class is read where one looks for it
      element("output", { "aria-live": "off", id: count }),
    );
  }

  #boxes(kind: "class" | "origin" = "class"): HTMLInputElement[] {
    const all = kind === "class" ? CLASSES : this.catalogue.origins;
    return all.map((_, i) => byId<HTMLInputElement>(`${kind}-${i}`));
  }

  #listen(): void {
    for (const id of ["search", "radius", "unit", "lowest", "highest", "published"]) {
      byId(id).addEventListener("input", () => this.#read(false));
      byId(id).addEventListener("change", () => this.#remember(true));
    }
    for (const id of ["filters", "find"]) {
      byId(id).addEventListener("submit", (event) => event.preventDefault());
    }
    byId("find").addEventListener("submit", () => this.#goTo());
    byId("filters").addEventListener("reset", () => setTimeout(() => this.#clear()));
    byId("copy").addEventListener("click", () => this.#copyLink());
    byId("interest").addEventListener("click", () => {
      this.#sort = FIRST_STATE.sort;
      this.#show();
      this.#remember(true);
    });
    for (const event of ["popstate", "hashchange"]) {
      addEventListener(event, () => {
        if (location.hash.slice(1) !== toAddress(this.#state())) this.#restore();
      });
    }
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
    byId("close").addEventListener("click", () => {
      this.#pick(-1, false);
      byId("table").focus(); // the button is gone
    });
    // the address is the page's state, so that no part of it can be a place in the page
    document.querySelector<HTMLElement>(".skip")!.addEventListener("click", (event) => {
      event.preventDefault();
      byId("table").focus();
    });
    document.addEventListener("keydown", (event) => this.#onKey(event));
    themeSwitch(() => this.#show());
  }

  #onKey(event: KeyboardEvent): void {
    const typing = (event.target as HTMLElement).matches("input, select, textarea");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      byId<HTMLInputElement>("search").focus();
    } else if (event.key === "Escape" && this.#picked >= 0) {
      this.#pick(-1, false);
      if (!typing) byId("table").focus();
    } else if (event.key === "Enter" && event.target === byId("table") && this.#picked >= 0) {
      byId("details").querySelector("h2")?.focus();
    }
  }

  #state(): PageState {
    const value = (id: string) => byId<HTMLInputElement>(id).value;
    const without = (kind: "class" | "origin") =>
      this.#boxes(kind).flatMap(({ checked }, i) => checked ? [] : [i]);
    return {
      source: this.#picked < 0 ? "" : this.catalogue.name(this.#picked),
      search: value("search").trim(),
      radius: value("radius"),
      unit: value("unit"),
      withoutClasses: without("class"),
      withoutOrigins: without("origin"),
      published: value("published"),
      lowest: value("lowest"),
      highest: value("highest"),
      sort: this.#sort,
      view: this.#view,
    };
  }

  /** Has the address say what is shown; `asStep` makes a step that Back takes back. */
  #remember(asStep: boolean): void {
    const hash = `#${toAddress(this.#state())}`;
    if (this.#isRestoring) return;
    if (hash === (location.hash || "#")) return;
    if (asStep) history.pushState(null, "", hash);
    else history.replaceState(null, "", hash);
  }

  /** Shows what the address says. */
  #restore(): void {
    const state = fromAddress(location.hash);
    this.#isRestoring = true;
    this.#view = state.view;
    const set = (id: string, value: string) => byId<HTMLInputElement>(id).value = value;
    for (const id of ["search", "radius", "unit", "published", "lowest", "highest"] as const) {
      set(id, state[id]);
    }
    this.#boxes("class").forEach((box, i) => box.checked = !state.withoutClasses.includes(i));
    this.#boxes("origin").forEach((box, i) => box.checked = !state.withoutOrigins.includes(i));
    this.#sort = state.sort;
    this.#shown = state.view ? state.search : "";
    this.#read(false);
    if (this.#sort !== state.sort && state.sort !== FIRST_STATE.sort) {
      this.#sort = state.sort;
      this.#show();
    }
    const row = state.source ? this.#rowNamed(state.source) : -1;
    if (state.view) this.#map.look(state.view);
    else if (row >= 0) this.#map.goTo(this.#placeOf(row), NEAR_DEG);
    else if (!this.#filter.cone) this.#map.reset();
    this.#pick(row, true, false);
    this.#isRestoring = false;
  }

  #clear(): void {
    byId<HTMLInputElement>("search").value = "";
    byId<HTMLInputElement>("radius").value = FIRST_STATE.radius;
    byId<HTMLSelectElement>("unit").value = FIRST_STATE.unit;
    this.#map.reset();
    this.#read();
  }

  /** A row by its name, however it is written, with or without "2CXO"; -1 where there is none. */
  #rowNamed(name: string): number {
    this.#rowOf ??= new Map(
      Array.from({ length: this.catalogue.nRows }, (_, i) => {
        const row = this.catalogue.nRows - 1 - i;
        return [plainName(this.catalogue.name(row)), row] as const;
      }),
    );
    const plain = plainName(name);
    return this.#rowOf.get(plain) ?? this.#rowOf.get(`2cxo${plain}`) ??
      this.#rowOf.get(`2cxoj${plain}`) ?? -1;
  }

  #placeOf(row: number): Position {
    return { ra: this.catalogue.ra[row], dec: this.catalogue.dec[row] };
  }

  /** Enter in the search: its only source is opened. */
  #goTo(): void {
    if (this.#selection.count === 1) this.#pick(this.#rows[0], true);
    else this.#remember(true);
  }

  async #copyLink(): Promise<void> {
    this.#remember(false);
    const button = byId("copy");
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = "Link copied";
    } catch {
      button.textContent = "Copy it from the address bar";
    }
    setTimeout(() => button.textContent = "Copy link", 3000);
  }

  /**
   * Takes the filter from the form; a field that makes no sense says so and changes nothing.
   *
   * @param asStep Whether Back is to take it back; not while somebody types.
   */
  #read(asStep = true): void {
    const value = (id: string) => byId<HTMLInputElement>(id).value;
    const search = value("search").trim(), cmp = this.#readCmp(value("lowest"), value("highest"));
    const place = this.#readPlace(search, value("radius"), value("unit"));
    if (place === null || cmp === null) return;
    const { cone, name } = place, hadCone = this.#filter.cone !== undefined;
    const checked = (kind: "class" | "origin") => this.#boxes(kind).map(({ checked }) => checked);
    this.#filter = {
      cone,
      cmp,
      name,
      classes: checked("class"),
      origins: checked("origin"),
      published: value("published") as Filter["published"],
    };
    for (const preset of document.querySelectorAll<HTMLElement>("[data-lowest]")) {
      preset.ariaPressed = String(cmp[0] === Number(preset.dataset.lowest) && cmp[1] === 1);
    }
    if (cone && !hadCone) this.#sort = { key: "distance", descending: false };
    if (!cone && this.#sort.key === "distance") this.#sort = FIRST_STATE.sort;
    this.#selection = select(this.catalogue, this.#filter);
    this.#show();
    const hit = name ? this.#rowNamed(name) : -1;
    if (search !== this.#shown) {
      this.#shown = search;
      if (cone) this.#map.goTo(cone, 1.5 * cone.radiusDeg);
      else if (hit >= 0) {
        this.#pick(hit, true);
        this.#map.goTo(this.#placeOf(hit), NEAR_DEG);
      } else if (this.#selection.isOfOrigin) {
        const field = fieldOf(this.catalogue, this.#rows);
        if (field) this.#map.goTo(field, Math.max(0.05, 1.2 * field.radiusDeg));
      }
    }
    this.#remember(asStep);
  }

  /** The cone around a place, or the part of a name; null where the search makes no sense. */
  #readPlace(search: string, radius: string, unit: string): Pick<Filter, "cone" | "name"> | null {
    let found;
    try {
      found = this.#rowNamed(search) >= 0
        ? { kind: "name", part: search } as const
        : findPlace(search);
    } catch (error) {
      return this.#complain("search", (error as Error).message);
    }
    this.#complain("search", "");
    byId("around").hidden = found.kind !== "place";
    if (found.kind !== "place") return { name: found.kind === "name" ? found.part : "" };
    if (found.object && search !== this.#shown) {
      // an object is searched in all of its size
      radius = byId<HTMLInputElement>("radius").value = String(
        Number((1.3 * found.object.radiusArcmin).toPrecision(3)),
      );
      unit = byId<HTMLSelectElement>("unit").value = "arcmin";
    }
    const arcsec = Number(radius) * ARCSEC_PER[unit];
    if (!(arcsec > 0 && arcsec <= 180 * 3600)) {
      return this.#complain("radius", "The radius is a number above 0, up to 180°.");
    }
    this.#complain("radius", "");
    return { cone: { ...found.at, radiusDeg: arcsec / 3600 }, name: "" };
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
    const { nRows, simulated } = this.catalogue;
    byId("count").textContent = `${count.toLocaleString("en")} of ` +
      `${nRows.toLocaleString("en")} ${simulated ? "SIMULATED " : ""}sources`;
    byId("interest").hidden = this.#sort.key === "interest";
    byId("order").hidden = this.#sort.key !== "interest";
    byId("empty").hidden = count > 0;
    const { name } = this.#filter;
    byId("empty").textContent = name
      ? `No source that passes these filters has “${name}” in its name or origin, and no object ` +
        "of the lists is called so. They know galaxies by NGC, IC and Messier number, globular " +
        "clusters and star-forming regions of the Milky Way; open clusters, stars and remnants " +
        "they do not know. A position finds what lies there: 83.63 +22.01."
      : "No source passes these filters. Widen the radius or the range of probabilities.";
    for (const id of ["save-csv", "save-votable"]) {
      byId<HTMLButtonElement>(id).disabled = count === 0;
    }
    this.#table.show(this.#rows, this.#sort, cone);
    this.#table.pick(this.#picked, false);
    this.#map.show({ mask, picked: this.#picked, cone });
  }

  #pick(row: number, reveal: boolean, asStep = true): void {
    const hasChanged = row !== this.#picked;
    this.#picked = row;
    if (asStep && hasChanged) this.#remember(true);
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
      name && `name or origin contains ${name}`,
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
