import pl, { type DataFrame } from "nodejs-polars";
import {
  CARRIED,
  CLASSES,
  type ExtraColumn,
  FEATURES,
  type Sources,
  toLabels,
} from "@csc-classify/chandra-sources";
import { CmpDistribution } from "#lib/scoring/cmp-distribution.ts";
import type { ScoredSource } from "#lib/scoring/read-scored.ts";
import { PRESENCE_GROUPS } from "#lib/scoring/scored-columns.ts";
import { csvLine } from "@csc-classify/vo-tables";
import type { PublishedClasses } from "./published-tables.ts";
import { predictedLabels } from "@csc-classify/forests";
import type { PublishedScorer } from "./published-scorer.ts";
import { authorsSay, type RealCatalogue } from "./real-catalogues.ts";
import { table8 } from "#lib/scoring/table-8.ts";
import { countMeasured, standsForSource } from "./each-once.ts";
import { AUTHORS } from "#lib/tables/labelled-set.ts";

/** What a scored file of real sources has besides: where a source is from and who calls it what. */
export const REAL_COLUMNS: readonly ExtraColumn[] = [
  { name: "origin", type: "text" },
  { name: "published_class", type: "text" },
  { name: "published_by", type: "text" },
  { name: "release", type: "text" },
];

/** What an acquisition has besides: flags, Table 1's selection, how sure counterparts are. */
export const ACQUIRED_COLUMNS: readonly ExtraColumn[] = CARRIED.filter(({ name }) =>
  REAL_COLUMNS.every((column) => column.name !== name)
);

/** Sources of an origin with the columns of {@link REAL_COLUMNS} beside those that they bring. */
export function withOrigin(
  catalogue: RealCatalogue,
  published: readonly PublishedClasses[],
): Sources {
  const { title, sources, scores } = catalogue, authors = authorsSay(catalogue, published);
  const label = (row: number) =>
    authors.labels[row] >= 0 ? authors.labels[row] : scores?.labels[row];
  const rows = [...sources.names.keys()];
  const { origin: { release = "" } } = sources;
  return {
    ...sources,
    extras: {
      ...sources.extras,
      release: rows.map(() => catalogue.invented ? `${release}, invented` : release || null),
      origin: rows.map(() => title),
      published_class: rows.map((row) => CLASSES[label(row) ?? -1] ?? null),
      published_by: rows.map((row) =>
        authors.labels[row] >= 0 ? AUTHORS.paper : scores ? scores.by : null
      ),
    },
  };
}

/** What of our product stands in a comparison. */
const OURS = {
  name: pl.Utf8,
  ra: pl.Float64,
  dec: pl.Float64,
  origin: pl.Utf8,
  class: pl.Utf8,
  cmp: pl.Float64,
  set95: pl.Utf8,
  likeness: pl.Float64,
  host: pl.Utf8,
} as const;

/** Columns of {@link comparedCsv}. */
const CSV_COLUMNS = [
  "name",
  "ra",
  "dec",
  "origin",
  "authors_class",
  "authors_cmp",
  "yang_class",
  "paper_class",
  "paper_cmp",
  "class",
  "cmp",
  "set95",
  "likeness",
  "host",
  "groups",
];

/**
 * Puts side by side what the authors, Yang et al., the paper's model and our classifier say.
 *
 * @param scored Every row that was scored, of one catalogue behind those of another.
 * @param scorer The authors' model; without it `paper_class` and `paper_cmp` are missing.
 * @returns A row a source and catalogue, whoever has classified it: of the product `name`, `ra`,
 * `dec` (deg), `origin`, `class`, `cmp`, `set95`, `likeness` and `host`; beside them `authors_class`
 * and `authors_cmp` (published), `yang_class` (published), `paper_class` and `paper_cmp` (the paper's
 * model on the columns at hand), `groups`, the groups of columns with a value, joined by "; ", and
 * `stands`, whether the row is the one that our catalogue has of the source. What nobody says is
 * null.
 * @throws TypeError where a scored row is another source.
 */
