import { CLASSES, columnIn, rowsOf } from "@csc-classify/chandra-sources/quantities";
import type { Matrix } from "@csc-classify/forests";
import { LUMINOSITY_ERROR } from "../tables/added-features.ts";
import type { CrossValidation } from "../validation/cross-validate.ts";

/**
 * Numerical Hubble type of S0 galaxies and earlier: no stars young enough for an HMXB (Fabbiano
 * 2006).
 */
const EARLY_TYPE = -1.5;
/**
 * log10 of the least luminosity, erg/s, of an ultraluminous source: 10^39 in 0.3-10 keV (Kaaret et
 * al. 2017).
 */
const ULTRALUMINOUS = 39;
/**
 * Standard deviation of log10 of a luminosity but for the distance: these sources vary by factors
 * of two (Kaaret et al. 2017, doi:10.1146/annurev-astro-091916-055259), and 0.5-7 keV hold 0.12
 * dex less than 0.3-10 keV of a power law of photon index 1.7 to 2.
 */
const LUMINOSITY_SCATTER = 0.25;
/** Standard deviations of log10 of the luminosity that a source must be fainter by. */
const SIGMAS = 2;
/** Error of the distance, as a share of it, where none is stated. */
const DISTANCE_ERROR = 0.2;
/** log10 of the distance, Mpc, beyond which CVs and pulsars are too faint for Chandra (2 Mpc). */
const OUTSIDE_LOCAL_GROUP = Math.log10(2);

/** Share left to an excluded class: distances, types and labels err. Keeps its order of sources. */
const LEFT = 0.02;

/** The rules in numbers, for other languages; see {@link physicalLimits}. */
export const LUMINOSITY_LIMITS = {
  earlyType: EARLY_TYPE,
  ultraluminous: ULTRALUMINOUS,
  scatter: LUMINOSITY_SCATTER,
  sigmas: SIGMAS,
  error: 2 * Math.log10(1 + DISTANCE_ERROR),
  outsideLocalGroup: OUTSIDE_LOCAL_GROUP,
  left: LEFT,
};

const COLUMNS = ["galaxy_in", "galaxy_type", "galaxy_log_lx", "galaxy_log_distance"];
const [HMXB, LMXB, ULX, CV, PULSAR] = (["HMXB", "LMXB", "ULX", "CV", "PULSAR"] as const).map(
  (name) => CLASSES.indexOf(name),
);

/**
 * Takes from a source inside a nearby galaxy 98 per cent of what its host excludes, and gives it
 * to X-ray binaries: HMXBs in early-type galaxies (Fabbiano 2006,
 * doi:10.1146/annurev.astro.44.051905.092519), ultraluminous sources that are not luminous, and
 * cataclysmic variables and pulsars beyond the Local Group. Luminosity and distance exclude where
 * they do so by two standard deviations, in which the error of the galaxy's distance is. In
 * early-type galaxies binaries are LMXBs; in others HMXBs and LMXBs share as their probabilities do.
 * Nothing is fitted. Sources outside galaxies stay as they are.
 *
 * @param probabilities `[nRows x 8]`; not changed.
 * @param matrix The same rows with the added columns of nearby galaxies.
 * @returns `[nRows x 8]`, rows summing as before.
 */
export function physicalLimits(probabilities: Float64Array, matrix: Matrix): Float64Array {
  const { values } = rowsOf(matrix, COLUMNS);
  const errors = columnIn({ matrix }, LUMINOSITY_ERROR);
  const result = probabilities.slice();
  for (let row = 0; row < matrix.nRows; row++) {
    if (!values[4 * row]) continue;
    const [, type, luminosity, distance] = values.subarray(4 * row, 4 * row + 4);
    const p = result.subarray(row * CLASSES.length, (row + 1) * CLASSES.length);
    const isEarly = type <= EARLY_TYPE;
    let excluded = isEarly ? take(p, HMXB) : 0;
    // of twice the logarithm of the distance
    const error = isNaN(errors[row]) ? LUMINOSITY_LIMITS.error : errors[row];
    const margin = SIGMAS * Math.hypot(LUMINOSITY_SCATTER, error);
    if (luminosity < ULTRALUMINOUS - margin) excluded += take(p, ULX);
    if (distance > OUTSIDE_LOCAL_GROUP + SIGMAS * error / 2) {
      excluded += take(p, CV) + take(p, PULSAR);
    }
    const binaries = p[HMXB] + p[LMXB];
    const toLmxb = isEarly ? excluded : binaries > 0 ? excluded * p[LMXB] / binaries : 0;
    p[LMXB] += toLmxb;
    p[HMXB] += excluded - toLmxb;
  }
  return result;
}

/** {@link physicalLimits} of every repetition of a cross-validation. */
export function withPhysicalLimits(validation: CrossValidation, matrix: Matrix): CrossValidation {
  const iterations = validation.iterations.map(({ fold, probabilities }) => ({
    fold,
    probabilities: physicalLimits(probabilities, matrix),
  }));
  return { ...validation, iterations };
}

function take(p: Float64Array, label: number): number {
  const taken = (1 - LEFT) * p[label];
  p[label] -= taken;
  return taken;
}
