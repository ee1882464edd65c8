import type { Profile, ProfileName } from "#lib/run/settings.ts";

/** How much work the notebooks beyond the paper do. */
interface Plan {
  /** Folds and repetitions of the main blocked and random runs. */
  readonly folds: number;
  readonly iterations: number;
  /** Folds and repetitions of side runs: cell sizes, label catalogues, steps. */
  readonly sideFolds: number;
  readonly sideIterations: number;
  /** Cell sizes of the curve, degrees. */
  readonly cellSizesDeg: readonly number[];
  /** Numbers of folds that the paper's pipeline is cut into, with its class weights and without. */
  readonly cuts: { readonly weighted: readonly number[]; readonly unweighted: readonly number[] };
  /** Folds and repetitions of the classifier of the products on held-out sky. */
  readonly product: { readonly folds: number; readonly iterations: number };
  /** Hosts that are left out, each by itself. */
  readonly hosts: number;
  /** Outer and inner folds of the nested choice, and its repetitions. */
  readonly nested: { readonly outer: number; readonly inner: number; readonly iterations: number };
  /** Outer and inner folds of the tuning, and what a search may cost in fits of the authors' model. */
  readonly tuning: { readonly outer: number; readonly inner: number; readonly budget: number };
  /** Of the recorded answers of archives every so many-th is spoilt: 5 meets every way to do so. */
  readonly spoiltEvery: number;
}

/**
 * What the paper repeats, its tables 5 to 7, the profile `paper` repeats as often (`tableRuns`). A
 * score on unseen sky is repeated as often as its interval needs: new folds scatter the macro F1 of
 * the better pipeline by 0.4 points and that of the paper's LightGBM by 1.5, another sky both by four
 * and more, so that the mean of three repetitions is known well enough.
 */
const PLANS: Readonly<Record<ProfileName, Plan>> = {
  smoke: {
    folds: 3,
    iterations: 1,
    sideFolds: 2,
    sideIterations: 1,
    cellSizesDeg: [1],
    cuts: { weighted: [2], unweighted: [2] },
    product: { folds: 2, iterations: 1 },
    hosts: 1,
    nested: { outer: 2, inner: 2, iterations: 1 },
    tuning: { outer: 2, inner: 2, budget: 0.2 },
    spoiltEvery: 5,
  },
  quick: {
    folds: 5,
    iterations: 1,
    sideFolds: 3,
    sideIterations: 1,
    cellSizesDeg: [0.01, 1, 10],
    cuts: { weighted: [3, 5], unweighted: [5] },
    product: { folds: 5, iterations: 1 },
    hosts: 8,
    nested: { outer: 5, inner: 2, iterations: 1 },
    tuning: { outer: 2, inner: 2, budget: 0.8 },
    spoiltEvery: 5,
  },
  paper: {
    folds: 20,
    iterations: 3,
    sideFolds: 10,
    sideIterations: 1,
    cellSizesDeg: [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    cuts: { weighted: [20, 5], unweighted: [20, 5] },
    product: { folds: 5, iterations: 3 },
    hosts: 20,
    nested: { outer: 10, inner: 3, iterations: 1 },
    tuning: { outer: 4, inner: 2, budget: 4 },
    spoiltEvery: 1,
  },
};

/** The plan of a profile. */
export function plan(profile: Profile): Plan {
  return PLANS[profile.name];
}
