import {
  type Doubt,
  DOUBTS,
  FEATURES,
  isSameChoice,
  parseChoice,
  type Question,
  TableQuestions,
} from "@csc-classify/chandra-sources";
import { featureWords, unitWords } from "../../../lib/tables/feature-words.ts";
import { SCORED_COLUMNS, scoredColumns } from "../../../lib/scoring/scored-columns.ts";
import {
  type CsvCell,
  csvLine,
  type OutputColumn,
  printed,
  VOTABLE_TAIL,
  votableHead,
  votableRow,
} from "@csc-classify/vo-tables/browser";
import { SOURCE_COLUMNS } from "../../../lib/trust/classify.ts";
import type { SavedClassifier } from "../../../lib/trust/saved-classifier.ts";
import { save } from "../../explorer/page/downloads.ts";
import { byId, element } from "../../explorer/page/element.ts";
import { unpack } from "../../explorer/page/catalogue.ts";
import { themeSwitch } from "../../explorer/page/theme.ts";
import { MAPPING_HEAD, mappingRows } from "../../tasks/mapping-table.ts";
import { Crew, type Progress, Stopped } from "./crew.ts";
import { type Batch, cell, headLine, line, type Place, ResultsView } from "./results-view.ts";
import { serve, type TableRead } from "./worker.ts";

/** The classifier in the page, and a few sources to try it with, as CSV. */
export interface PageClassifier {
  readonly saved: SavedClassifier;
  /** What its products say of it, see `classifierProvenance`. */
  readonly provenance: Readonly<Record<string, string>>;
  readonly examples?: string;
}

class ClassifyPage {
  readonly saved: SavedClassifier;
  readonly provenance: PageClassifier["provenance"];
  readonly #results: ResultsView;
  readonly #crew: Crew;
  #file: File | undefined;
  #questions: readonly Question[] = [];
  #batches: readonly Batch[] = [];
  #columns: readonly OutputColumn[] = SCORED_COLUMNS;

