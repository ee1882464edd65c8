import type { Sources } from "@csc-classify/chandra-sources";
import { CLASSES, columnIn, membersOf, SURVEYS } from "@csc-classify/chandra-sources/quantities";
import type { Matrix } from "@csc-classify/forests";
import { predictedLabels } from "@csc-classify/forests/rows";
import { physicalLimits } from "./physical-limits.ts";

// runs in a browser's page too: neither disk nor network

const N = CLASSES.length;

/**
 * What a user can tell of a source before it is classified, in two ways: which surveys have it, and
 * where it lies. Sets are fitted for each of the nine cases as far as the labels carry it.
 */
export const SURVEY_CASES = [
  { id: "counterpart", words: "with Gaia, 2MASS or WISE" },
  { id: "no_gaia_infrared", words: "without Gaia, 2MASS and WISE" },
  { id: "xray_only", words: "X-rays alone" },
] as const;
export const PLACES = [
  { id: "elsewhere", words: "outside nearby galaxies and star-forming regions" },
  { id: "galaxy", words: "in a nearby galaxy" },
  { id: "region", words: "in a star-forming region" },
] as const;

/** Columns that hold a value where a source has a counterpart. */
export const COUNTERPART_BANDS: readonly string[] = SURVEYS.flatMap(({ bands }) => bands);

/** Those of Gaia, 2MASS and WISE. */
export const COMMON_COUNTERPARTS: readonly string[] = SURVEYS
  .filter(({ group }) => ["Gaia", "2MASS", "WISE"].includes(group))
  .flatMap(({ bands }) => bands);

/** What is known of sources besides their features. */
export interface Circumstances {
  /** `[nRows]` galaxy, cluster or region that the source lies in. */
  readonly hosts: readonly (string | undefined)[];
  /** `[nRows]` indices into {@link SURVEY_CASES} and {@link PLACES}. */
  readonly surveys: Uint8Array;
  readonly places: Uint8Array;
  /** `[nRows]` whether its position is known; where not, it counts as outside. */
  readonly isPlaced: readonly boolean[];
  /** `[nRows]` whether it has no counterpart and lies in no galaxy or cluster. */
  readonly lonely: readonly boolean[];
}

/** {@link Circumstances} of sources, from their positions and the columns of the surveys. */
export function circumstances(
  sources: Pick<Sources, "ra" | "dec" | "matrix">,
): Circumstances {
  const { matrix: { nRows } } = sources, members = membersOf(sources);
  const has = (names: readonly string[]) => {
    const any = new Uint8Array(nRows);
    for (const name of names) {
      const band = columnIn(sources, name);
      for (let row = 0; row < nRows; row++) if (!isNaN(band[row])) any[row] = 1;
    }
    return any;
  };
  const common = has(COMMON_COUNTERPARTS), any = has(COUNTERPART_BANDS);
  return {
    hosts: members.map((member) => member?.name),
    surveys: Uint8Array.from(any, (isAny, row) => common[row] ? 0 : isAny ? 1 : 2),
    places: Uint8Array.from(
      members,
      (member) => member?.kind === "galaxy" ? 1 : member?.kind === "region" ? 2 : 0,
    ),
    isPlaced: Array.from(sources.ra, (ra, row) => !isNaN(ra) && !isNaN(sources.dec[row])),
    lonely: members.map((member, row) =>
      !any[row] && (member === undefined || member.kind === "region")
    ),
  };
}

/** The sets of one case. Lists are by class. */
export interface SetRule {
  /** Index into {@link SURVEY_CASES}, and into {@link PLACES}. */
  readonly surveys: number;
  readonly place: number;
  /** Least probability that lets a class into a set: 1 if only the class named enters. */
  readonly thresholds: readonly number[];
  /** Held-out sources of the case, and the share of them whose sets hold their class. */
  readonly sources: readonly number[];
  readonly held: readonly (number | null)[];
}

/** All that comes between the trees' probabilities and what a product says. */
export interface Decision {
  /** `[nClasses]` by the class that a row's probabilities name, see {@link sharpen}. */
  readonly powers: readonly number[];
  /** Most probability that a source without counterpart, galaxy or cluster may have; 1 for none. */
  readonly mostFromAbsence: number;
  /** `[nClasses]` powers for rows that the limits of a host change; null where it has no limits. */
  readonly limitedPowers: readonly number[] | null;
  /** Share of each class whose sets are to hold the class. */
  readonly coverage: number;
  /** `[nSurveyCases x nPlaces]` for probabilities as they are, and under the limits of hosts. */
  readonly sets: readonly SetRule[];
  readonly limitedSets: readonly SetRule[] | null;
}

/** What {@link decide} makes of the trees' probabilities. */
interface Decided {
  /** `[nRows x 8]` without the limits of hosts and under them. */
  readonly free: Float64Array;
  readonly limited: Float64Array;
  /** `[nRows]` whether the two differ. */
  readonly isLimited: readonly boolean[];
}

/**
 * Calibrates, bounds and limits: sharpened by the class named, bounded where absence is all the
 * evidence, and, in another table, under the physical limits of the host, sharpened again where
 * these change anything. Fitting and applying both come through here.
 *
 * @param given `[nRows x 8]` probabilities of the trees.
 * @param matrix The same rows with the added columns; not needed without limits.
 */
