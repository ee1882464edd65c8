import {
  CLASSES,
  type ClassScore,
  type PublishedScore,
  type SourceClass,
} from "@csc-classify/chandra-sources";
import type { Result } from "../run/results.ts";
import type { CrossValidation } from "./cross-validate.ts";
import { confusionMatrix, type Scores, scores, spread } from "./metrics.ts";
import { predictedLabels } from "@csc-classify/forests";

/** The scores that the paper's tables list for a class. */
const CLASS_SCORES: readonly ClassScore[] = ["precision", "recall", "f1"];

/** Scores of each iteration of a cumulative cross-validation, from its one prediction table. */
export function iterationScores(
  validation: Pick<CrossValidation, "iterations">,
  labels: Int32Array,
): Scores[] {
  const nClasses = CLASSES.length;
  return validation.iterations.map(({ probabilities }) =>
    scores(confusionMatrix(labels, predictedLabels(probabilities, nClasses), nClasses))
  );
}

/** Published values to put beside ours, where there are any. */
interface Published {
  readonly classes?: Readonly<Record<SourceClass, Readonly<Record<ClassScore, PublishedScore>>>>;
  readonly overall?: Readonly<Record<ClassScore | "mcc", PublishedScore>>;
}

/**
 * Results of a cumulative cross-validation, for `recordResults`: means and standard deviations
 * over iterations, in per cent (MCC as it is).
 *
 * @param classes Prefix of the per-class scores: `table5.rf` gives `table5.rf.CV.precision` ...
 * @param overall Prefix of the weighted scores: `table6.rf` gives `table6.rf.f1`, `.mcc`,
 * `.macro_f1` and `.balanced_accuracy`.
 */
export function scoreResults(
  all: readonly Scores[],
  { classes, overall }: { classes: string; overall: string },
  published: Published = {},
): Record<string, Result> {
  const results: Record<string, Result> = {};
  const add = (
    name: string,
    value: (scores: Scores) => number,
    paper: PublishedScore | undefined,
    scale = 100,
  ) => {
    const { mean, sigma } = spread(all.map((scores) => scale * value(scores)));
    results[name] = {
      value: mean,
      ...(sigma !== undefined && { sigma }),
      ...(paper && { published: paper }),
    };
  };
  for (const score of CLASS_SCORES) {
    CLASSES.forEach((name, c) =>
      add(
        `${classes}.${name}.${score}`,
        (s) => s.classes[c][score],
        published.classes?.[name][score],
      )
    );
    add(`${overall}.${score}`, (s) => s.weighted[score], published.overall?.[score]);
  }
  add(`${overall}.mcc`, (s) => s.mcc, published.overall?.mcc, 1);
  add(`${overall}.macro_f1`, (s) => s.macro.f1, undefined);
  add(`${overall}.balanced_accuracy`, (s) => s.balancedAccuracy, undefined);
  return results;
}