  constructor({ saved, provenance, examples }: PageClassifier, crew: Crew) {
    this.#crew = crew;
    this.provenance = provenance;
    this.saved = saved;
    byId("about").textContent =
      `${saved.title}. It learnt from ${saved.training.description}. Its SHA-256 is ${
        provenance["sha256 of the classifier"]
      }.`;
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
    byId("doubts").replaceChildren(
      ...Object.entries({ ...DOUBTS, rows: "every row of a source is scored, if they differ too" })
        .map(([name, what]) =>
          element(
            "label",
            {},
            element("input", { type: "checkbox", id: `doubt-${name}` }),
            ` ${what.replace("what --column says it is", "what the lines above say")}`,
          )
        ),
    );
    byId("again").addEventListener("click", () => this.#take(this.#file));
    byId("settle").addEventListener("click", () => this.#settle());
    this.#results = new ResultsView(saved);
    byId("examples").hidden = !examples;
    byId("examples").addEventListener("click", () => {
      this.#take(new File([examples!], "examples.csv", { type: "text/csv" }));
    });
    byId("known").replaceChildren(
      headLine(["column", "what it is", "unit"]),
      ...SOURCE_COLUMNS.map((name) => line([name, featureWords(name), unitOf(name)])),
    );
    byId("comes-out").replaceChildren(
      headLine(["column", "what it says"]),
      ...SCORED_COLUMNS.map(({ name, description }) => line([name, description])),
    );
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
    for (const id of ["problem", "questions", "mapping", "results", "details"]) {
      byId(id).hidden = true;
    }
    const status = byId("status");
    status.textContent = `Reading ${file.name}…`;
    delete document.body.dataset.done;
    try {
      await this.#classify(file, status);
    } catch (error) {
      // the page is at another table by now
      if (error instanceof Stopped) return;
      status.textContent = "";
      byId("problem").hidden = false;
      if (error instanceof TableQuestions) this.#ask(file.name, error);
      else byId("problem").textContent = withoutOptions((error as Error).message);
    }
    byId("progress").textContent = "";
    document.body.dataset.done = file.name;
  }

  async #classify(file: File, status: HTMLElement): Promise<void> {
    const start = performance.now();
    const isTicked = (name: string) => byId<HTMLInputElement>(`doubt-${name}`).checked;
    const force = (Object.keys(DOUBTS) as Doubt[]).filter(isTicked);
    const choices = byId<HTMLTextAreaElement>("choices").value.split("\n")
      .filter((line) => line.trim());
    const task = { file, choices, force, rows: isTicked("rows") ? "all" as const : undefined };
    const { table, batches, carried } = await this.#crew.classify(task, (progress) => {
      byId("progress").textContent = progressWords(progress);
    });
    this.#showMapping(table);
    if (table.counts.accepted === 0) {
      throw new TypeError(
        `none of the ${table.counts.rows} rows of ${file.name} can be used: see below`,
      );
    }
    this.#batches = batches;
    this.#columns = scoredColumns(carried);
    this.#results.show(batches);
    const seconds = (performance.now() - start) / 1000, done = count(batches);
    status.textContent = `${done} ${done === 1 ? "source" : "sources"} classified in ` +
      `${seconds.toFixed(1)} s.`;
  }

  /** Shows what must be settled, a drop-down each, and what is understood so far. */
  #ask(name: string, { questions, map }: TableQuestions): void {
    byId("problem").textContent = `${name} cannot be used as it is: ${
      questions.length === 1 ? "one thing" : `${questions.length} things`
    } below only you can say.`;
    this.#questions = questions;
    byId("asked").replaceChildren(
      headLine(["what is not clear", "go on with", "unit, where you know it"]),
      ...questions.map((question) => {
        const ways = waysOf(question);
        const select = element(
          "select",
          { "aria-label": question.text },
          ...ways.map((way, i) => element("option", { value: String(i) }, wordsOf(way))),
        );
        select.disabled = ways.length === 0;
        const unit = element("input", { "aria-label": "unit", size: 16, placeholder: "unit" });
        unit.hidden = !ways[0]?.some((word) => word.endsWith(":UNIT"));
        return element(
          "tr",
          {},
          element("td", {}, question.text),
          element("td", {}, select),
          element("td", {}, unit),
        );
      }),
    );
    byId<HTMLButtonElement>("settle").disabled = questions.every((one) => waysOf(one).length === 0);
    byId("questions").hidden = false;
    if (!map) return;
    byId("columns").replaceChildren(
      headLine(MAPPING_HEAD),
      ...mappingRows({ map, columns: new Map() }).map(line),
    );
    byId("notes").textContent = map.ignored.length > 0
      ? `Not used: ${map.ignored.join(", ")}.`
      : "";
    byId("rejected").hidden = true;
    byId("in-short").textContent = "so far";
    byId<HTMLDetailsElement>("understood").open = true;
    byId("mapping").hidden = false;
  }

  /** Takes what the drop-downs say into the list of choices, and reads the table again. */
  #settle(): void {
    const lines = byId<HTMLTextAreaElement>("choices");
    const rows = [...byId("asked").querySelectorAll("tr")].slice(1);
    let said = lines.value.split("\n").filter((text) => text.trim());
    this.#questions.forEach((question, i) => {
      const select = rows[i].querySelector("select")!, unit = rows[i].querySelector("input")!.value;
      const way = waysOf(question)[Number(select.value)] ?? [];
      if (question.without) {
        const gone = question.without;
        said = said.filter((text) => !isSameChoice(parseChoice(text), gone));
      }
      for (let k = 0; k < way.length; k += 2) {
        const [option, value] = way.slice(k, k + 2);
        if (option === "--column") {
          said.push(value.replace(/:UNIT$/, unit.trim() ? `:${unit.trim()}` : ""));
        } else {
          const name = option === "--rows" ? "rows" : value;
          byId<HTMLInputElement>(`doubt-${name}`).checked = true;
        }
      }
    });
    lines.value = said.join("\n");
    this.#take(this.#file);
  }

  #showMapping(read: TableRead): void {
    const { kind, map, counts, rejects } = read;
    byId("columns").replaceChildren(headLine(MAPPING_HEAD), ...mappingRows(read).map(line));
    byId("notes").textContent = [
      `${kind}: ${counts.rows} rows, ${counts.accepted} to classify.`,
      ...read.notes,
      map.ignored.length > 0 ? `Not used: ${map.ignored.join(", ")}.` : "",
      map.absent.length > 0
        ? `Not in your table (a colour follows from two magnitudes, the rest counts as missing): ` +
          `${map.absent.map(featureWords).join("; ")}.`
        : "",
    ].join(" ");
    const { length: used } = map.mapped, { length: unused } = map.ignored;
    byId("in-short").textContent = `${used} ${used === 1 ? "column" : "columns"} used, ` +
      `${unused} not; ${counts.accepted} of ${counts.rows} rows`;
    // results come first where nothing was left out
    byId<HTMLDetailsElement>("understood").open = rejects.length > 0;
    const box = byId("rejected");
    box.hidden = rejects.length === 0;
    box.querySelector("summary")!.textContent = `${counts.rejected} ${
      counts.rejected === 1 ? "row is" : "rows are"
    } left out`;
    byId("rejects").replaceChildren(
      headLine(["row", "name", "column", "value", "problem"]),
      ...rejects.map(({ row, name, column, value, problem }) =>
        line([String(row), long(name), long(column), long(value), problem])
      ),
    );
    byId("mapping").hidden = false;
  }

  #name(extension: string): string {
    return `${(this.#file?.name ?? "sources").replace(/\.\w+$/, "")}-classified${extension}`;
  }

  #cells(place: Place): CsvCell[] {
    return this.#columns.map(({ name }) => cell(place, name));
  }

  *#csv(): Generator<string> {
    yield csvLine(this.#columns.map(({ name }) => name));
    for (const batch of this.#batches) {
      const cells = (row: number) =>
        // as the task prints them
        this.#cells([batch, row]).map((value, i) => printed(value, this.#columns[i]));
      yield batch.sources.names.map((_, row) => csvLine(cells(row))).join("");
    }
  }

  *#votable(): Generator<string> {
    const { title, training } = this.saved;
    yield votableHead(this.#columns, {
      title: "Classified X-ray sources",
      description: `${count(this.#batches)} sources of ${this.#file?.name}, classified by ${title}`,
      simulated: training.simulated,
      provenance: this.provenance,
    });
    yield "<DATA>\n<TABLEDATA>\n";
    for (const batch of this.#batches) {
      yield batch.sources.names.map((_, row) => votableRow(this.#cells([batch, row]))).join("");
    }
    yield "</TABLEDATA>\n</DATA>\n" + VOTABLE_TAIL;
  }
}

