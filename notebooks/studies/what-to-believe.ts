import { CLASSES, type SourceClass } from "@csc-classify/chandra-sources";
import type { Result } from "#lib/run/results.ts";

/** One piece of advice for the top of the report. */
export interface Advice {
  /** A class, or what else the advice is about. */
  readonly class: string;
  readonly text: string;
}

/** Why a class is as hard as it is: what the labels are, from the audit of their catalogues. */
const LABELS: Readonly<Record<SourceClass, string>> = {
  AGN: "Labels from one optical catalogue of quasars.",
  STAR: "Labels from one catalogue of spectral types, most of them in star-forming regions.",
  YSO: "Labels from one mid-infrared survey of the Galactic plane.",
  HMXB:
    "Labels mostly from whole X-ray source lists of star-forming galaxies: here the class means " +
    "an X-ray source in such a galaxy.",
  LMXB:
    "Labels nearly all from the X-ray source list of one galaxy, NGC 3115: no model can learn " +
    "from them what an LMXB elsewhere looks like.",
  ULX:
    "Labels from lists of luminous sources in galaxies: the class is a luminosity, so it needs " +
    "the distance of the host.",
  CV: "Labels from two catalogues, and many in M31 and globular clusters.",
  PULSAR: "About a hundred labels, a third of them in globular clusters.",
};

/**
 * The one-page summary: what to believe, for which class, and what not.
 *
 * @param results Of the notebooks on unseen sky, calibration, conformal sets and external sources;
 * what is missing is left out.
 * @param isSimulated Whether the results are of simulated data: the only advice is then to believe
 * none of them.
 */
export function whatToBelieve(
  results: Readonly<Record<string, Result>>,
  isSimulated: boolean,
): Advice[] {
  const value = (name: string, digits = 0) => results[name]?.value.toFixed(digits);
  const advice: Advice[] = [];
  if (isSimulated) {
    return [{
      class: "Simulated data",
      text: "These numbers come from invented sources. They show that everything runs; believe " +
        "none of them about the sky.",
    }];
  }
  const random = value("random.lightgbm.macro_f1"), blocked = value("blocked.lightgbm.macro_f1");
  const headline = withInterval(results["headline.macro_f1"]);
  const gain = withInterval(results["headline.limits_gain"]);
  if (random && blocked && headline) {
    advice.push({
      class: "All classes",
      text: `On random folds the paper's model reaches macro F1 ${random} %; on sky it has not ` +
        `seen, ${blocked} %. Our pipeline, chosen inside the folds, reaches ${headline} % there: ` +
        `the interval is what another sky of as many fields would give. Use the numbers for ` +
        `unseen sky for any field that is not in the training set.` +
        (gain ? ` What a host excludes adds ${gain}, nearly all of it in one galaxy.` : ""),
    });
  }
  const ece = value("calibration.ece", 3), given = value("calibration.ece_paper", 3);
  // of the product itself where notebook 9 has it, else of the pipeline of notebook 11
  const measured = results["external.unseen.ece"] ? "external.unseen" : "external";
  const external = value(`${measured}.ece`, 3), coverage = value(`${measured}.coverage`);
  if (ece && given) {
    advice.push({
      class: "Probabilities",
      text: `On unseen sky the paper's probabilities are off by ${given} on average (expected ` +
        `calibration error); do not read CMP > 0.997 as 3σ. Calibrated ones are off by ${ece}` +
        (external && coverage
          ? `, on sources that others chose and labelled by ${external}; 95 % sets cover ` +
            `${coverage} % of those.`
          : "."),
    });
  }
  const plane = value("plane.agn.recall"), before = value("plane.agn.recall_without_copies");
  if (plane && before) {
    advice.push({
      class: "The Galactic plane",
      text:
        `Of nuclei absorbed behind the plane (simulated) ${plane} % are named AGN, ${before} % ` +
        `before the model learnt from such copies. Real labels there are few.`,
    });
  }
  const auroc = results["likeness.auroc"]?.value;
  if (auroc !== undefined && auroc >= 0.65) {
    advice.push({
      class: "Likeness",
      text: `Look at the likeness of a source before its probability: it tells errors from right ` +
        `answers with an area under the curve of ${auroc.toFixed(2)} on others' sources.`,
    });
  }
  CLASSES.forEach((name) => {
    const score = results[`blocked.better.${name}.f1`]?.value;
    if (score !== undefined) {
      advice.push({ class: name, text: classAdvice(name, score, results) });
    }
  });
  return advice;
}

function classAdvice(
  name: SourceClass,
  f1: number,
  results: Readonly<Record<string, Result>>,
): string {
  const limited = results[`blocked.better_limited.${name}.f1`]?.value ?? f1;
  const verdict = f1 < limited - 20
    ? "Believe what the host galaxy says, not the model"
    : f1 >= 85
    ? "Believe it"
    : f1 >= 60
    ? "Believe it with a second look"
    : f1 >= 30
    ? "A list of candidates, no more"
    : "Do not believe it outside the training fields";
  const paper = results[`blocked.lightgbm.${name}.f1`]?.value;
  const set = results[`conformal.${name}.mean_size`]?.value;
  return [
    `${verdict}: F1 ${f1.toFixed(0)} % on unseen sky` +
    (paper === undefined ? "." : ` (the paper's pipeline: ${paper.toFixed(0)} %).`),
    ...(f1 < limited - 20
      ? [`With the limits that the host sets, ${limited.toFixed(0)} %: that is no learning.`]
      : []),
    LABELS[name],
    ...(set === undefined ? [] : [`A 95 % set holds ${set.toFixed(1)} classes on average.`]),
  ].join(" ");
}

/** A result with its interval: `65 (60 to 70)`; undefined where there is none. */
function withInterval(result: Result | undefined): string | undefined {
  if (!result) return undefined;
  const { value, low, high } = result;
  return low === undefined || high === undefined
    ? whole(value)
    : `${whole(value)} (${whole(low)} to ${whole(high)})`;
}

/** A whole number with the sign of subtraction; nothing is minus zero. */
function whole(value: number): string {
  return String(Math.round(value) || 0).replace("-", "−");
}
