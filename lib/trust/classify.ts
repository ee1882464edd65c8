import { CLASSES } from "../catalogue/classes.ts";
import { FEATURE_NAMES, SURVEYS } from "../catalogue/features.ts";
import { type Matrix, takeColumns } from "../catalogue/matrix.ts";
import type { SavedPipeline } from "../models/pipeline.ts";
import { scaleMinMax, type ScaleMinMaxState } from "../models/preprocess.ts";
import { predictedLabels, softmaxRows } from "../models/classifier.ts";
import { parseTrees, rawScores, type TreeEnsemble } from "../models/tree-ensemble.ts";
import { crossMatch } from "../sky/cross-match.ts";
import { hostsOf } from "../sky/objects.ts";
import { ADDED_NAMES, withAddedFeatures } from "../tables/added-features.ts";
import type { Sources } from "../tables/sources.ts";
import { type Likeness, likeness, type LikenessReference } from "./likeness.ts";
import { physicalLimits } from "./physical-limits.ts";

// runs in a browser's page too: neither disk nor network

/** Columns of a source's matrix that a classifier reads, besides its name and position. */
export const SOURCE_COLUMNS: readonly string[] = [
  ...FEATURE_NAMES,
  "significance",
  ...SURVEYS.map(({ observed }) => observed),
];

/** Format of {@link SavedClassifier}. */
export const CLASSIFIER_FORMAT = "csc-classify classifier 1";

/** What a classifier learnt from. */
export interface TrainingList {
  /** The rows in words, and the SHA-256 of what they were made from. */
  readonly description: string;
  readonly sha256: string;
  readonly simulated: boolean;
  readonly seed: number;
  /** `[nRows]` */
  readonly names: readonly string[];
  /** `[nRows]` degrees; null where missing. */
  readonly ra: readonly (number | null)[];
  readonly dec: readonly (number | null)[];
  /** `[nRows]` indices into CLASSES. */
  readonly labels: readonly number[];
}

/** Everything that classifies a source, as plain JSON: what is validated is what is shipped. */
export interface SavedClassifier {
  readonly format: typeof CLASSIFIER_FORMAT;
  /** `ours` or `paper`, and the same in words: every product names it. */
  readonly name: string;
  readonly title: string;
  /** A LightGBM pipeline, with its trees. */
  readonly pipeline: SavedPipeline;
  /** `[nClasses]` by the class that a row's probabilities name, see {@link sharpen}. */
  readonly powers: readonly number[];
  /** Most probability that a source without counterpart or host may have; 1 for no such limit. */
  readonly mostFromAbsence: number;
  /** Whether a host's physical limits act, and `[nClasses]` powers for the rows that they change. */
  readonly limits: boolean;
  readonly limitedPowers: readonly number[];
  /** Share of each class whose set holds the class, and `[nClasses]` thresholds that make it so. */
  readonly coverage: number;
  readonly thresholds: readonly number[];
  /** What likeness is judged against; null for a classifier that does not judge it. */
  readonly likeness: LikenessReference | null;
  readonly training: TrainingList;
}

/** What a classifier says of sources. */
export interface Classified {
  /** `[nRows x 8]` calibrated probabilities, after and before the limits of a host. */
  readonly probabilities: Float64Array;
  readonly unlimited: Float64Array;
  /** `[nRows x 8]`: 1 where the class is in the conformal set. */
  readonly sets: Uint8Array;
  /** `[nRows]` galaxy, cluster or region that the source lies in. */
  readonly hosts: readonly (string | undefined)[];
  /** `[nRows]` whether the limits of the host changed the probabilities. */
  readonly limited: readonly boolean[];
  /** `[nRows]` how the labelled sources most like the source bear its class out. */
  readonly likeness?: readonly Likeness[];
  /** `[nRows]` index into CLASSES of what the training set calls the source; -1 if not in it. */
  readonly trainingLabels: Int32Array;
}

/** The same source: a position of CSC is good to a second of arc. */
const SAME_ARCSEC = 1;

