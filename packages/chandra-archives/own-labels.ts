import type { DataFrame } from "nodejs-polars";
import { crossMatch } from "@csc-classify/sky";
import { type TableColumn, TableError } from "@csc-classify/vo-tables/browser";
import { openTable } from "@csc-classify/vo-tables/disk";
import {
  CLASSES,
  type PlaceOfRow,
  placeOfRow,
  type SourceClass,
} from "@csc-classify/chandra-sources";
import { type CatalogueReport, isPlace, type Label, toLabels } from "./fetch-labels.ts";

/** Labels of a user's own list, as those of the catalogues. */
export interface OwnLabels {
  /** As of `fetchAllLabels`. */
  readonly frame: DataFrame;
  readonly report: CatalogueReport;
}

/** What columns of such lists are called, in small letters and digits alone. */
const NAMES: Readonly<Record<"name" | "ra" | "dec" | "class", readonly string[]>> = {
  name: ["name", "mainid", "object", "source", "sourcename", "designation", "id", "cscv2name"],
  ra: ["ra", "raj2000", "raicrs", "radeg", "rightascension", "cscv2ra"],
  dec: [
    "dec",
    "dej2000",
    "decj2000",
    "deicrs",
    "decicrs",
    "dedeg",
    "decdeg",
    "de",
    "declination",
    "cscv2dec",
  ],
  class: ["class", "type", "otype", "trueclass", "label", "objecttype"],
};

/** Words for our classes besides their names, in capitals: SIMBAD's and those of catalogues. */
const WORDS: Readonly<Record<string, SourceClass>> = {
  QSO: "AGN",
  BLAZAR: "AGN",
  SEYFERT: "AGN",
  SY1: "AGN",
  SY2: "AGN",
  BLLAC: "AGN",
  HXB: "HMXB",
  LXB: "LMXB",
  PSR: "PULSAR",
  "CV*": "CV",
  NOVA: "CV",
  "TT*": "YSO",
  "Y*O": "YSO",
  // those of Yang et al. 2022
  "HM-STAR": "STAR",
  "LM-STAR": "STAR",
  NS: "PULSAR",
};

/** `CV?`, `CV:`, `candidate CV`, `CV_Candidate`. */
const CANDIDATE = /[?:]\s*$|cand/i;

/**
 * Reads a table of labels in any form that `score` reads: name, position (degrees, or sexagesimal
 * hours and degrees; ICRS) and class. A class is one of ours, or SIMBAD's word for it; a candidate (a
 * class with a question mark or colon at its end, or with "cand" in it) is left out, and so is what
 * is none of our classes.
 *
 * @param of The class of every row that is no candidate, whatever the table calls it.
 * @throws TableError naming the column that is missing, or the classes there are where none is ours;
 * RangeError for positions of a frame that is not known.
 */
export async function readOwnLabels(path: string, of?: SourceClass): Promise<OwnLabels> {
  const { columns, rows } = await openTable(path);
  const at = placesOf(path, columns, of !== undefined);
  const labels: Label[] = [], others = new Map<string, number>();
  let seen = 0, candidates = 0, unplaced = 0;
  for await (const row of rows) {
    seen++;
    const word = at.class < 0 ? "" : String(row[at.class] ?? "").trim();
    const class_ = of ?? classOf(word), { ra, dec } = at.placeOf(row);
    if (CANDIDATE.test(word)) candidates++;
    else if (!class_) others.set(word, (others.get(word) ?? 0) + 1);
    else if (!isPlace(ra, dec)) unplaced++;
    else {
      labels.push({ class: class_, catalogue: "own", name: String(row[at.name] ?? ""), ra, dec });
    }
  }
  const left = [
    candidates > 0 ? `${candidates} candidates left out` : "",
    others.size > 0 ? `left out, no class of ours: ${counted(others)}` : "",
    unplaced > 0 ? `${unplaced} of ${seen} rows have no position on the sky (degrees)` : "",
  ];
  const problem = [...left, contradictions(labels)].filter(Boolean).join("; ");
  if (labels.length === 0) {
    throw new TableError(
      "columns",
      `${path} has no label: ${problem || "it has no rows"}. ` +
        `Classes are ${CLASSES.join(", ")}; --labels-class gives one to all rows`,
    );
  }
  const report = { id: "own", title: path, rows: labels.length, seen, unplaced };
  return { frame: toLabels(labels), report: { ...report, problem: problem || undefined } };
}

