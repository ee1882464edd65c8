import type { Sources } from "@csc-classify/chandra-sources";
import {
  CLASSES,
  FEATURE_NAMES,
  rowsOf,
  SURVEYS,
  withFilledFlux,
} from "@csc-classify/chandra-sources/quantities";
import type { Matrix, ScaleMinMaxState } from "@csc-classify/forests";
import { predictedLabels, scaleMinMax, softmaxRows } from "@csc-classify/forests/rows";
import type { TreeEnsemble } from "@csc-classify/lightgbm-wasm";
import { parseTrees, treeScorer } from "@csc-classify/lightgbm-wasm/trees";
import { crossMatcher } from "@csc-classify/sky";
import { ADDED_NAMES, withAddedFeatures } from "../tables/added-features.ts";
import { calibrate, circumstances, promises, setsOf } from "./decision.ts";
import { type Likeness, likenessJudge } from "./likeness.ts";
import { checkClassifier, CLASSIFIER_FORMAT, type SavedClassifier } from "./saved-classifier.ts";

// runs in a browser's page too: neither disk nor network

/** Columns of a source's matrix that a classifier reads, besides its name and position. */
export const SOURCE_COLUMNS: readonly string[] = [
  ...FEATURE_NAMES,
  "significance",
  ...SURVEYS.map(({ observed }) => observed),
];

/** What a classifier says of sources. */
export interface Classified {
  /** `[nRows x 8]` calibrated probabilities: as they are, or under the limits of hosts if asked for. */
  readonly probabilities: Float64Array;
  /** `[nRows x 8]` those under the limits, and `[nRows]` whether these change anything. */
  readonly limited: Float64Array;
  readonly isLimited: readonly boolean[];
  /** `[nRows x 8]`: 1 where the class is in the set; and `[nRows]` what such sets promise. */
  readonly sets: Uint8Array;
  readonly promises: readonly string[];
  /** `[nRows]` galaxy, cluster or region that the source lies in. */
  readonly hosts: readonly (string | undefined)[];
  /** `[nRows]` what the broad-band flux comes from; null where there is none. */
  readonly fluxFrom: readonly (string | null)[];
  /** `[nRows]` how the labelled sources most like the source bear its class out. */
  readonly likeness?: readonly Likeness[];
  /** Whether the classifier learnt from simulated sources. */
  readonly isSimulated: boolean;
  /** `[nRows]` index into CLASSES of what the training set calls the source; -1 if not in it. */
  readonly trainingLabels: Int32Array;
}

/** The same source: a position of CSC is good to a second of arc. */
const SAME_ARCSEC = 1;

/** A classifier ready for use; it holds trees and lists, no WASM memory. */
export class SourceClassifier {
  readonly saved: SavedClassifier;
  readonly trees: TreeEnsemble;
  readonly #scores: ReturnType<typeof treeScorer>;
  readonly #judge?: ReturnType<typeof likenessJudge>;
  readonly #labels: ReadonlyMap<string, number>;
  readonly #match: ReturnType<typeof crossMatcher>;

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
    checkClassifier(saved, this.trees.names.length);
    this.#scores = treeScorer(this.trees);
    if (saved.likeness) this.#judge = likenessJudge(saved.likeness);
    const { names, labels, ra, dec } = saved.training;
    this.#labels = new Map(names.map((name, i) => [name, labels[i]]));
    const degrees = (values: readonly (number | null)[]) =>
      Float64Array.from(values, (value) => value ?? NaN);
    const places = { ra: degrees(ra), dec: degrees(dec) };
    this.#match = crossMatcher(places, { radiusArcsec: SAME_ARCSEC });
  }

  /**
   * Classifies sources; a row depends on no other row.
   *
   * @param sources Columns {@link SOURCE_COLUMNS}; what is absent counts as missing.
   * @param hostLimits Whether class, probabilities and sets are those under the limits of hosts.
   * @throws RangeError when limits are asked for of a classifier that has none.
   */
  classify(sources: Sources, { hostLimits = false } = {}): Classified {
    const { decision } = this.saved, where = circumstances(sources);
    const rules = hostLimits ? decision.limitedSets : decision.sets;
    if (!rules) {
      throw new RangeError(`${this.saved.title} has no limits of hosts; leave out --host-limits`);
    }
    const filled = this.#filled(sources), added = this.#added(filled.sources);
    const prepared = this.#scaled(added);
    const scores = this.#scores(prepared.values, prepared.nRows);
    const given = softmaxRows(scores, CLASSES.length);
    const { free, limited, isLimited } = calibrate(given, where, added.matrix, decision);
    const probabilities = hostLimits ? limited : free;
    return {
      probabilities,
      limited,
      isLimited,
      sets: setsOf(probabilities, where, rules),
      promises: promises(where, rules),
      hosts: where.hosts,
      fluxFrom: filled.from,
      ...(this.#judge && {
        likeness: this.#judge(added.matrix, predictedLabels(probabilities, CLASSES.length)),
      }),
      isSimulated: this.saved.training.simulated,
      trainingLabels: this.#known(sources),
    };
  }

  /** `[nRows x nFeatures]` what the model goes by, in physical units: added columns worked out. */
  features(sources: Sources): Matrix {
    const { features } = this.saved.pipeline.spec;
    return rowsOf(this.#added(this.#filled(sources).sources).matrix, features);
  }

  /** {@link features} as the trees take them: scaled if the model is. */
  prepare(sources: Sources): Matrix {
    return this.#scaled(this.#added(this.#filled(sources).sources));
  }

  /** Sources whose flux is filled, with columns added where anything needs them. */
  #added(filled: Sources): Sources {
    const { pipeline, decision, likeness } = this.saved;
    const isPlain = !decision.limitedPowers && !likeness &&
      !pipeline.spec.features.some((name) => ADDED_NAMES.includes(name));
    return isPlain ? filled : withAddedFeatures(filled);
  }

  #filled(sources: Sources): ReturnType<typeof withFilledFlux<Sources>> {
    const filled = withFilledFlux(sources);
    if (this.saved.fillsFlux) return filled;
    return { sources, from: filled.from.map((from) => from === "measured" ? from : null) };
  }

  #scaled({ matrix }: Sources): Matrix {
    const { spec, states } = this.saved.pipeline;
    return spec.transforms.reduce(
      (made, _, i) => scaleMinMax.apply(made, states[i] as ScaleMinMaxState),
      rowsOf(matrix, spec.features),
    );
  }

  /** The classifier as text, for {@link loadClassifier}. */
  save(): string {
    return JSON.stringify(this.saved);
  }

  #known({ names, ra, dec }: Sources): Int32Array {
    const { labels } = this.saved.training;
    const found = Int32Array.from(names, (name) => this.#labels.get(name) ?? -1);
    const { first, second } = this.#match({ ra, dec });
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
