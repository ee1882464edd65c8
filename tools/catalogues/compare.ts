import { CLASSES, type SourceClass } from "#lib/catalogue/classes.ts";
import { type FeatureGroup, FEATURES } from "#lib/catalogue/features.ts";
import { toLabels } from "#lib/catalogue/classes.ts";
import { CmpDistribution } from "#lib/scoring/cmp-distribution.ts";
import type { ScoredSource } from "#lib/scoring/scored-batch.ts";
import { PRESENCE_GROUPS } from "#lib/scoring/scored-columns.ts";
import { csvLine } from "#lib/tables/csv-line.ts";
import type { PublishedClasses } from "./published-tables.ts";
import { columnOf, type ExtraColumn, type Sources } from "#lib/tables/sources.ts";
import { predictedLabels } from "#lib/validation/metrics.ts";
import type { PublishedScorer } from "./published-scorer.ts";
import { authorsSay, type RealCatalogue } from "./real-catalogues.ts";
import { table8 } from "./table-8.ts";

/** What a scored file of real sources has besides: where a source is from and who calls it what. */
export const REAL_COLUMNS: readonly ExtraColumn[] = [
  { name: "origin", type: "text" },
  { name: "published_class", type: "text" },
  { name: "published_by", type: "text" },
  { name: "release", type: "text" },
];

/** The catalogue's flags and Table 1's selection, which an acquisition has besides. */
export const ACQUIRED_COLUMNS: readonly ExtraColumn[] = [
  ...["selected", "extent_flag", "conf_flag", "pileup_flag", "sat_src_flag", "streak_src_flag"],
  "var_flag",
].map((name) => ({ name, type: "boolean" }));

/** Sources of an origin with the columns of {@link REAL_COLUMNS}, and its flags where it has any. */
export function withOrigin(
  catalogue: RealCatalogue,
  published: readonly PublishedClasses[],
): Sources {
  const { title, sources, scores } = catalogue, authors = authorsSay(catalogue, published);
  const label = (row: number) =>
    authors.labels[row] >= 0 ? authors.labels[row] : scores?.labels[row];
  const rows = [...sources.names.keys()];
  const flags = ACQUIRED_COLUMNS.filter(({ name }) => sources.matrix.names.includes(name));
  const { origin: { release = "" } } = sources;
  return {
    ...sources,
    extras: {
      ...Object.fromEntries(flags.map(({ name }) => [
        name,
        Array.from(columnOf(sources, name), (flag) => isNaN(flag) ? null : flag !== 0),
      ])),
      release: rows.map(() => catalogue.invented ? `${release}, invented` : release || null),
      origin: rows.map(() => title),
      published_class: rows.map((row) => CLASSES[label(row) ?? -1] ?? null),
      published_by: rows.map((row) =>
        authors.labels[row] >= 0 ? "Kumaran et al. 2023" : scores ? scores.by : null
      ),
    },
  };
}

/** One source that somebody else has classified, with what each model says of it. */
export interface Compared {
  readonly origin: string;
  readonly name: string;
  readonly ra: number | null;
  readonly dec: number | null;
  /** The authors' class and probability, where published. */
  readonly authors: SourceClass | null;
  readonly authorsCmp: number;
  /** Yang's class, where published. */
  readonly yang: SourceClass | null;
  /** The paper's model on the columns at hand, where the model can be had. */
  readonly paper: SourceClass | null;
  readonly paperCmp: number;
  /** Our classifier, its 95 % set, the host whose limits it heeds. */
  readonly ours: SourceClass;
  readonly oursCmp: number;
  readonly set95: string;
  readonly host: string;
  /** Share of the labelled sources most like it that have our class; NaN where not told. */
  readonly likeness: number;
  /** Groups of columns with a value. */
  readonly groups: readonly FeatureGroup[];
}