function count(batches: readonly Batch[]): number {
  return batches.reduce((sum, { sources }) => sum + sources.names.length, 0);
}

/** A message whose remedies are those of the command line as one of the page, which has no options. */
function withoutOptions(message: string): string {
  return message.replace(/, or say --(encoding \([^)]*\)|max-size)/, "")
    .replace(/say which with --table .*$/, "save the one that you mean as a file of its own");
}

/** A text that may have no end: of a table only the beginning is shown. */
function long(text: string): HTMLElement {
  return element("span", { class: "long", title: text }, text);
}

/** How far the work is, in rows of rows once their number is known. */
function progressWords({ read, isWhole, found, classified }: Progress): string {
  const number = (n: number) => n.toLocaleString("en");
  return isWhole
    ? `${number(classified)} of ${number(found)} sources classified`
    : `${number(read)} rows read, ${number(classified)} sources classified`;
}

/** Chandra's bands of flux, the broad one first. */
const FLUX_BANDS = ["flux_b", "flux_s", "flux_m", "flux_h", "flux_u"];

function unitOf(name: string): string {
  return unitWords(FEATURES.find((feature) => feature.name === name)?.unit ?? "");
}

/** Ways to settle a question, the likeliest first, as options of the command line. */
function waysOf(question: Question): readonly (readonly string[])[] {
  const { options, candidates, target } = question;
  if (question.ways) return question.ways;
  const first = options.length > 0 ? [options] : [];
  const taken = options.map((word) => word.replace(/:UNIT$/, ""));
  const others = candidates.filter((one) => target && !taken.includes(`${target}=${one}`));
  const ways = [...first, ...others.map((one) => ["--column", `${target}=${one}`])];
  return ways.flatMap((way) => [way, ...otherBands(way)]);
}

/** A column that may be a flux of one band as that of each other. */
function otherBands([option, value = "", ...more]: readonly string[]): string[][] {
  const band = /^(flux_[a-z])=(.*)$/s.exec(value);
  if (option !== "--column" || more.length > 0 || !band) return [];
  return FLUX_BANDS.filter((name) => name !== band[1])
    .map((name) => ["--column", `${name}=${band[2]}`]);
}

/** Options of the command line in words. */
function wordsOf(options: readonly string[]): string {
  const values = options.filter((_, i) => i % 2 === 1);
  return values.map((value, i) => {
    if (options[2 * i] === "--column") {
      const { target, spec } = parseChoice(value), column = spec.replace(/:UNIT$/, "");
      const inUnit = column === spec ? "" : ", in the unit";
      return target === "none"
        ? `leave ${column} out`
        : `${column} is ${featureWords(target)}${inUnit}`;
    }
    return options[2 * i] === "--rows" ? "every row" : DOUBTS[value as Doubt];
  }).join("; ");
}

/** A table that does not fit its place is scrolled by the keyboard too, and says that it scrolls. */
function watchWideTables(): void {
  const widths = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const frame = target as HTMLElement, isWide = frame.scrollWidth > frame.clientWidth + 1;
      frame.classList.toggle("scrolls", isWide);
      if (isWide || frame.scrollHeight > frame.clientHeight + 1) frame.tabIndex = 0;
      else frame.removeAttribute("tabindex");
    }
  });
  for (const frame of document.querySelectorAll<HTMLElement>(".wide")) widths.observe(frame);
}

/** The page's own script, from which its workers are started. */
const SCRIPT = globalThis.document?.currentScript?.textContent ?? "";

async function start(): Promise<void> {
  themeSwitch();
  watchWideTables();
  const data = byId("model-data");
  const bytes = await unpack(data.textContent ?? "");
  const model: PageClassifier = JSON.parse(new TextDecoder().decode(bytes));
  data.remove();
  new ClassifyPage(model, new Crew(SCRIPT, model.saved, model.examples));
  document.body.classList.remove("loading");
}

if (globalThis.document) {
  start().catch((error) => {
    byId("problem").textContent = `The page could not be read: ${(error as Error).message}`;
    byId("problem").hidden = false;
  });
} else serve();
