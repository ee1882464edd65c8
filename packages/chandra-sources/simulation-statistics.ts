import { choleskyFactor } from "@csc-classify/forests";
import type { SourceClass } from "./classes.ts";
import { FEATURES } from "./features.ts";

/** Standard normal deviates at which quantiles are kept; the ends are the 0.5 and 99.5 %. */
export const KNOTS: readonly number[] = [
  -2.6,
  -2.1,
  -1.7,
  -1.4,
  -1.1,
  -0.85,
  -0.6,
  -0.4,
  -0.2,
  0,
  0.2,
  0.4,
  0.6,
  0.85,
  1.1,
  1.4,
  1.7,
  2.1,
  2.6,
];

/** What varies within a class besides position: the features that no others give, and two more. */
export const VARIABLES: readonly string[] = [
  ...FEATURES.filter(({ group }) => group !== "position" && group !== "colour")
    .map(({ name }) => name),
  "significance",
  "offset_arcsec",
];

/**
 * Magnitudes that are kept as differences from another: colours are much narrower than
 * magnitudes, and correlations of magnitudes to two digits would wash them out.
 */
export const ANCHORS: Readonly<Record<string, string>> = {
  Bp: "Rp",
  Rp: "G",
  J: "Rp",
  H: "J",
  Ks: "H",
  W2: "W1",
  W3: "W1",
  W4: "W3",
  u_sdss: "r_sdss",
  g_sdss: "r_sdss",
  i_sdss: "r_sdss",
  z_sdss: "r_sdss",
};

/** Variables that are whole numbers. */
export const WHOLE_NUMBERS: readonly string[] = ["var_inter_index_b", "var_intra_index_b"];

/** Sources of one class that share a part of the sky. */
export interface SkyComponent {
  /** Their number in the table the statistics were derived from. */
  readonly count: number;
  /** Centre, degrees; absent for the rest that lies in no cluster. */
  readonly l?: number;
  readonly b?: number;
  /** Standard deviations along l cos b and b, degrees, and their correlation. */
  readonly spread?: readonly [number, number, number];
  /** Mean normal score of each of {@link VARIABLES}: how the members differ from their class. */
  readonly shift?: readonly number[];
  /** Pairs of an index into the class's patterns and a count. */
  readonly patterns: readonly (readonly [pattern: number, count: number])[];
}

/** Statistics of one class. */
export interface ClassStatistics {
  readonly count: number;
  /** Quantiles of each of {@link VARIABLES} at {@link KNOTS}, less its anchor if it has one. */
  readonly quantiles: readonly (readonly number[])[];
  /** Correlations of the normal scores: rows of the lower triangle without its diagonal. */
  readonly correlations: readonly (readonly number[])[];
  /** Which variables a source has: in hexadecimal, see {@link decodePattern}. */
  readonly patterns: readonly string[];
  readonly components: readonly SkyComponent[];
  /** Quantiles at {@link KNOTS} of longitude and latitude (deg) outside the clusters. */
  readonly isolated: { readonly l: readonly number[]; readonly b: readonly number[] };
}

/** Content of `packages/chandra-sources/data/simulated-statistics.json`: no row of any source. */
export interface SimulationStatistics {
  readonly about: string;
  readonly classes: Readonly<Record<SourceClass, ClassStatistics>>;
}

/** Pattern of {@link ClassStatistics}: "1" for each of {@link VARIABLES} that is there, else "0". */
export function decodePattern(code: string): string {
  return BigInt(`0x${code}`).toString(2).slice(1);
}

/**
 * Lower triangular factor of a correlation matrix given by its lower triangle without diagonal.
 * A matrix estimated pair by pair need not be positive definite: it is then drawn towards the
 * identity by as little as makes it so.
 *
 * @returns `[n (n + 1) / 2]` rows of the factor, one after another.
 */
export function cholesky(correlations: readonly (readonly number[])[]): Float64Array {
  for (let shrink = 0; shrink <= 1; shrink += 0.01) {
    const entry = (i: number, j: number) => i === j ? 1 : (1 - shrink) * correlations[i][j];
    const factor = choleskyFactor(correlations.length, entry, 1e-6);
    if (typeof factor !== "number") return factor;
  }
  throw new Error("correlations beyond 1: not a correlation matrix");
}