/**
 * Puts side by side what the authors, Yang et al., the paper's model and our classifier say.
 *
 * @param scored Rows of our product for the same sources in the same order.
 * @returns Every source, whoever has classified it.
 */
export function compare(
  catalogue: RealCatalogue,
  scored: readonly ScoredSource[],
  published: readonly PublishedClasses[],
  scorer?: PublishedScorer,
): Compared[] {
  const { sources: { names, matrix }, scores, title } = catalogue;
  const authors = authorsSay(catalogue, published), n = CLASSES.length;
  const probabilities = scorer?.predictProbabilities(matrix);
  const labels = probabilities && predictedLabels(probabilities, n);
  const columns = PRESENCE_GROUPS.map((group) => ({
    group,
    columns: FEATURES.filter((f) => f.group === group).map(({ name }) =>
      matrix.names.indexOf(name)
    ),
  }));
  const isYangs = scores?.by.startsWith("Yang");
  return names.map((name, row) => {
    const ours = scored[row];
    if (ours.name !== name) {
      throw new TypeError(`row ${row} is ${name} here and ${ours.name} scored`);
    }
    const has = (column: number) => !Number.isNaN(matrix.values[row * matrix.nColumns + column]);
    return {
      origin: title,
      name,
      ra: ours.ra,
      dec: ours.dec,
      authors: CLASSES[authors.labels[row]] ?? null,
      authorsCmp: authors.cmp[row],
      yang: isYangs ? CLASSES[scores!.labels[row]] : null,
      paper: labels ? CLASSES[labels[row]] : null,
      paperCmp: labels ? probabilities[row * n + labels[row]] : NaN,
      ours: ours.class as SourceClass,
      oursCmp: ours.cmp,
      set95: String(ours.set95 ?? ""),
      host: String(ours.host ?? ""),
      likeness: Number(ours.likeness ?? NaN),
      groups: columns.filter(({ columns }) => columns.some(has)).map(({ group }) => group),
    };
  });
}

/** Sources that two sides class, and how many per cent of them alike; NaN without sources. */
export function share(
  rows: readonly Compared[],
  theirs: "authors" | "yang" | "paper",
  ours: "paper" | "ours" | "yang",
  take: (row: Compared) => boolean = () => true,
): { sources: number; percent: number } {
  const both = rows.filter((row) => row[theirs] && row[ours] && take(row));
  const same = both.filter((row) => row[theirs] === row[ours]).length;
  return { sources: both.length, percent: 100 * same / both.length };
}

/** Table 8 of some sources, by our classifier, by the paper's model or as the authors published. */
export function table8Of(all: readonly Compared[], by: "ours" | "paper" | "authors") {
  const distribution = new CmpDistribution(), rows = all.filter((row) => row[by] !== null);
  const labels = toLabels(rows.map((row) => row[by]!));
  rows.forEach((row, i) => distribution.add(labels[i], row[`${by}Cmp`]));
  return { distribution, table: table8(distribution) };
}

/** Each source once: of one that several origins have, the row of the first. */
export function distinct(rows: readonly Compared[]): Compared[] {
  const seen = new Set<string>();
  return rows.filter(({ name }) => seen.size < seen.add(name).size);
}

/** Sources as CSV, for a look at each in other tools. */
export function comparedCsv(rows: readonly Compared[]): string {
  const head = [
    ...["name", "ra", "dec", "origin", "authors_class", "authors_cmp", "yang_class"],
    ...["paper_class", "paper_cmp", "class", "cmp", "set95", "likeness", "host", "groups"],
  ];
  const number = (value: number) => Number.isNaN(value) ? null : value;
  return csvLine(head) + rows.map((row) =>
    csvLine([
      ...[row.name, row.ra, row.dec, row.origin, row.authors, number(row.authorsCmp), row.yang],
      ...[row.paper, number(row.paperCmp), row.ours, row.oursCmp, row.set95],
      ...[number(row.likeness), row.host],
      row.groups.join("; "),
    ])
  ).join("");
}
