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
  quick: { name: "quick", folds: 20, iterations: 1, catalogueRows: 269_366 },
  paper: { name: "paper", folds: 20, iterations: 15, catalogueRows: 269_366 },
};

/** What one run uses: read once at the head of a task or notebook. */
export interface Settings {
  /** `auto`, `published`, `simulated` or the path of a CSV or Parquet table. */
  readonly data: string;
  readonly profile: Profile;
  readonly seed: number;
  readonly workers: number;
}

/**
 * Settings of this run from `CSC_DATA`, `CSC_PROFILE`, `CSC_SEED` and `CSC_WORKERS`, which the
 * tasks set from their `--data`, `--profile`, `--seed` and `--workers`.
 *
 * @param get Gives a variable; that of the environment by default.
 * @throws RangeError naming the variable, its value and what it may be.
 */
export function readSettings(
  get: (variable: string) => string | undefined = (variable) => Deno.env.get(variable),
): Settings {
  const name = get("CSC_PROFILE") || "quick";
  if (!Object.hasOwn(PROFILES, name)) {
    throw new RangeError(`CSC_PROFILE is "${name}"; use ${Object.keys(PROFILES).join(", ")}`);
  }
  return {
    data: get("CSC_DATA") || "auto",
    profile: PROFILES[name as ProfileName],
    seed: wholeNumber("CSC_SEED", get("CSC_SEED"), 42, 0),
    workers: wholeNumber("CSC_WORKERS", get("CSC_WORKERS"), navigator.hardwareConcurrency || 1, 1),
  };
}

function wholeNumber(
  variable: string,
  text: string | undefined,
  fallback: number,
  least: number,
): number {
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${variable} is "${text}"; use a whole number from ${least}`);
  }
  return value;
}

/** How much work the notebooks beyond the paper do. */
export interface Plan {
  /** Folds and repetitions of the main blocked and random runs. */
  readonly folds: number;
  readonly iterations: number;
  /** Repetitions of the random runs, whose scatter is small. */
  readonly randomIterations: number;
  /** Folds and repetitions of side runs: cell sizes, label catalogues, steps. */
  readonly sideFolds: number;
  readonly sideIterations: number;
  /** Cell sizes of the curve, degrees. */
  readonly cellSizesDeg: readonly number[];
  /** Outer and inner folds of the nested choice, and its repetitions. */
  readonly nested: { readonly outer: number; readonly inner: number; readonly iterations: number };
  /** Outer and inner folds of the tuning, and what a search may cost in fits of the authors' model. */
  readonly tuning: { readonly outer: number; readonly inner: number; readonly budget: number };
}

const PLANS: Readonly<Record<ProfileName, Plan>> = {
  smoke: {
    folds: 3,
    iterations: 1,
    randomIterations: 1,
    sideFolds: 2,
    sideIterations: 1,
    cellSizesDeg: [1],
    nested: { outer: 2, inner: 2, iterations: 1 },
    tuning: { outer: 2, inner: 2, budget: 0.2 },
  },
  quick: {
    folds: 5,
    iterations: 2,
    randomIterations: 1,
    sideFolds: 3,
    sideIterations: 1,
    cellSizesDeg: [0.01, 1, 10],
    nested: { outer: 5, inner: 2, iterations: 1 },
    tuning: { outer: 2, inner: 2, budget: 1 },
  },
  paper: {
    folds: 20,
    iterations: 15,
    randomIterations: 15,
    sideFolds: 10,
    sideIterations: 5,
    cellSizesDeg: [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    nested: { outer: 10, inner: 3, iterations: 5 },
    tuning: { outer: 4, inner: 2, budget: 8 },
  },
};

/** The plan of a profile. */
export function plan(profile: Profile): Plan {
  return PLANS[profile.name];
}