/** A classifier ready for use; it holds trees and lists, no WASM memory. */
export class SourceClassifier {
  readonly saved: SavedClassifier;
  readonly trees: TreeEnsemble;
  readonly #labels: ReadonlyMap<string, number>;
  readonly #places: { readonly ra: Float64Array; readonly dec: Float64Array };

  /** @throws TypeError for another format or a model that is not LightGBM's. */
  constructor(saved: SavedClassifier) {
    this.saved = saved;
    if (saved?.format !== CLASSIFIER_FORMAT) {
      throw new TypeError(
        `not a saved classifier: format "${saved?.format}", expected "${CLASSIFIER_FORMAT}"`,
      );
    }
    const { algorithm, transforms } = saved.pipeline.spec;
    if (algorithm !== "lightgbm" || transforms.some((name) => name !== "scale-min-max")) {
      throw new TypeError(
        `a classifier has a LightGBM model, scaled or not, not "${algorithm}" behind ` +
          `"${transforms.join(", ")}"`,
      );
    }
    this.trees = parseTrees(saved.pipeline.model);
    const { names, labels, ra, dec } = saved.training;
    this.#labels = new Map(names.map((name, i) => [name, labels[i]]));
    const degrees = (values: readonly (number | null)[]) =>
      Float64Array.from(values, (value) => value ?? NaN);
    this.#places = { ra: degrees(ra), dec: degrees(dec) };
  }

  /**
   * Classifies sources; a row depends on no other row.
   *
   * @param sources Columns {@link SOURCE_COLUMNS}; what is absent counts as missing.
   */
  classify(sources: Sources): Classified {
    const nClasses = CLASSES.length, { saved } = this;
    const hosts = hostsOf(sources);
    const added = this.#isPlain ? sources : withAddedFeatures(sources);
    const prepared = this.#scaled(added);
    const given = softmaxRows(rawScores(this.trees, prepared.values, prepared.nRows), nClasses);
    const unlimited = boundAbsence(
      sharpen(given, saved.powers),
      lonely(sources.matrix, hosts),
      saved.mostFromAbsence,
    );
    let probabilities = unlimited, changed: number[] = [];
    if (saved.limits) {
      const limited = physicalLimits(unlimited, added.matrix);
      changed = changedRows(unlimited, limited);
      probabilities = sharpenRows(limited, changed, saved.limitedPowers);
    }
    const isChanged = new Set(changed);
    return {
      probabilities,
      unlimited,
      sets: conformalSets(probabilities, Float64Array.from(saved.thresholds)),
      hosts,
      limited: hosts.map((_, row) => isChanged.has(row)),
      ...(saved.likeness && {
        likeness: likeness(saved.likeness, added.matrix, predictedLabels(probabilities, nClasses)),
      }),
      trainingLabels: this.#known(sources),
    };
  }

  /** `[nRows x nFeatures]` what the model goes by, in physical units: added columns worked out. */
  features(sources: Sources): Matrix {
    const { features } = this.saved.pipeline.spec;
    return takeColumns((this.#isPlain ? sources : withAddedFeatures(sources)).matrix, features);
  }

  /** {@link features} as the trees take them: scaled if the model is. */
  prepare(sources: Sources): Matrix {
    return this.#scaled(this.#isPlain ? sources : withAddedFeatures(sources));
  }

  /** Whether nothing but the features of FEATURES is needed. */
  get #isPlain(): boolean {
    const { pipeline, limits, likeness } = this.saved;
    return !limits && !likeness &&
      !pipeline.spec.features.some((name) => ADDED_NAMES.includes(name));
  }

  #scaled({ matrix }: Sources): Matrix {
    const { spec, states } = this.saved.pipeline;
    return spec.transforms.reduce(
      (made, _, i) => scaleMinMax.apply(made, states[i] as ScaleMinMaxState),
      takeColumns(matrix, spec.features),
    );
  }

  /** The classifier as text, for {@link loadClassifier}. */
  save(): string {
    return JSON.stringify(this.saved);
  }

