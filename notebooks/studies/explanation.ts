import { featureWords } from "#lib/tables/feature-words.ts";

/** What one feature adds to the raw score of one class for one source. */
interface Reason {
  readonly feature: string;
  /** Value of the feature; NaN where missing. */
  readonly value: number;
  /** SHAP value, in units of log odds against the other classes. */
  readonly contribution: number;
}

/**
 * The reasons for (or against) a class, strongest first.
 *
 * @param contributions `[nRows x nClasses x (nFeatures + 1)]`, see `Booster.contributions`.
 * @param values `[nRows x nFeatures]` of the matrix that was explained.
 */
export function reasons(
  contributions: Float64Array,
  values: Float64Array,
  { row, label, nClasses, names }: {
    readonly row: number;
    readonly label: number;
    readonly nClasses: number;
    /** `[nFeatures]`. */
    readonly names: readonly string[];
  },
): Reason[] {
  const start = (row * nClasses + label) * (names.length + 1);
  return names
    .map((feature, column) => ({
      feature,
      value: values[row * names.length + column],
      contribution: contributions[start + column],
    }))
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}

/** The rule of one source in words: its class, then the reasons for and against it. */
export function inWords(name: string, className: string, all: readonly Reason[], most = 4): string {
  const phrase = ({ feature, value, contribution }: Reason) =>
    `${featureWords(feature)} ${Number.isNaN(value) ? "missing" : `= ${inDigits(value)}`} ` +
    `(${contribution > 0 ? "+" : "−"}${Math.abs(contribution).toFixed(2)})`;
  const pick = (sign: number) =>
    all.filter(({ contribution }) => sign * contribution > 0).slice(0, most).map(phrase);
  const against = pick(-1);
  return `${name} is ${className} because ${pick(1).join(", ")}` +
    (against.length ? `; against it ${against.join(", ")}.` : ".");
}

function inDigits(value: number): string {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}
