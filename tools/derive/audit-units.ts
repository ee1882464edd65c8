import { CLASSES } from "#lib/catalogue/classes.ts";
import { FEATURES } from "#lib/catalogue/features.ts";
import { type Matrix, takeColumns } from "#lib/catalogue/matrix.ts";
import type { LabelledSources } from "#lib/tables/sources.ts";

/**
 * What each survey can measure, magnitudes: beyond is no magnitude of it. Bright ends are those of
 * the brightest stars; faint ends leave room for the deepest fields (GOODS, COSMOS) that NED lists
 * under the same headers.
 */
export const PLAUSIBLE_MAG: Readonly<Record<string, readonly [bright: number, faint: number]>> = {
  FUV: [8, 28],
  NUV: [8, 28],
  u_sdss: [6, 28],
  g_sdss: [6, 28],
  r_sdss: [6, 28],
  i_sdss: [6, 28],
  z_sdss: [6, 28],
  W1: [-4, 20],
  W2: [-4, 19],
  W3: [-4, 16],
  W4: [-5, 12],
  J: [-5, 24],
  H: [-5, 24],
  Ks: [-5, 24],
};

/** Flux density of magnitude 0 in the MIPS 24 micron band: Rieke et al. 2008 (doi:10.1088/0004-6256/135/6/2245). */
const MIPS_ZERO_MICROJANSKY = 7.17e6;
/** NED lists this band in microjansky, mostly; less than this is some other unit. */
const LEAST_MICROJANSKY = 0.1;

/** A mended matrix, and what was done. */
export interface Mended {
  readonly matrix: Matrix;
  /** By feature: values that were no magnitude and are now missing. */
  readonly refused: Readonly<Record<string, number>>;
  /** Values of `mips_24um` that became Vega magnitudes. */
  readonly converted: number;
}

/**
 * Units made right: magnitudes that cannot be ones become missing, the 24 micron flux density a
 * Vega magnitude, and colours are computed again from what is left.
 *
 * @param matrix `[nRows x 41]` with the columns of FEATURES; not changed.
 */
export function mendUnits(matrix: Matrix): Mended {
  const values = matrix.values.slice(), { nRows, nColumns, names } = matrix;
  const refused: Record<string, number> = {};
  let converted = 0;
  const change = (name: string, mended: (value: number) => number) => {
    const column = names.indexOf(name);
    for (let at = column; at < nRows * nColumns; at += nColumns) {
      if (!Number.isNaN(values[at])) values[at] = mended(values[at]);
    }
  };
  for (const [name, [bright, faint]] of Object.entries(PLAUSIBLE_MAG)) {
    refused[name] = 0;
    change(name, (value) => {
      if (value >= bright && value <= faint) return value;
      refused[name]++;
      return NaN;
    });
  }
  refused.mips_24um = 0;
  change("mips_24um", (microjansky) => {
    if (microjansky < LEAST_MICROJANSKY) {
      refused.mips_24um++;
      return NaN;
    }
    converted++;
    return -2.5 * Math.log10(microjansky / MIPS_ZERO_MICROJANSKY);
  });
  for (const { name, from } of FEATURES) {
    if (!from) continue;
    const column = names.indexOf(name), [first, second] = from.map((part) => names.indexOf(part));
    for (let start = 0; start < nRows * nColumns; start += nColumns) {
      values[start + column] = values[start + first] - values[start + second];
    }
  }
  return { matrix: { values, nRows, nColumns, names }, refused, converted };
}

/** Flux density of W4 = 0: Jarrett et al. 2011 (doi:10.1088/0004-637X/735/2/112), microjansky. */
const W4_ZERO_MICROJANSKY = 8.363e6;
/** Fainter, WISE lists many upper limits. */
export const WELL_DETECTED_W4 = 8;

/**
 * log10 of the 24 micron value over the 22 micron flux density that W4 implies, both taken as
 * microjansky, for AGN that W4 detects well: they are points for both telescopes, where the wide
 * beam of WISE sees a star with the cloud around it.
 */
export function mipsToWise({ matrix, labels }: LabelledSources): number[] {
  const { values } = takeColumns(matrix, ["W4", "mips_24um"]);
  return Array.from(labels).flatMap((label, row) => {
    const [w4, microjansky] = values.subarray(2 * row, 2 * row + 2);
    if (CLASSES[label] !== "AGN" || !(w4 < WELL_DETECTED_W4) || !(microjansky > 0)) return [];
    return [Math.log10(microjansky / (W4_ZERO_MICROJANSKY * 10 ** (-0.4 * w4)))];
  });
}
