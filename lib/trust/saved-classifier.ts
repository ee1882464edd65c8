import { CLASSES } from "@csc-classify/chandra-sources/quantities";
import type { SavedPipeline } from "../models/pipeline.ts";
import { type Decision, PLACES, type SetRule, SURVEY_CASES } from "./decision.ts";
import type { LikenessReference } from "./likeness.ts";

// runs in a browser's page too

/** Format of {@link SavedClassifier}. */
export const CLASSIFIER_FORMAT = "csc-classify classifier 2";

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
  /** `[nRows]` by name: where each label is from, see `LABEL_COLUMNS`; empty where nothing is told. */
  readonly notes: Readonly<Record<string, readonly (string | boolean | null)[]>>;
  /** SHA-256 of the LightGBM build that grew the trees; "" where it is not known. */
  readonly lightgbm: string;
}

/** Everything that classifies a source, as plain JSON: what is validated is what is shipped. */
export interface SavedClassifier {
  readonly format: typeof CLASSIFIER_FORMAT;
  /** `ours` or `paper`, and the same in words: every product names it. */
  readonly name: string;
  readonly title: string;
  /** A LightGBM pipeline, with its trees. */
  readonly pipeline: SavedPipeline;
  /** Whether a missing broad-band flux is filled from the other bands, see `withFilledFlux`. */
  readonly fillsFlux: boolean;
  /** What makes calibrated probabilities and sets of the trees' probabilities. */
  readonly decision: Decision;
  /** What likeness is judged against; null for a classifier that does not judge it. */
  readonly likeness: LikenessReference | null;
  readonly training: TrainingList;
}

/**
 * Whether a saved classifier says what one can say: lists as long as they must be, numbers in their
 * ranges, features as many as the trees ask for.
 *
 * @param nTreeFeatures Features of the trees.
 * @throws TypeError naming the field and what was expected of it.
 */
export function checkClassifier(saved: SavedClassifier, nTreeFeatures: number): void {
  const { decision, pipeline, training, likeness, fillsFlux } = saved;
  const { features, transforms } = pipeline.spec;
  expect("features", features.length === nTreeFeatures, `${nTreeFeatures}, as the trees have`);
  expect("features", new Set(features).size === features.length, "each once");
  expect("fillsFlux", typeof fillsFlux === "boolean", "true or false");
  const nStates = pipeline.states?.length;
  expect("pipeline.states", nStates === transforms.length, `${transforms.length}`);
  if (!decision) expect("decision", false, "there");
  checkDecision(decision);
  const nRows = training?.names?.length;
  for (const name of ["ra", "dec", "labels"] as const) {
    expect(`training.${name}`, training?.[name]?.length === nRows, `${nRows} values`);
  }
  expect("training.labels", training.labels.every(isClass), `classes, 0 to ${CLASSES.length - 1}`);
  for (const [name, values] of Object.entries(training.notes ?? {})) {
    expect(`training.notes.${name}`, values.length === nRows, `${nRows} values`);
  }
  if (!likeness) return;
  const { quantiles, ranks, labels } = likeness;
  expect("likeness.labels", Array.isArray(labels) && labels.every(isClass), "classes");
  const nColumns = quantiles?.length ?? 0;
  expect("likeness.ranks", ranks?.length === labels.length * nColumns, "a row for each label");
  expect("likeness.quantiles", quantiles.every((of) => of.every(Number.isFinite)), "numbers");
}

function checkDecision(decision: Decision): void {
  const { powers, limitedPowers, mostFromAbsence, coverage, sets, limitedSets } = decision;
  const isPower = (power: unknown) => Number.isFinite(power) && (power as number) > 0;
  checkList("decision.powers", powers, isPower, "numbers above 0");
  if (limitedPowers) {
    checkList("decision.limitedPowers", limitedPowers, isPower, "numbers above 0");
  }
  const isLimited = limitedPowers !== null;
  expect("decision.limitedSets", (limitedSets !== null) === isLimited, "with limitedPowers only");
  const atLeast = 1 / CLASSES.length;
  expect(
    "decision.mostFromAbsence",
    mostFromAbsence >= atLeast && mostFromAbsence <= 1,
    `from ${atLeast} to 1`,
  );
  expect("decision.coverage", coverage > 0 && coverage < 1, "between 0 and 1");
  checkRules("decision.sets", sets);
  if (limitedSets) checkRules("decision.limitedSets", limitedSets);
}

function checkRules(field: string, rules: readonly SetRule[]): void {
  const nPlaces = PLACES.length, nCases = SURVEY_CASES.length * nPlaces;
  expect(field, Array.isArray(rules) && rules.length === nCases, `${nCases} cases`);
  rules.forEach(({ surveys, place, thresholds, sources, held }, i) => {
    expect(`${field}[${i}]`, surveys * nPlaces + place === i, "in order of surveys, then places");
    checkList(`${field}[${i}].thresholds`, thresholds, isShare, "from 0 to 1");
    const isCount = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0;
    checkList(`${field}[${i}].sources`, sources, isCount, "whole numbers from 0");
    const isHeld = (share: unknown) => share === null || isShare(share);
    checkList(`${field}[${i}].held`, held, isHeld, "from 0 to 1, or null");
  });
}

function checkList(
  field: string,
  values: readonly unknown[],
  isRight: (value: unknown) => boolean,
  what: string,
): void {
  const isWhole = Array.isArray(values) && values.length === CLASSES.length;
  expect(field, isWhole && values.every(isRight), `${CLASSES.length} values, ${what}`);
}

function isShare(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function isClass(label: number): boolean {
  return Number.isInteger(label) && label >= 0 && label < CLASSES.length;
}

function expect(field: string, isRight: boolean, what: string): asserts isRight {
  if (!isRight) throw new TypeError(`not a classifier as it was saved: ${field} must be ${what}`);
}
