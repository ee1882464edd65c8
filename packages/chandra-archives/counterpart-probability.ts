import { type Positions, RADIANS, separationArcsec } from "@csc-classify/sky";

/** Sources as they were searched around, arcsec; NaN where a source was not. */
interface SearchedCircles extends Positions {
  /** `[nSources]` radius of the search. */
  readonly radius: Float64Array;
  /** `[nSources]` semi-axes of the 3-sigma error ellipse, the catalogue's own errors included. */
  readonly major: Float64Array;
  readonly minor: Float64Array;
}

/** Entries found around the sources. */
interface FoundEntries {
  /** `[nPairs]` row of the source. */
  readonly rows: Float64Array;
  /** `[nPairs]` distance from the source in units of its 3-sigma ellipse. */
  readonly radii: Float64Array;
}

/** How sure the counterparts of one catalogue are. */
interface CounterpartProbability {
  /** `[nSources]` that the source has a counterpart among its entries; NaN where not searched. */
  readonly pAny: Float64Array;
  /** `[nPairs]` that it is this entry if it is any: the sum over a source's entries is 1. */
  readonly pThis: Float64Array;
  /** `[nSources]` entries per square arcsec around the source; NaN where not searched. */
  readonly density: Float64Array;
}

/** Surroundings of a source: sources within this many degrees tell the density of entries. */
const SURROUNDINGS_DEG = 0.2;

/**
 * That a source has a counterpart in a catalogue (`p_any` of NWAY), and that it is this entry
 * (`p_i`), from distances and density alone: Budavari & Szalay 2008 (doi:10.1086/587156, equation
 * 16), Salvato et al. 2018 (doi:10.1093/mnras/stx2651, appendix B). An entry d sigma away weighs
 * exp(-d^2/2) / (2 pi sigma_1 sigma_2 density), no counterpart weighs 1, as with NWAY's completeness
 * of 1: where a catalogue lacks many of the true counterparts `p_any` is too large.
 *
 * The density is that of the entries in the searched circles of all sources within 0.2 degrees,
 * outside their ellipses, and one more, as NWAY counts.
 */
export function counterpartProbability(
  sources: SearchedCircles,
  { rows, radii }: FoundEntries,
): CounterpartProbability {
  const nSources = sources.ra.length, density = densityAround(sources, { rows, radii });
  const sums = new Float64Array(nSources);
  const weights = Float64Array.from(rows, (row, pair) => {
    const { [row]: major } = sources.major, { [row]: minor } = sources.minor;
    // 3 sigma along each axis
    const area = 2 * Math.PI * (major / 3) * (minor / 3) * density[row];
    const weight = Math.exp(-((3 * radii[pair]) ** 2) / 2) / area;
    sums[row] += weight;
    return weight;
  });
  return {
    pAny: sums.map((sum, row) => isNaN(density[row]) ? NaN : sum / (1 + sum)),
    pThis: weights.map((weight, pair) => weight > 0 ? weight / sums[rows[pair]] : 0),
    density,
  };
}

/** Entries per square arcsec around each source. */
function densityAround(sources: SearchedCircles, { rows, radii }: FoundEntries): Float64Array {
  const { ra, dec, radius, major, minor } = sources, nSources = ra.length;
  const outside = new Float64Array(nSources);
  rows.forEach((row, pair) => outside[row] += radii[pair] > 1 ? 1 : 0);
  const area = radius.map((reach, row) =>
    isNaN(reach) ? 0 : Math.PI * Math.max(0, reach ** 2 - major[row] * minor[row])
  );
  const order = Array.from({ length: nSources }, (_, row) => row)
    .filter((row) => !isNaN(radius[row])).sort((a, b) => dec[a] - dec[b]);
  const density = new Float64Array(nSources).fill(NaN);
  let first = 0;
  for (const row of order) {
    while (dec[order[first]] < dec[row] - SURROUNDINGS_DEG) first++;
    const wide = SURROUNDINGS_DEG / Math.max(1e-6, Math.cos((Math.abs(dec[row]) + 0.2) * RADIANS));
    let entries = 0, square = 0;
    for (let i = first; i < order.length; i++) {
      const other = order[i];
      if (dec[other] > dec[row] + SURROUNDINGS_DEG) break;
      const turn = Math.abs(ra[other] - ra[row]), away = Math.min(turn, 360 - turn);
      if (away > wide && Math.abs(dec[row]) < 89) continue;
      const apart = separationArcsec(ra[row], dec[row], ra[other], dec[other]);
      if (apart > 3600 * SURROUNDINGS_DEG) continue;
      entries += outside[other];
      square += area[other];
    }
    // a source whose ellipse fills its circle says nothing of its surroundings
    density[row] = square > 0 ? (entries + 1) / square : NaN;
  }
  return density;
}
