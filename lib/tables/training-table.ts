import type { DataFrame } from "nodejs-polars";
import {
  FEATURE_NAMES,
  FEATURE_SCALE,
  fromColumns,
  type LabelledSources,
  PAPER,
  toLabels,
} from "@csc-classify/chandra-sources";
import {
  type FetchOptions,
  fetchPublished,
  publishedFile,
  TRAINING_FILES,
  whatAutoMeans,
} from "./published-files.ts";
import { type PublishedModel, readPublishedModel } from "./published-model.ts";
import { readCsv, readLabelledTable } from "@csc-classify/chandra-sources/files";
import { simulateCatalogue } from "@csc-classify/chandra-sources/simulated";

/**
 * The paper's own training table: 7,703 sources, features in physical units under right names.
 *
 * @throws Error when a file cannot be had or does not hold what it should.
 */
export async function publishedTrainingTable(options?: FetchOptions): Promise<LabelledSources> {
  const [model, candidates] = await Promise.all([
    fetchPublished(TRAINING_FILES[0], options).then(readPublishedModel),
    fetchCandidates(options),
  ]);
  const rowOf = new Map(candidates.getColumn("name").toArray().map((name, row) => [name, row]));
  const pick = (column: string): unknown[] => {
    const cells = candidates.getColumn(column).toArray();
    return model.names.map((name) => cells[rowOf.get(name) ?? -1]);
  };
  const listed = pick("class"), conflict = model.classes.findIndex((name, i) => name !== listed[i]);
  if (conflict >= 0) {
    throw new Error(
      `${model.names[conflict]} is ${model.classes[conflict]} in the model and ` +
        `${listed[conflict] ?? "missing"} in id_frame.csv: the two files do not belong together; ` +
        `delete ${TRAINING_FILES.join(" and ")} where they lie (.cache/published, or the mirror) ` +
        "and have them fetched again",
    );
  }
  const columns = [
    ...FEATURE_NAMES.map((name, column) => [name, toPhysical(model, column)] as const),
    ["significance", pick("significance").map(Number)] as const,
    ["offset_arcsec", pick("offset").map(Number)] as const,
  ];
  return {
    origin: {
      kind: "published",
      description: `${model.names.length} labelled Chandra sources of Kumaran et al. 2023`,
      sha256: publishedFile(TRAINING_FILES[0]).sha256 ?? "",
      release: "2.0",
    },
    names: model.names,
    ra: Float64Array.from(pick("ra"), Number),
    dec: Float64Array.from(pick("dec"), Number),
    matrix: fromColumns(new Map<string, ArrayLike<number>>(columns)),
    labels: toLabels(model.classes),
    catalogues: pick("catalog").map((name) => String(name).trim()),
  };
}

/** `chandra-ml/id_frame.csv`: the 13,880 labelled candidates within 10 arcsec, as published. */
export async function fetchCandidates(options?: FetchOptions): Promise<DataFrame> {
  return readCsv(await fetchPublished(TRAINING_FILES[1], options));
}

/** `[nRows]` of one published column in physical units; NaN where missing. */
function toPhysical({ normalised }: PublishedModel, column: number): Float64Array {
  const { min, max } = FEATURE_SCALE[column];
  const { values, nRows, nColumns } = normalised;
  return Float64Array.from(
    { length: nRows },
    (_, row) => min + (max - min) * values[row * nColumns + column] / 10,
  );
}

/** What {@link loadTrainingTable} may be told besides where from. */
interface LoadOptions extends FetchOptions {
  /** Seed of the simulated table; default 42. */
  readonly seed?: number;
}

/**
 * The training table behind one name.
 *
 * @param data `published`; `simulated`; `auto`: published if at hand or reachable within seconds,
 * else simulated; or the path of a table of one's own.
 * @throws Error saying what could not be had or read, and what to do.
 */
export async function loadTrainingTable(
  data: string,
  options: LoadOptions = {},
): Promise<LabelledSources> {
  const source = data === "auto" ? await whatAutoMeans(options) : data;
  if (source === "published") return await publishedTrainingTable(options);
  if (source === "simulated") return simulatedTrainingTable(options.seed ?? 42);
  return await readLabelledTable(source);
}

/** As many simulated sources as the paper trains on, in the shares of its Table 4. */
export function simulatedTrainingTable(seed: number): LabelledSources {
  const rows = PAPER.sample.labelled;
  const [sources] = simulateCatalogue({ rows, seed, labelled: true, batchRows: rows });
  return sources;
}
