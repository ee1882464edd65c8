import { XRAY_BANDS } from "./targets.ts";

// a page of the browser carries this file too

/** What one of our bands has of the energy flux of another that is near it. */
export interface NearBand {
  /** Our band. */
  readonly target: string;
  /** Its energy flux over the other's for a middling spectrum, and the range of usual spectra. */
  readonly share: number;
  readonly range: readonly [least: number, most: number];
}

/**
 * Photon index of a middling spectrum, and the range in which most lie.
 *
 * Source: Kim et al. 2007 (doi:10.1086/511634), who give fluxes of Chandra's sources for indices of
 * 1.4 and 1.7; the CSC takes 2.0 (Evans et al. 2010, doi:10.1088/0067-0049/189/1/37).
 */
const PHOTON_INDEX = 1.7, PHOTON_INDICES = [1.4, 2] as const;
/** How far apart the shares of usual spectra may be for one number to stand for all. */
const MOST_SPREAD = 1.15;
/** How far from 1 a share may be. */
const MOST_CHANGE = 1.5;
/** Ends that a band near ours may have, keV: ours are the broad 0.5-7 and the hard 2-7. */
const ENDS: Readonly<Record<string, readonly [from: number, to: number]>> = {
  flux_b: [0.3, 0.6],
  flux_h: [2, 2.5],
};
const LEAST_END = 6, MOST_END = 10;

/**
 * Energy flux in one band over that in another, of a power law without absorption.
 *
 * @param bands Least and most energy of each, keV.
 */
function shareOf(
  [ours, theirs]: readonly [readonly [number, number], readonly [number, number]],
  index: number,
): number {
  const flux = ([least, most]: readonly [number, number]) =>
    index === 2
      ? Math.log(most / least)
      : (most ** (2 - index) - least ** (2 - index)) / (2 - index);
  return flux(ours) / flux(theirs);
}

/**
 * Which of our bands, the broad or the hard one, another band of Chandra's instruments is near: the
 * 0.5-8 keV of most papers has some 7 per cent more than 0.5-7 keV, whatever the spectrum. A soft
 * band of 0.5-2 keV is none of ours: it is two.
 *
 * @param band Least and most energy, keV.
 */
export function nearBand(band: readonly [least: number, most: number]): NearBand | undefined {
  const [least, most] = band;
  if (most < LEAST_END || most > MOST_END) return undefined;
  const target = Object.keys(ENDS).find((one) => ENDS[one][0] <= least && least <= ENDS[one][1]);
  if (target === undefined) return undefined;
  const bands = [XRAY_BANDS[target], band] as const;
  const share = shareOf(bands, PHOTON_INDEX);
  const shares = [share, ...PHOTON_INDICES.map((index) => shareOf(bands, index))];
  const low = Math.min(...shares), high = Math.max(...shares);
  const isNear = high / low <= MOST_SPREAD && Math.max(share, 1 / share) <= MOST_CHANGE;
  return isNear ? { target, share, range: [low, high] } : undefined;
}

/** A share in hundredths. */
export function shareWords(share: number): string {
  return String(Number(share.toFixed(2)));
}
