import type { Profile, ProfileName } from "#lib/run/settings.ts";

/** How much work the notebooks beyond the paper do. */
export interface Plan {
  /** Folds and repetitions of the main blocked and random runs. */
  readonly folds: number;
  readonly iterations: number;
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
    sideFolds: 2,
    sideIterations: 1,
    cellSizesDeg: [1],
    nested: { outer: 2, inner: 2, iterations: 1 },
    tuning: { outer: 2, inner: 2, budget: 0.2 },
  },
  quick: {
    folds: 5,
    iterations: 1,
    sideFolds: 3,
    sideIterations: 1,
    cellSizesDeg: [0.01, 1, 10],
    nested: { outer: 5, inner: 2, iterations: 1 },
    tuning: { outer: 2, inner: 2, budget: 0.8 },
  },
  paper: {
    folds: 20,
    iterations: 15,
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