  #known({ names, ra, dec }: Sources): Int32Array {
    const { labels } = this.saved.training;
    const found = Int32Array.from(names, (name) => this.#labels.get(name) ?? -1);
    const { first, second } = crossMatch({ ra, dec }, this.#places, { radiusArcsec: SAME_ARCSEC });
    first.forEach((row, i) => {
      if (found[row] < 0) found[row] = labels[second[i]];
    });
    return found;
  }
}

/**
 * Reads a classifier from its JSON text.
 *
 * @throws TypeError when the text is none.
 */
export function loadClassifier(text: string): SourceClassifier {
  return new SourceClassifier(JSON.parse(text));
}

/**
 * Calibrated probabilities: those of a row raised to the power that belongs to the class they name,
 * then scaled to sum to 1. Every row keeps its order of classes.
 *
 * @param probabilities `[nRows x nClasses]`; not changed.
 * @param powers `[nClasses]`.
 */
export function sharpen(probabilities: Float64Array, powers: readonly number[]): Float64Array {
  const n = powers.length, result = new Float64Array(probabilities.length);
  predictedLabels(probabilities, n).forEach((label, row) => {
    const start = row * n;
    let sum = 0;
    for (let i = start; i < start + n; i++) sum += result[i] = probabilities[i] ** powers[label];
    for (let i = start; i < start + n; i++) result[i] /= sum;
  });
  return result;
}

/** {@link sharpen} of the given rows, in place. */
export function sharpenRows(
  probabilities: Float64Array,
  rows: readonly number[],
  powers: readonly number[],
): Float64Array {
  const n = powers.length;
  for (const row of rows) {
    probabilities.set(sharpen(probabilities.subarray(row * n, (row + 1) * n), powers), row * n);
  }
  return probabilities;
}

/** Rows in which two tables of probabilities differ. */
export function changedRows(before: Float64Array, after: Float64Array): number[] {
  const rows = new Set<number>();
  after.forEach((p, i) => {
    if (p !== before[i]) rows.add(Math.floor(i / CLASSES.length));
  });
  return [...rows];
}

/** Columns that hold a value where a source has a counterpart. */
export const COUNTERPARTS: readonly string[] = SURVEYS.flatMap(({ bands }) => bands);

/** `[nRows]` whether a source has no counterpart in any survey and lies in no host. */
export function lonely(matrix: Matrix, hosts: readonly (string | undefined)[]): boolean[] {
  const columns = COUNTERPARTS.map((name) => matrix.names.indexOf(name)).filter((c) => c >= 0);
  return hosts.map((host, row) =>
    host === undefined &&
    columns.every((column) => Number.isNaN(matrix.values[row * matrix.nColumns + column]))
  );
}

/**
 * Absence is little evidence: no class of a source without counterpart and host gets more than
 * `most`; what is taken goes to the other classes in their proportions.
 *
 * @param probabilities `[nRows x nClasses]`; changed in place.
 */
export function boundAbsence(
  probabilities: Float64Array,
  isLonely: readonly boolean[],
  most: number,
): Float64Array {
  const n = CLASSES.length;
  isLonely.forEach((alone, row) => {
    if (!alone) return;
    const p = probabilities.subarray(row * n, (row + 1) * n);
    const top = p.indexOf(p.reduce((a, b) => Math.max(a, b)));
    if (!(p[top] > most)) return;
    const rest = 1 - p[top];
    for (let c = 0; c < n; c++) {
      if (c !== top) p[c] = rest > 0 ? p[c] * (1 - most) / rest : (1 - most) / (n - 1);
    }
    p[top] = most;
  });
  return probabilities;
}

/**
 * Conformal sets.
 *
 * @param thresholds `[nClasses]`, see `conformalThresholds`.
 * @returns `[nRows x nClasses]`: 1 where the class is in the set of the row.
 */
export function conformalSets(
  probabilities: Float64Array,
  thresholds: Float64Array,
): Uint8Array {
  const n = thresholds.length;
  return Uint8Array.from(probabilities, (p, i) => p >= thresholds[i % n] ? 1 : 0);
}