export function compare(
  scored: readonly ScoredSource[],
  catalogues: readonly RealCatalogue[],
  published: readonly PublishedClasses[],
  scorer?: PublishedScorer,
): DataFrame {
  const names = catalogues.flatMap(({ sources }) => sources.names);
  const wrong = names.findIndex((name, row) => scored[row]?.name !== name);
  if (wrong >= 0) {
    throw new TypeError(`row ${wrong} is ${names[wrong]} here and ${scored[wrong]?.name} scored`);
  }
  const ours = Object.entries(OURS).map(([name, type]) =>
    pl.Series(name, scored.map((row) => row[name] ?? null), type)
  );
  const measured = catalogues.flatMap(({ sources }) => [...countMeasured(sources.matrix)]);
  const stands = pl.Series("stands", standsForSource(names, measured), pl.Bool);
  const said = catalogues.map((one) => whatOthersSay(one, published, scorer));
  return pl.concat([pl.DataFrame([...ours, stands]), pl.concat(said)], { how: "horizontal" });
}

function whatOthersSay(
  catalogue: RealCatalogue,
  published: readonly PublishedClasses[],
  scorer?: PublishedScorer,
): DataFrame {
  const { sources: { names, matrix }, scores } = catalogue;
  const authors = authorsSay(catalogue, published), n = CLASSES.length;
  const isYangs = scores?.by === AUTHORS.yang;
  const probabilities = scorer?.predictProbabilities(matrix);
  const labels = probabilities && predictedLabels(probabilities, n);
  const classes = (name: string, label: (row: number) => number | undefined) =>
    pl.Series(name, names.map((_, row) => CLASSES[label(row) ?? -1] ?? null), pl.Utf8);
  const numbers = (name: string, value: (row: number) => number) =>
    pl.Series(
      name,
      names.map((_, row) => Number.isNaN(value(row)) ? null : value(row)),
      pl.Float64,
    );
  const columnsOf = PRESENCE_GROUPS.map((group) => ({
    group,
    columns: FEATURES.filter((feature) => feature.group === group)
      .map(({ name }) => matrix.names.indexOf(name)),
  }));
  const groupsOf = (row: number) => {
    const has = (column: number) => !Number.isNaN(matrix.values[row * matrix.nColumns + column]);
    return columnsOf.filter(({ columns }) => columns.some(has)).map(({ group }) => group);
  };
  return pl.DataFrame([
    classes("authors_class", (row) => authors.labels[row]),
    numbers("authors_cmp", (row) => authors.cmp[row]),
    classes("yang_class", (row) => isYangs ? scores!.labels[row] : undefined),
    classes("paper_class", (row) => labels?.[row]),
    numbers("paper_cmp", (row) => labels ? probabilities[row * n + labels[row]] : NaN),
    pl.Series("groups", names.map((_, row) => groupsOf(row).join("; ")), pl.Utf8),
  ]);
}

/**
 * Table 8 of the sources of {@link compare}, by our classifier, by the paper's model or as the
 * authors published, and the distribution of its CMP.
 */
export function table8Of(
  compared: DataFrame,
  by: "class" | "paper_class" | "authors_class" = "class",
) {
  const said = compared.filter(pl.col(by).isNotNull()), distribution = new CmpDistribution();
  const labels = toLabels(said.getColumn(by).toArray() as string[]);
  const cmp = said.getColumn(by.replace("class", "cmp")).toArray() as number[];
  labels.forEach((label, row) => distribution.add(label, cmp[row]));
  return { distribution, table: table8(distribution) };
}

/** Sources of {@link compare} as CSV, for a look at each in other tools. */
export function comparedCsv(compared: DataFrame): string {
  const rows = compared.select(...CSV_COLUMNS).rows();
  return csvLine(CSV_COLUMNS) + rows.map((row) => csvLine(row)).join("");
}
