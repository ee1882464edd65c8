import { CLASSES } from "../../../lib/catalogue/classes.ts";
import {
  type OutputValues,
  SCORED_COLUMNS,
  scoredValues,
} from "../../../lib/scoring/scored-columns.ts";
import { VOTABLE_TAIL, votableHead, votableRow } from "../../../lib/scoring/votable-document.ts";
import { parseChoice } from "../../../lib/tables/column-map.ts";
import { type CsvCell, csvLine } from "../../../lib/tables/csv-line.ts";
import {
  implausible,
  readRows,
  type ReadTable,
  type Reject,
} from "../../../lib/tables/source-rows.ts";
import type { Sources } from "../../../lib/tables/sources.ts";
import {
  type SavedClassifier,
  SOURCE_COLUMNS,
  SourceClassifier,
} from "../../../lib/trust/classify.ts";
import { save } from "../../explorer/page/downloads.ts";
import { byId, element } from "../../explorer/page/element.ts";
import { formatNumber, formatProbability } from "../../explorer/page/format.ts";
import { unpack } from "../../explorer/page/catalogue.ts";
import { treeShap } from "../../explorer/page/tree-shap.ts";
import { MAPPING_HEAD, mappingRows } from "../../tasks/mapping-table.ts";
import { openFile } from "./read-file.ts";

/** The classifier in the page, and what its features are. */
export interface PageClassifier {
  readonly saved: SavedClassifier;
  readonly meanings: Readonly<Record<string, string>>;
}

/** Sources classified together. */
interface Batch {
  readonly sources: Sources;
  readonly values: ReadonlyMap<string, OutputValues>;
}

const PAGE_ROWS = 100, REASONS = 8;

/** A row of the results: its batch and its place there. */
type Place = readonly [batch: Batch, row: number];

class ClassifyPage {
  readonly classifier: SourceClassifier;
  readonly meanings: Readonly<Record<string, string>>;
  #file: File | undefined;
  #batches: Batch[] = [];
  #shown: Place[] = [];
  #first = 0;

