import { FEATURES } from "../catalogue/features.ts";
import { random } from "../run/random.ts";
import { toGalactic } from "../sky/positions.ts";
import { skyCells } from "../sky/sky-cells.ts";
import { logDustColumn } from "../tables/added-features.ts";
import { columnOf, fillDerived, type Sources } from "../tables/sources.ts";

/**
 * Photoelectric cross-section per hydrogen atom of a gas of solar abundances: pieces
 * (c0 + c1 E + c2 E^2) / E^3 x 1e-24 cm2 up to an energy in keV (Morrison & McCammon 1983, Table 2,
 * doi:10.1086/161102).
 */
const CROSS_SECTION: readonly (readonly [upToKev: number, c0: number, c1: number, c2: number])[] = [
  [0.1, 17.3, 608.1, -2150],
  [0.284, 34.6, 267.9, -476.1],
  [0.4, 78.1, 18.8, 4.3],
  [0.532, 71.4, 66.8, -51.4],
  [0.707, 95.5, 145.8, -61.1],
  [0.867, 308.9, -380.6, 294.0],
  [1.303, 120.6, 169.3, -47.7],
  [1.84, 141.3, 146.8, -31.5],
  [2.471, 202.7, 104.7, -17.0],
  [3.21, 342.7, 18.7, 0],
  [4.038, 352.2, 18.7, 0],
  [7.111, 433.9, -2.4, 0.75],
  [8.331, 629.0, 30.9, 0],
  [10, 701.2, 25.2, 0],
];

/** Photoelectric cross-section, cm2 per hydrogen atom, at 0.03 to 10 keV. */
export function crossSectionCm2(energyKev: number): number {
  const piece = CROSS_SECTION.find(([upTo]) => energyKev <= upTo);
  if (!piece || !(energyKev >= 0.03)) {
    throw new RangeError(`no cross-section at ${energyKev} keV; the fit is for 0.03 to 10 keV`);
  }
  const [, c0, c1, c2] = piece;
  return (c0 + energyKev * (c1 + energyKev * c2)) / energyKev ** 3 * 1e-24;
}

/** Energy bands of the X-ray fluxes, keV. */
const BANDS = {
  flux_u: [0.2, 0.5],
  flux_s: [0.5, 1.2],
  flux_m: [1.2, 2],
  flux_h: [2, 7],
  flux_b: [0.5, 7],
  flux_ned: [0.3, 8],
} as const;

/** Name of an X-ray flux that {@link transmission} knows. */
export type XrayBand = keyof typeof BANDS;

/** Energies, even in their logarithm, at which bands are integrated, with the cross-sections there. */
const GRIDS = new Map(
  Object.entries(BANDS).map(([band, [low, high]]) => {
    const steps = 60;
    const energies = Float64Array.from(
      { length: steps },
      (_, i) => low * (high / low) ** ((i + 0.5) / steps),
    );
    return [band, { energies, crossSections: energies.map(crossSectionCm2) }];
  }),
);

/**
 * Share of the energy flux of a power law (photons per keV as E^-photonIndex) that a hydrogen
 * column lets through in a band.
 *
 * @param columnCm2 Hydrogen atoms per cm2.
 */
export function transmission(band: XrayBand, columnCm2: number, photonIndex: number): number {
  const { energies, crossSections } = GRIDS.get(band)!;
  let all = 0, through = 0;
  energies.forEach((energy, i) => {
    const flux = energy ** (2 - photonIndex); // E times photons per ln E
    all += flux;
    through += flux * Math.exp(-columnCm2 * crossSections[i]);
  });
  return through / all;
}

/** Photon index of a typical active nucleus (Mateos et al. 2005, doi:10.1051/0004-6361:20041340). */
const PHOTON_INDEX = 1.9;

/**
 * Extinction over that in V: Wang & Chen 2019 (doi:10.3847/1538-4357/ab1c61) for Gaia, SDSS, 2MASS
 * and WISE to 12 micron; Wyder et al. 2007 (doi:10.1086/521402) with R_V = 3.1 for GALEX; at 22-24
 * micron half of Ks (Flaherty et al. 2007, doi:10.1086/518411).
 */
