/** How much work a run does. */
export type ProfileName = "smoke" | "quick" | "paper";

/** The numbers behind a profile. */
export interface Profile {
  readonly name: ProfileName;
  /** Folds of one cumulative cross-validation. */
  readonly folds: number;
  /** Repetitions with new folds, from two on they give the errors of the tables. */
  readonly iterations: number;
  /** Sources of the simulated catalogue to score. */
  readonly catalogueRows: number;
}

/** `smoke` checks that everything runs, `quick` is the default report, `paper` the paper's own. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  smoke: { name: "smoke", folds: 3, iterations: 1, catalogueRows: 5_000 },
  quick: { name: "quick", folds: 10, iterations: 1, catalogueRows: 100_000 },
  paper: { name: "paper", folds: 20, iterations: 15, catalogueRows: 269_366 },
};

/** What one run uses: read once at the head of a task or notebook. */
export interface Settings {
  /** `auto`, `published`, `simulated` or the path of a CSV or Parquet table. */
  readonly data: string;
  readonly profile: Profile;
  /** Whose labels the classifier of the products learns from. */
  readonly labels: LabelScheme;
  readonly seed: number;
  readonly workers: number;
}

/** Both public compilations under one scheme, or the paper's labels alone. */
export const LABEL_SCHEMES = ["union", "paper"] as const;
/** One of {@link LABEL_SCHEMES}. */
export type LabelScheme = typeof LABEL_SCHEMES[number];

/** An option, argument or variable that is not what it may be; its message says what that is. */
export class SettingError extends RangeError {}

/**
 * Settings of this run from `CSC_DATA`, `CSC_PROFILE`, `CSC_LABELS`, `CSC_SEED` and
 * `CSC_WORKERS`, which the tasks set from their `--data`, `--profile`, `--labels`, `--seed` and
 * `--workers`.
 *
 * @param get Gives a variable; that of the environment by default.
 * @throws SettingError naming the variable, its value and what it may be.
 */
export function readSettings(
  get: (variable: string) => string | undefined = (variable) => Deno.env.get(variable),
): Settings {
  const name = get("CSC_PROFILE") || "quick";
  if (!Object.hasOwn(PROFILES, name)) {
    throw new SettingError(`CSC_PROFILE is "${name}"; use ${Object.keys(PROFILES).join(", ")}`);
  }
  const labels = get("CSC_LABELS") || LABEL_SCHEMES[0];
  if (!isOneOf(LABEL_SCHEMES, labels)) {
    throw new SettingError(`CSC_LABELS is "${labels}"; use ${LABEL_SCHEMES.join(", ")}`);
  }
  return {
    data: get("CSC_DATA") || "auto",
    profile: PROFILES[name as ProfileName],
    labels,
    seed: numberSetting("CSC_SEED", get("CSC_SEED"), 42, 0),
    workers: numberSetting(
      "CSC_WORKERS",
      get("CSC_WORKERS"),
      navigator.hardwareConcurrency || 1,
      1,
    ),
  };
}

function isOneOf<Value extends string>(
  values: readonly Value[],
  text: string,
): text is Value {
  return (values as readonly string[]).includes(text);
}

function numberSetting(
  variable: string,
  text: string | undefined,
  fallback: number,
  least: number,
): number {
  if (text === undefined || text === "") return fallback;
  const value = wholeNumber(text, least);
  if (value !== undefined) return value;
  throw new SettingError(`${variable} is "${text}"; use a whole number from ${least}`);
}

/** A whole number from `least` on that is written in digits; undefined for any other text. */
export function wholeNumber(text: string, least: number): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least ? value : undefined;
}
