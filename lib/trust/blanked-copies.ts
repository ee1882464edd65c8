import {
  columnsOf,
  FEATURES,
  FLUX_NED,
  fromColumns,
  type LabelledSources,
  type Sources,
  SURVEYS,
} from "@csc-classify/chandra-sources";
import { type Matrix, random, takeColumns } from "@csc-classify/forests";
import type { TrainingCopies } from "../models/copies.ts";
import { withAddedFeatures } from "../tables/added-features.ts";
import { takeSources } from "@csc-classify/chandra-sources/files";
import { silenced } from "./training-copies.ts";

/** Copies of training rows from which whole groups of columns were taken. */
export interface Blanking {
  /** Copies of each row, and the weight of each beside that of the row. */
  readonly copies: number;
  readonly weight: number;
  /** Chance that a copy loses a group, and that it loses all counterparts. */
  readonly share: number;
  readonly all: number;
}

/** Groups of columns that are there or not together: what a survey or a list brings. */
export const SURVEY_GROUPS: Readonly<Record<string, readonly string[]>> = {
  NED: [FLUX_NED.name],
  ...Object.fromEntries(
    (["X-ray variability", "Gaia", "GALEX", "SDSS", "WISE", "MIPS", "2MASS"] as const).map(
      (group) => [group, FEATURES.filter((f) => f.group === group).map(({ name }) => name)],
    ),
  ),
};

/**
 * Copies of sources from which whole groups of columns were taken at random, so that a survey which
 * nobody consulted is no evidence; one in four says so.
 *
 * @param features Columns of the copies.
 */
export function blankedCopies(
  sources: LabelledSources,
  features: readonly string[],
  blanking: Blanking,
  seed: number,
): TrainingCopies {
  const nCopies = blanking.copies * sources.names.length;
  const parent = Int32Array.from({ length: nCopies }, (_, i) => i % sources.names.length);
  const copies = takeSources(sources, parent);
  blankAtRandom(copies.matrix, blanking, seed);
  const blanked = withAddedFeatures(silenced(copies, seed, "blanked"));
  return {
    matrix: takeColumns(blanked.matrix, features),
    parent,
    weight: new Float64Array(nCopies).fill(blanking.weight),
  };
}

/** Columns that a group loses, and that say whether it was observed; -1 for none. */
function groupColumns({ names }: Matrix) {
  return Object.entries(SURVEY_GROUPS).map(([group, members]) => ({
    group,
    columns: withColours(members).map((name) => names.indexOf(name)),
    observed: names.indexOf(SURVEYS.find((one) => one.group === group)?.observed ?? ""),
  }));
}

/** Takes groups from rows of a matrix, in place: its columns are missing, and it was not observed. */
function blank(matrix: Matrix, isLost: (row: number, group: string) => boolean): void {
  const groups = groupColumns(matrix);
  for (let i = 0; i < matrix.nRows; i++) {
    const row = matrix.values.subarray(i * matrix.nColumns, (i + 1) * matrix.nColumns);
    for (const { group, columns, observed } of groups) {
      if (!isLost(i, group)) continue;
      for (const column of columns) row[column] = NaN;
      if (observed >= 0) row[observed] = 0;
    }
  }
}

const VARIABILITY = "X-ray variability";

function blankAtRandom(matrix: Matrix, { share, all }: Blanking, seed: number): void {
  const stream = random(seed, "blanked copies");
  const lost = Array.from({ length: matrix.nRows }, () => {
    const isAll = stream.uniform() < all;
    return new Set(
      Object.keys(SURVEY_GROUPS).filter((group) => {
        const isLost = stream.uniform() < share;
        return isLost || (isAll && group !== VARIABILITY);
      }),
    );
  });
  blank(matrix, (row, group) => lost[row].has(group));
}

/** What copies by which sets are fitted have lost, besides those blanked at random. */
const BARE: readonly (readonly string[])[] = [
  ["Gaia", "2MASS", "WISE"],
  Object.keys(SURVEY_GROUPS).filter((group) => group !== VARIABILITY),
];

/**
 * Copies by which the sets of poorly known sources are fitted: of every source one blanked at random
 * as copies to learn from are, one without Gaia, 2MASS and WISE, one with X-rays alone.
 */
export function heldOutCopies(
  sources: LabelledSources,
  blanking: Blanking,
  seed: number,
): { readonly sources: LabelledSources; readonly parent: Int32Array } {
  const nRows = sources.names.length, nCopies = (1 + BARE.length) * nRows;
  const parent = Int32Array.from({ length: nCopies }, (_, i) => i % nRows);
  const { matrix, ...copies } = takeSources(sources, parent);
  const end = nRows * matrix.nColumns;
  blankAtRandom({ ...matrix, nRows, values: matrix.values.subarray(0, end) }, blanking, seed);
  blank(matrix, (row, group) => {
    const kind = Math.floor(row / nRows);
    return kind > 0 && BARE[kind - 1].includes(group);
  });
  return { sources: silenced({ ...copies, matrix }, seed, "held out"), parent };
}

/**
 * Sources without the values of some columns and of the colours that go with them.
 *
 * @param told What the sources then say of the surveys that lost a band: observed (1) or not (0).
 */
export function blankColumns<Table extends Sources>(
  sources: Table,
  columns: readonly string[],
  told?: 0 | 1,
): Table {
  const { matrix } = sources, nRows = matrix.nRows;
  const made = columnsOf(sources);
  for (const name of withColours(columns)) made.get(name)?.fill(NaN);
  for (const { bands, observed } of told === undefined ? [] : SURVEYS) {
    if (!bands.some((band) => columns.includes(band))) continue;
    made.set(observed, new Float64Array(nRows).fill(told!));
  }
  return { ...sources, matrix: fromColumns(made) };
}

/** Columns and the colours that go with them. */
function withColours(names: readonly string[]): string[] {
  const colours = FEATURES.filter(({ from }) => from?.some((part) => names.includes(part)));
  return [...names, ...colours.map(({ name }) => name)];
}