export function calibrate(
  given: Float64Array,
  { lonely }: Pick<Circumstances, "lonely">,
  matrix: Matrix,
  { powers, mostFromAbsence, limitedPowers }: Pick<
    Decision,
    "powers" | "mostFromAbsence" | "limitedPowers"
  >,
): Decided {
  const free = boundAbsence(sharpen(given, powers), lonely, mostFromAbsence);
  const unchanged = { free, limited: free, isLimited: lonely.map(() => false) };
  if (!limitedPowers) return unchanged;
  const limited = physicalLimits(free, matrix);
  const isLimited = lonely.map((_, row) => {
    for (let i = row * N; i < (row + 1) * N; i++) if (limited[i] !== free[i]) return true;
    return false;
  });
  isLimited.forEach((is, row) => {
    if (!is) return;
    const own = limited.subarray(row * N, (row + 1) * N);
    own.set(sharpen(own, limitedPowers));
  });
  return { free, limited, isLimited };
}

/**
 * The sets of rows: each class that reaches the threshold of the row's case, and always the class
 * named, so that no set is empty.
 *
 * @returns `[nRows x 8]`: 1 where the class is in the set of the row.
 */
export function setsOf(
  probabilities: Float64Array,
  { surveys, places }: Pick<Circumstances, "surveys" | "places">,
  rules: readonly SetRule[],
): Uint8Array {
  const sets = new Uint8Array(probabilities.length);
  predictedLabels(probabilities, N).forEach((label, row) => {
    const { thresholds } = ruleOf(rules, surveys[row], places[row]);
    for (let c = 0; c < N; c++) {
      if (c === label || probabilities[row * N + c] >= thresholds[c]) sets[row * N + c] = 1;
    }
  });
  return sets;
}

/** The rule of a case; rules stand in the order of surveys, then places. */
function ruleOf(rules: readonly SetRule[], surveys: number, place: number): SetRule {
  return rules[surveys * PLACES.length + place];
}

/** Fewer held-out sources of a class in a case than this promise nothing. */
export const LEAST_OF_CASE = 40;

/**
 * `[nRows]` what the sets of rows like it promise, in words: the case, the share of held-out sources
 * of each class whose sets held it, and the classes of which there were too few to say.
 */
export function promises(
  { surveys, places, isPlaced }: Pick<Circumstances, "surveys" | "places" | "isPlaced">,
  rules: readonly SetRule[],
): string[] {
  const texts = rules.map(({ surveys, place, sources, held }) => {
    const isKnown = (c: number) => sources[c] >= LEAST_OF_CASE && held[c] !== null;
    const known = CLASSES.flatMap((name, c) =>
      isKnown(c) ? [`${name} ${Math.round(100 * held[c]!)} %`] : []
    );
    const few = CLASSES.flatMap((name, c) => isKnown(c) ? [] : [`${name} (${sources[c]})`]);
    const where = `${SURVEY_CASES[surveys].words}, ${PLACES[place].words}`;
    return `${where}: ${known.length > 0 ? `held ${known.join(", ")}` : "nothing is promised"}` +
      (few.length > 0 ? `; too few to say: ${few.join(", ")}` : "");
  });
  return Array.from(
    surveys,
    (case_, row) =>
      isPlaced[row]
        ? texts[case_ * PLACES.length + places[row]]
        : `${SURVEY_CASES[case_].words}, position not known: nothing is promised`,
  );
}

/**
 * Calibrated probabilities: those of a row raised to the power that belongs to the class they name,
 * then scaled to sum to 1. Every row keeps its order of classes.
 *
 * @param probabilities `[nRows x nClasses]`; not changed.
 * @param powers `[nClasses]`.
 */
export function sharpen(probabilities: Float64Array, powers: readonly number[]): Float64Array {
  const n = powers.length, result = new Float64Array(probabilities.length);
  predictedLabels(probabilities, n).forEach((label, row) => {
    const start = row * n;
    let sum = 0;
    for (let i = start; i < start + n; i++) sum += result[i] = probabilities[i] ** powers[label];
    for (let i = start; i < start + n; i++) result[i] /= sum;
  });
  return result;
}

/**
 * Absence is little evidence: no class of a source without counterpart, galaxy or cluster gets more than
 * `most`; what is taken goes to the other classes in their proportions.
 *
 * @param probabilities `[nRows x nClasses]`; changed in place.
 */
export function boundAbsence(
  probabilities: Float64Array,
  isLonely: readonly boolean[],
  most: number,
): Float64Array {
  const n = CLASSES.length;
  isLonely.forEach((alone, row) => {
    if (!alone) return;
    const p = probabilities.subarray(row * n, (row + 1) * n);
    const top = p.indexOf(p.reduce((a, b) => Math.max(a, b)));
    if (!(p[top] > most)) return;
    const rest = 1 - p[top];
    for (let c = 0; c < n; c++) {
      if (c !== top) p[c] = rest > 0 ? p[c] * (1 - most) / rest : (1 - most) / (n - 1);
    }
    p[top] = most;
  });
  return probabilities;
}