const EXTINCTION: Readonly<Record<string, number>> = {
  ...{ FUV: 2.66, NUV: 2.65 },
  ...{ u_sdss: 1.584, g_sdss: 1.205, r_sdss: 0.848, i_sdss: 0.63, z_sdss: 0.458 },
  ...{ G: 0.789, Bp: 1.002, Rp: 0.589 },
  ...{ J: 0.243, H: 0.131, Ks: 0.078 },
  ...{ W1: 0.039, W2: 0.026, W3: 0.04, W4: 0.039 },
};
/** Extinction over that in V of the flux density at 24 micron. */
const EXTINCTION_24UM = 0.039;

/**
 * Magnitudes beyond which a survey has no value: 5 sigma or 95 per cent completeness as the surveys
 * state them (Morrissey et al. 2007, DR16, Gaia EDR3, Skrutskie et al. 2006, Wright et al. 2010).
 */
const LIMITS: Readonly<Record<string, number>> = {
  ...{ FUV: 22.6, NUV: 22.7 },
  ...{ u_sdss: 22.15, g_sdss: 23.13, r_sdss: 22.7, i_sdss: 22.2, z_sdss: 20.71 },
  ...{ G: 21, Bp: 21.5, Rp: 20.5 },
  ...{ J: 16.6, H: 15.9, Ks: 15.3 },
  ...{ W1: 17.1, W2: 15.7, W3: 11.5, W4: 7.7 },
};
/** The same at 24 micron, microjansky: MIPSGAL's 5 sigma (Carey et al. 2009, doi:10.1086/596581). */
const LEAST_24UM = 1300;
/** SDSS and GALEX hardly imaged the plane: what lies nearer to it, degrees, has no value there. */
const IMAGED_FROM_DEG = 15;

/** Hydrogen atoms per magnitude of extinction in V, cm-2 (Guver & Ozel 2009, doi:10.1111/j.1365-2966.2009.15598.x). */
const ATOMS_PER_MAG = 2.21e21;
/**
 * Hydrogen atoms, neutral and molecular, in a kiloparsec of the plane at the Sun, cm-2: 1.15 per cm3
 * (Bohlin, Savage & Drake 1978, doi:10.1086/156357).
 */
const ATOMS_PER_KPC = 1.15 * 3.0857e21;

/**
 * Hydrogen column, atoms per cm2, out of the Galaxy: the dust disc of `logDustColumn` (Misiriotis
 * et al. 2006) filled with gas as dense at the Sun as Bohlin et al. found it. Clouds are not in it:
 * real columns scatter about it by a factor of about two.
 *
 * @param l Galactic longitude, degrees; @param b Galactic latitude, degrees.
 */
export function galacticColumnCm2(l: number, b: number): number {
  return ATOMS_PER_KPC * 10 ** logDustColumn(l, b);
}

/** Another place for a source, and what lies before it there. */
export interface Sight {
  /** ICRS position, degrees. */
  readonly ra: number;
  readonly dec: number;
  /** Hydrogen column, atoms per cm2. */
  readonly columnCm2: number;
  /** Times as faint as the source is made, besides: 1 for as bright. */
  readonly dimming: number;
}

/** What {@link behind} takes for granted besides the sights. */
export interface AbsorptionLaw {
  /** 1.9 if absent. */
  readonly photonIndex?: number;
  /** Hydrogen atoms per magnitude of extinction in V, cm-2; 2.21e21 if absent. */
  readonly atomsPerMag?: number;
  /** Sources whose faintest X-ray fluxes are the limits; those given if absent. */
  readonly limitsOf?: Pick<Sources, "matrix">;
}

/**
 * Sources as they would look through other sights: fluxes absorbed band by band, over what their
 * own sight lines absorb already; magnitudes dimmed; and whatever then falls below a survey's limit
 * missing. An X-ray band's limit is the flux that only 2 per cent of `limitsOf` have fainter.
 * Names, labels and probabilities of variability stay; `significance` falls as the root of the
 * broad flux.
 *
 * @param sources Columns of FEATURES and, if there, `significance`.
 * @param sights `[nRows]`.
 * @returns The same rows; undetected ones have no broad flux.
 */