  constructor({ saved, meanings }: PageClassifier) {
    this.classifier = new SourceClassifier(saved);
    this.meanings = meanings;
    byId("about").textContent = `${saved.title}. It learnt from ${saved.training.description}.`;
    byId("banner").hidden = !saved.training.simulated;
    const drop = byId("drop"), input = byId<HTMLInputElement>("file");
    input.addEventListener("change", () => {
      this.#take(input.files?.[0]);
      input.value = ""; // so that the same file may be chosen again
    });
    for (const type of ["dragover", "dragleave", "drop"] as const) {
      document.addEventListener(type, (event) => {
        event.preventDefault();
        drop.classList.toggle("over", type === "dragover");
        if (type === "drop") this.#take(event.dataTransfer?.files[0]);
      });
    }
    byId("again").addEventListener("click", () => this.#take(this.#file));
    byId("find").addEventListener("input", () => this.#find());
    byId("before").addEventListener("click", () => this.#turn(-PAGE_ROWS));
    byId("after").addEventListener("click", () => this.#turn(PAGE_ROWS));
    byId("save-csv").addEventListener(
      "click",
      () => save(this.#name(".csv"), "text/csv", this.#csv()),
    );
    byId("save-votable").addEventListener(
      "click",
      () => save(this.#name(".vot"), "application/x-votable+xml", this.#votable()),
    );
  }

  async #take(file: File | undefined): Promise<void> {
    if (!file) return;
    this.#file = file;
    byId<HTMLButtonElement>("again").disabled = false;
    for (const id of ["problem", "mapping", "results", "details"]) byId(id).hidden = true;
    const status = byId("status");
    status.textContent = `Reading ${file.name}…`;
    delete document.body.dataset.done;
    try {
      await this.#classify(file, status);
    } catch (error) {
      status.textContent = "";
      byId("problem").textContent = (error as Error).message;
      byId("problem").hidden = false;
    }
    document.body.dataset.done = file.name;
  }

  async #classify(file: File, status: HTMLElement): Promise<void> {
    const start = performance.now(), rejects: Reject[] = [];
    const force = byId<HTMLInputElement>("force").checked;
    const choices = byId<HTMLTextAreaElement>("choices").value.split("\n")
      .filter((line) => line.trim()).map(parseChoice);
    const opened = await openFile(file.name, new Uint8Array(await file.arrayBuffer()));
    const read = readRows(file.name, opened, {
      features: SOURCE_COLUMNS,
      choices,
      force,
      onReject: (reject) => rejects.push(reject),
    });
    const tables: Sources[] = [];
    for await (const sources of read.batches) tables.push(sources);
    this.#showMapping(read, rejects);
    const odd = force ? [] : implausible(read.map, read.columns);
    if (odd.length > 0) throw new TypeError(`${file.name}:\n- ${odd.join("\n- ")}`);
    this.#batches = [];
    for (const sources of tables) {
      const classified = this.classifier.classify(sources);
      this.#batches.push({ sources, values: scoredValues(sources, classified, SCORED_COLUMNS) });
      status.textContent = `${count(this.#batches)} of ${read.counts.accepted} classified…`;
      await new Promise((resume) => setTimeout(resume));
    }
    const seconds = (performance.now() - start) / 1000;
    status.textContent = `${count(this.#batches)} sources classified in ${seconds.toFixed(1)} s.`;
    this.#find();
  }

  #showMapping(read: ReadTable, rejects: readonly Reject[]): void {
    const { kind, map, counts } = read;
    byId("columns").replaceChildren(headLine(MAPPING_HEAD), ...mappingRows(read).map(line));
    byId("notes").textContent = [
      `${kind}: ${counts.rows} rows, ${counts.accepted} to classify.`,
      map.ignored.length > 0 ? `Not used: ${map.ignored.join(", ")}.` : "",
      map.absent.length > 0 ? `Not there, missing or worked out: ${map.absent.join(", ")}.` : "",
    ].join(" ");
    const box = byId("rejected");
    box.hidden = rejects.length === 0;
    box.querySelector("summary")!.textContent = `${counts.rejected} rows are left out`;
    byId("rejects").replaceChildren(
      headLine(["row", "name", "column", "value", "problem"]),
      ...rejects.slice(0, 1000).map(({ row, name, column, value, problem }) =>
        line([String(row), name, column, value, problem])
      ),
    );
    byId("mapping").hidden = false;
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
    byId("counts").textContent = [...totals].map(([name, n]) => `${name} ${n}`).join(", ");
    byId("results").hidden = false;
    this.#first = 0;
    this.#turn(0);
  }

  #turn(by: number): void {
    const last = Math.max(0, this.#shown.length - 1);
    this.#first = Math.min(last - last % PAGE_ROWS, Math.max(0, this.#first + by));
    const rows = this.#shown.slice(this.#first, this.#first + PAGE_ROWS);
    byId("place").textContent = `${rows.length ? this.#first + 1 : 0} to ` +
      `${this.#first + rows.length} of ${this.#shown.length}`;
    byId("sources").replaceChildren(
      headLine(["source", "class", "probability", "95 % set", "likeness", "host", "known"]),
      ...rows.map((place) => {
        const of = (name: string) => cell(place, name);
        const row = line([
          String(of("name")),
          String(of("class")),
          formatProbability(Number(of("cmp"))),
          String(of("set95")).replaceAll(";", ", ") || "none",
          of("likeness") === null ? "" : Number(of("likeness")).toFixed(2),
          String(of("host") ?? ""),
          String(of("training_class") ?? ""),
        ]);
        row.tabIndex = 0;
        row.addEventListener("click", () => this.#explain(place));
        row.addEventListener("keydown", (event) => {
          if (event.key === "Enter") this.#explain(place);
        });
        return row;
      }),
    );
  }

  #explain(place: Place): void {
    const [{ sources }, row] = place, { classifier } = this;
    const named = String(cell(place, "class")), label = CLASSES.indexOf(named as "AGN");
    const one = oneSource(sources, row);
    const features = classifier.features(one),
      phi = treeShap(
        classifier.trees,
        classifier.prepare(one).values,
        label,
      );
    const order = features.names.map((_, i) => i).sort((a, b) =>
      Math.abs(phi[b]) - Math.abs(phi[a])
    );
    const bars = CLASSES.map((name) => {
      const [after, before] = [`cmp_${name}`, `cmp_${name}_unlimited`].map((column) =>
        formatProbability(Number(cell(place, column)))
      );
      return line([name, after, before]);
    });
    const reasons = order.slice(0, REASONS).map((i) => {
      const value = features.values[i], sign = phi[i] >= 0 ? "for" : "against";
      const made = line([
        features.names[i],
        Number.isNaN(value) ? "missing" : formatNumber(value),
        `${phi[i] >= 0 ? "+" : "−"}${Math.abs(phi[i]).toFixed(2)}`,
        this.meanings[features.names[i]],
      ]);
      made.className = sign;
      return made;
    });
    byId("details").replaceChildren(
      element("h2", { tabindex: -1 }, String(cell(place, "name"))),
      element("p", {}, `${named}. ${cell(place, "likeness_reason") ?? ""}`),
      element("table", {}, headLine(["class", "probability", "before limits"]), ...bars),
      element("h3", {}, `What speaks for ${named}, what against`),
      element("table", {}, headLine(["feature", "value", "TreeSHAP", "what it is"]), ...reasons),
    );
    byId("details").hidden = false;
    byId("details").querySelector("h2")!.focus();
  }

  #name(extension: string): string {
    return `${(this.#file?.name ?? "sources").replace(/\.\w+$/, "")}-classified${extension}`;
  }

  *#csv(): Generator<string> {
    yield csvLine(SCORED_COLUMNS.map(({ name }) => name));
    for (const batch of this.#batches) {
      yield batch.sources.names.map((_, row) => csvLine(cells([batch, row]))).join("");
    }
  }

  *#votable(): Generator<string> {
    const { title, training } = this.classifier.saved;
    yield votableHead(SCORED_COLUMNS, {
      title: "Classified X-ray sources",
      description: `${count(this.#batches)} sources of ${this.#file?.name}, classified by ${title}`,
      simulated: training.simulated,
      provenance: { "training data": training.description },
    });
    yield "<DATA>\n<TABLEDATA>\n";
    for (const batch of this.#batches) {
      yield batch.sources.names.map((_, row) => votableRow(cells([batch, row]))).join("");
    }
    yield "</TABLEDATA>\n</DATA>\n" + VOTABLE_TAIL;
  }
}

function count(batches: readonly Batch[]): number {
  return batches.reduce((sum, { sources }) => sum + sources.names.length, 0);
}

function cell([batch, row]: Place, name: string): CsvCell {
  const value = batch.values.get(name)![row];
  return Number.isNaN(value) ? null : value;
}

function cells(place: Place): CsvCell[] {
  return SCORED_COLUMNS.map(({ name }) => cell(place, name));
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

function line(texts: readonly string[]): HTMLTableRowElement {
  return element("tr", {}, ...texts.map((text) => element("td", {}, text)));
}

function headLine(texts: readonly string[]): HTMLTableRowElement {
  return element("tr", {}, ...texts.map((text) => element("th", { scope: "col" }, text)));
}

async function start(): Promise<void> {
  const data = byId("model-data");
  const model = JSON.parse(new TextDecoder().decode(await unpack(data.textContent ?? "")));
  data.remove();
  new ClassifyPage(model);
  document.body.classList.remove("loading");
}

start().catch((error) => {
  byId("problem").textContent = `The page could not be read: ${(error as Error).message}`;
  byId("problem").hidden = false;
});
