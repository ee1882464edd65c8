import type { DataFrame } from "nodejs-polars";
import { toMatrix } from "../catalogue/matrix.ts";

/** Flux density of W4 = 0: Jarrett et al. 2011 (doi:10.1088/0004-637X/735/2/112), microjansky. */
const W4_ZERO_MICROJANSKY = 8.363e6;
/** Fainter, WISE lists many upper limits. */
export const WELL_DETECTED_W4 = 8;

/**
 * log10 of the 24 micron value over the 22 micron flux density that W4 implies, both taken as
 * microjansky, for AGN that W4 detects well: they are points for both telescopes, where the wide
 * beam of WISE sees a star with the cloud around it.
 *
 * @param classes `[nRows]` class names.
 */
export function mipsToWise(frame: DataFrame, classes: readonly string[]): number[] {
  const { values } = toMatrix(frame, ["W4", "mips_24um"]);
  return classes.flatMap((name, row) => {
    const [w4, microjansky] = values.subarray(2 * row, 2 * row + 2);
    if (name !== "AGN" || !(w4 < WELL_DETECTED_W4) || !(microjansky > 0)) return [];
    return [Math.log10(microjansky / (W4_ZERO_MICROJANSKY * 10 ** (-0.4 * w4)))];
  });
}