export function behind<Table extends Sources>(
  sources: Table,
  sights: readonly Sight[],
  { photonIndex = PHOTON_INDEX, atomsPerMag = ATOMS_PER_MAG, limitsOf = sources }: AbsorptionLaw =
    {},
): Table {
  const l = columnOf(sources, "gal_l"), b = columnOf(sources, "gal_b");
  const ra = Float64Array.from(sights, ({ ra }) => ra);
  const dec = Float64Array.from(sights, ({ dec }) => dec);
  const own = Float64Array.from(l, (l, row) => galacticColumnCm2(l, b[row]));
  const given = new Map<string, Float64Array>();
  const place = fillDerived(new Map(), { ra, dec });
  const latitude = columnOf({ matrix: place }, "gal_b");

  const share = (band: XrayBand) =>
    own.map((column, row) =>
      transmission(band, Math.max(column, sights[row].columnCm2), photonIndex) /
      transmission(band, column, photonIndex) / sights[row].dimming
    );
  for (const band of Object.keys(BANDS) as XrayBand[]) {
    const values = columnOf(sources, band), left = share(band);
    const least = faintest(columnOf(limitsOf, band));
    given.set(band, values.map((flux, row) => flux * left[row] >= least ? flux * left[row] : NaN));
  }
  const broad = share("flux_b");
  for (const [name, power] of [["significance", 0.5], ["var_inter_sigma_b", 1]] as const) {
    given.set(name, columnOf(sources, name).map((value, row) => value * broad[row] ** power));
  }
  const magnitudesV = own.map((column, row) =>
    Math.max(0, sights[row].columnCm2 - column) / atomsPerMag
  );
  for (const [band, relative] of Object.entries(EXTINCTION)) {
    const isImaged = (row: number) =>
      !/sdss|UV/.test(band) || Math.abs(latitude[row]) >= IMAGED_FROM_DEG;
    given.set(
      band,
      columnOf(sources, band).map((magnitude, row) => {
        const seen = magnitude + relative * magnitudesV[row] +
          2.5 * Math.log10(sights[row].dimming);
        return seen <= LIMITS[band] && isImaged(row) ? seen : NaN;
      }),
    );
  }
  given.set(
    "mips_24um",
    columnOf(sources, "mips_24um").map((flux, row) => {
      const seen = flux * 10 ** (-0.4 * EXTINCTION_24UM * magnitudesV[row]) / sights[row].dimming;
      return seen >= LEAST_24UM ? seen : NaN;
    }),
  );
  for (const { name, from, group } of FEATURES) {
    if (!given.has(name) && !from && group !== "position") given.set(name, columnOf(sources, name));
  }
  return { ...sources, ra, dec, matrix: fillDerived(given, { ra, dec }) };
}

/** Flux that 2 per cent of the positive values are below; 0 without any. */
function faintest(values: Float64Array): number {
  const sorted = values.filter((value) => value > 0).sort();
  return sorted[Math.floor(0.02 * sorted.length)] ?? 0;
}

/** Standard deviation of log10 of a column about the smooth disc: clouds. */
const CLOUDS_DEX = 0.25;

/** Rows of the positions within so many degrees of the Galactic plane. */
export function nearPlane({ ra, dec }: Pick<Sources, "ra" | "dec">, withinDeg = 10): number[] {
  return [...ra.keys()].filter((row) => Math.abs(toGalactic(ra[row], dec[row]).b) <= withinDeg);
}

/**
 * Sights drawn from where a telescope has looked: a sky cell of one degree that holds positions of
 * the list, each cell as likely as any other, and one of its positions; the column of the smooth
 * disc there, times a log-normal scatter for clouds; and a dimming by up to a factor of ten.
 *
 * @param n How many.
 * @param among Positions, e.g. of every source known; only those within `withinDeg` of the plane.
 * @throws RangeError when no position is so near to the plane.
 */
export function drawSights(
  n: number,
  among: Pick<Sources, "ra" | "dec">,
  { seed, withinDeg }: { readonly seed: number; readonly withinDeg?: number },
): Sight[] {
  const stream = random(seed, "sights");
  const rows = nearPlane(among, withinDeg);
  const cells = skyCells(rows.map((row) => among.ra[row]), rows.map((row) => among.dec[row]), 1);
  const fields = Map.groupBy(rows.keys(), (i) => cells[i]);
  if (fields.size === 0) {
    throw new RangeError("no position is near enough to the Galactic plane; give others");
  }
  const lists = [...fields.values()];
  return Array.from({ length: n }, () => {
    const field = lists[stream.integer(lists.length)];
    const row = rows[field[stream.integer(field.length)]];
    const { l, b } = toGalactic(among.ra[row], among.dec[row]);
    return {
      ra: among.ra[row],
      dec: among.dec[row],
      columnCm2: galacticColumnCm2(l, b) * 10 ** (CLOUDS_DEX * stream.normal()),
      dimming: 10 ** stream.uniform(),
    };
  });
}