/** Where a table of labels has what is needed. */
interface Places {
  readonly name: number;
  /** -1 where one class is given to all rows. */
  readonly class: number;
  readonly placeOf: PlaceOfRow;
}

/** Place of a column by what it may be called; -1 where there is none. */
function find(columns: readonly TableColumn[], what: keyof typeof NAMES): number {
  const names = columns.map(({ name }) => name.toLowerCase().replace(/[^a-z0-9]/g, ""));
  return NAMES[what].map((one) => names.indexOf(one)).find((index) => index >= 0) ?? -1;
}

/**
 * ICRS positions in a table in any form that `score` reads, degrees, as labels have theirs, and how
 * many rows have none.
 *
 * @throws TableError where it has no columns of positions, or no row with one.
 */
export async function readPositions(
  path: string,
): Promise<{ places: { ra: number; dec: number }[]; unplaced: number }> {
  const { columns, rows } = await openTable(path);
  const placeOf = placeOfRow(columns, find(columns, "ra"), find(columns, "dec"));
  const places: { ra: number; dec: number }[] = [];
  let unplaced = 0;
  if (placeOf) {
    for await (const row of rows) {
      const place = placeOf(row);
      if (isPlace(place.ra, place.dec)) places.push(place);
      else unplaced++;
    }
  }
  if (places.length > 0) return { places, unplaced };
  const names = columns.map(({ name }) => name).join(", ");
  throw new TableError(
    "columns",
    placeOf
      ? `${path}: none of ${unplaced} rows has a position on the sky (degrees)`
      : `${path} has no columns ra and dec (ICRS); it has ${names}: rename them`,
  );
}

/** The columns of a table of labels, by their names. */
function placesOf(path: string, columns: readonly TableColumn[], hasClass: boolean): Places {
  const [name, kind] = [find(columns, "name"), find(columns, "class")];
  const [ra, dec] = [find(columns, "ra"), find(columns, "dec")];
  const placeOf = placeOfRow(columns, ra, dec);
  const needed = { name, ...!placeOf && { ra, dec }, ...!hasClass && { class: kind } };
  const missing = Object.entries(needed).flatMap(([what, index]) => index < 0 ? [what] : []);
  if (placeOf && missing.length === 0) return { name, class: kind, placeOf };
  throw new TableError(
    "columns",
    `${path} has no column ${missing.join(", ")}; it has ` +
      `${columns.map((one) => one.name).join(", ")}: rename it` +
      (placeOf ? "" : "; positions are right ascension and declination (ICRS)") +
      (missing.join() === "class" ? ", or give --labels-class" : ""),
  );
}

/** What is said of rows of one place that have different classes; "" where there are none. */
function contradictions(labels: readonly Label[]): string {
  const places = {
    ra: Float64Array.from(labels, ({ ra }) => ra),
    dec: Float64Array.from(labels, ({ dec }) => dec),
  };
  const { first, second } = crossMatch(places, places, { radiusArcsec: 1, find: "all" });
  const pairs = Array.from(first, (a, i) => [labels[a], labels[second[i]], a < second[i]] as const)
    .filter(([a, b, isOrdered]) => isOrdered && a.class !== b.class);
  if (pairs.length === 0) return "";
  const [[a, b]] = pairs;
  return `${pairs.length} pairs of rows within 1 arcsec have different classes, such as ` +
    `${a.name} (${a.class}) and ${b.name} (${b.class}): the nearer to a source is taken, else the first`;
}

function classOf(word: string): SourceClass | undefined {
  const capitals = word.toUpperCase();
  return CLASSES.find((name) => name === capitals) ?? WORDS[capitals.replace(/\s/g, "")];
}

function counted(words: ReadonlyMap<string, number>): string {
  const most = [...words].sort((a, b) => b[1] - a[1]);
  return most.slice(0, 8).map(([word, n]) => `${word || "(empty)"} ${n}`).join(", ") +
    (most.length > 8 ? ` and ${most.length - 8} more` : "");
}
