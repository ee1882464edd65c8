import { columnOf, FEATURES, fillDerived, type Sources } from "@csc-classify/chandra-sources";
import { random } from "@csc-classify/forests";
import { toGalactic } from "@csc-classify/sky";
import { skyCells } from "@csc-classify/sky/healpix";
import { DUST_DISC, logDustColumn } from "../tables/added-features.ts";

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
const XRAY_BANDS = {
  flux_u: [0.2, 0.5],
  flux_s: [0.5, 1.2],
  flux_m: [1.2, 2],
  flux_h: [2, 7],
  flux_b: [0.5, 7],
  flux_ned: [0.3, 8],
} as const;

/** Name of an X-ray flux that {@link transmission} knows. */
export type XrayBand = keyof typeof XRAY_BANDS;

/**
 * Effective area of mirrors and ACIS (front-illuminated) on axis, cm2, by energy, keV; linear
 * between. Chandra Proposers' Observatory Guide, table of ACIS' characteristics.
 */
const EFFECTIVE_AREA: readonly (readonly [energyKev: number, areaCm2: number])[] = [
  [0.5, 110],
  [1.5, 600],
  [8, 40],
];

function effectiveAreaCm2(energyKev: number): number {
  const next = EFFECTIVE_AREA.findIndex(([energy]) => energy >= energyKev);
  if (next <= 0) return EFFECTIVE_AREA.at(next)![1];
  const [[low, before], [high, after]] = EFFECTIVE_AREA.slice(next - 1, next + 1);
  return before + (after - before) * (energyKev - low) / (high - low);
}

/** Energies, even in their logarithm, at which bands are integrated, with what is needed there. */
const GRIDS = new Map(
  Object.entries(XRAY_BANDS).map(([band, [low, high]]) => {
    const steps = 60;
    const energies = Float64Array.from(
      { length: steps },
      (_, i) => low * (high / low) ** ((i + 0.5) / steps),
    );
    const areas = energies.map(effectiveAreaCm2);
    return [band, { energies, areas, crossSections: energies.map(crossSectionCm2) }];
  }),
);

/** What of a source is measured: its energy flux, its photon flux, or the counts it gives. */
type Measured = "energy" | "photons" | "counts";

/**
 * Share of a power law (photons per keV as E^-photonIndex) that a hydrogen column lets through in a
 * band: of its energy flux; of its photon flux, which is what `var_inter_sigma_b` is measured in;
 * or of its counts, photons times effective area, whose root a significance follows.
 *
 * @param columnCm2 Hydrogen atoms per cm2.
 */
export function transmission(
  band: XrayBand,
  columnCm2: number,
  photonIndex: number,
  measured: Measured = "energy",
): number {
  const { energies, areas, crossSections } = GRIDS.get(band)!;
  let all = 0, through = 0;
  energies.forEach((energy, i) => {
    const photons = energy ** (1 - photonIndex); // per ln E
    const weight = photons * { energy, photons: 1, counts: areas[i] }[measured];
    all += weight;
    through += weight * Math.exp(-columnCm2 * crossSections[i]);
  });
  return through / all;
}

/** Photon index of a typical active nucleus (Mateos et al. 2005, doi:10.1051/0004-6361:20041340). */
const PHOTON_INDEX = 1.9;

/**
 * Extinction over that in V: Wang & Chen 2019 (doi:10.3847/1538-4357/ab1c61) for Gaia, SDSS, 2MASS
 * and WISE to 12 micron; Wyder et al. 2007 (doi:10.1086/521402) with R_V = 3.1 for GALEX; at 22
 * micron half of Ks (Flaherty et al. 2007, doi:10.1086/518411).
 */
const EXTINCTION: Readonly<Record<string, number>> = {
  FUV: 2.66,
  NUV: 2.65,
  u_sdss: 1.584,
  g_sdss: 1.205,
  r_sdss: 0.848,
  i_sdss: 0.63,
  z_sdss: 0.458,
  G: 0.789,
  Bp: 1.002,
  Rp: 0.589,
  J: 0.243,
  H: 0.131,
  Ks: 0.078,
  W1: 0.039,
  W2: 0.026,
  W3: 0.04,
  W4: 0.039,
};
/** Extinction over that in V at 24 micron: half of Ks (Flaherty et al. 2007, doi:10.1086/518411). */
const EXTINCTION_24UM = 0.039;

/**
 * Magnitudes beyond which a survey has no value, 5 sigma where not said otherwise: GALEX's all-sky
 * survey, which imaged most of what it saw (Morrissey et al. 2007, doi:10.1086/520512; Bianchi et
 * al. 2017, doi:10.3847/1538-4365/aa7053); SDSS, 95 per cent completeness (DR16,
 * doi:10.3847/1538-4365/ab929e); Gaia EDR3 (doi:10.1051/0004-6361/202039657); 2MASS, its 10 sigma
 * limits of 15.8, 15.1 and 14.3 and 0.75 mag (Skrutskie et al. 2006, doi:10.1086/498708); WISE's
 * all-sky release (Wright et al. 2010, doi:10.1088/0004-6256/140/6/1868).
 */
const SURVEY_DEPTHS: Readonly<Record<string, number>> = {
  FUV: 19.9,
  NUV: 20.8,
  u_sdss: 22.15,
  g_sdss: 23.13,
  r_sdss: 22.7,
  i_sdss: 22.2,
  z_sdss: 20.71,
  G: 21,
  Bp: 21.5,
  Rp: 20.5,
  J: 16.55,
  H: 15.85,
  Ks: 15.05,
  W1: 17.1,
  W2: 15.7,
  W3: 11.5,
  W4: 7.7,
};
/**
 * The same at 24 micron, microjansky: 5 sigma, of MIPSGAL's 2 mJy at 3 sigma (Carey et al. 2009,
 * doi:10.1086/596581), which is all there is of that depth in the plane.
 */
const LEAST_24UM = 3300;
/** MIPSGAL imaged what lies so near to the plane, degrees; beyond, in it, nobody did. */
const MIPSGAL_WITHIN_DEG = 1;
/** SDSS and GALEX hardly imaged the plane: what lies nearer to it, degrees, has no value there. */
const IMAGED_FROM_DEG = 15;
/**
 * Stars so crowd in the plane that 2MASS and WISE are shallower there, by so much, mag, within so
 * many degrees of it: a rounded estimate. Skrutskie et al. 2006 and Wright et al. 2010 show it in
 * figures only, which could not be read for this.
 */
const CROWDED: readonly (readonly [withinDeg: number, mag: number])[] = [[5, 1], [10, 0.5]];
const CROWDS: readonly string[] = ["J", "H", "Ks", "W1", "W2"];

/** Hydrogen atoms per magnitude of extinction in V, cm-2 (Guver & Ozel 2009, doi:10.1111/j.1365-2966.2009.15598.x). */
const ATOMS_PER_MAG = 2.21e21;
/**
 * Mean column of neutral hydrogen towards Galactic latitude b, cm-2: 3.84e20 / sin |b| less 2.11e20
 * (Dickey & Lockman 1990, doi:10.1146/annurev.aa.28.090190.001243, equation 7). The first is half a
 * disc, the second what the Sun's surroundings lack of it.
 */
const HALF_DISC_CM2 = 3.84e20, CAVITY_CM2 = 2.11e20;
/** No sight line out of the Galaxy has less: the Lockman Hole (Lockman et al. 1986, doi:10.1086/164002). */
const LEAST_CM2 = 4.5e19;

/**
 * Hydrogen column, atoms per cm2, out of the Galaxy: the dust disc of `logDustColumn` filled with
 * gas such that half of it holds what Dickey & Lockman found, less the cavity about the Sun. Clouds
 * and holes are not in it: real columns scatter about it by a factor of about two, and deep fields
 * were chosen for holes (that of CDF-S is 0.9e20, a third of this).
 *
 * @param l Galactic longitude, degrees; @param b Galactic latitude, degrees.
 */
export function galacticColumnCm2(l: number, b: number): number {
  const perKpc = HALF_DISC_CM2 / DUST_DISC.height;
  return Math.max(LEAST_CM2, perKpc * 10 ** logDustColumn(l, b) - CAVITY_CM2);
}

/** The CSC's own column of a source in atoms per cm2, `nh_gal` in units of 1e20, where known. */
function ownColumns(sources: Sources): Float64Array {
  const l = columnOf(sources, "gal_l"), b = columnOf(sources, "gal_b");
  return columnOf(sources, "nh_gal").map((column, row) =>
    column > 0 ? 1e20 * column : galacticColumnCm2(l[row], b[row])
  );
}

/** Another place for a source, and what lies before it there. */
interface Sight {
  /** ICRS position, degrees. */
  readonly ra: number;
  readonly dec: number;
  /** Hydrogen column, atoms per cm2. */
  readonly columnCm2: number;
  /** Times as faint as the source is made, besides: 1 for as bright. */
  readonly dimming: number;
}

/** What {@link behind} takes for granted besides the sights. */
interface AbsorptionLaw {
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
 * Names, labels and probabilities of variability stay; `var_inter_sigma_b` falls as the photon flux,
 * `significance` as the root of the counts, of the broad band.
 *
 * @param sources Columns of FEATURES and, if there, `significance` and `nh_gal`.
 * @param sights `[nRows]`.
 * @returns The same rows; undetected ones have no broad flux.
 */
export function behind<Table extends Sources>(
  sources: Table,
  sights: readonly Sight[],
  { photonIndex = PHOTON_INDEX, atomsPerMag = ATOMS_PER_MAG, limitsOf = sources }: AbsorptionLaw =
    {},
): Table {
  const ra = Float64Array.from(sights, ({ ra }) => ra);
  const dec = Float64Array.from(sights, ({ dec }) => dec);
  const own = ownColumns(sources);
  const given = new Map<string, Float64Array>();
  const place = fillDerived(new Map(), { ra, dec });
  const latitude = columnOf({ matrix: place }, "gal_b");

  const share = (band: XrayBand, measured: Measured = "energy") =>
    own.map((column, row) =>
      transmission(band, Math.max(column, sights[row].columnCm2), photonIndex, measured) /
      transmission(band, column, photonIndex, measured) / sights[row].dimming
    );
  for (const band of Object.keys(XRAY_BANDS) as XrayBand[]) {
    const values = columnOf(sources, band), left = share(band);
    const least = faintest(columnOf(limitsOf, band));
    given.set(band, values.map((flux, row) => flux * left[row] >= least ? flux * left[row] : NaN));
  }
  const photons = share("flux_b", "photons"), counts = share("flux_b", "counts");
  const significance = columnOf(sources, "significance");
  given.set("significance", significance.map((value, row) => value * Math.sqrt(counts[row])));
  const sigma = columnOf(sources, "var_inter_sigma_b");
  given.set("var_inter_sigma_b", sigma.map((value, row) => value * photons[row]));
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
        return seen <= SURVEY_DEPTHS[band] - shallower(band, latitude[row]) && isImaged(row)
          ? seen
          : NaN;
      }),
    );
  }
  given.set(
    "mips_24um",
    columnOf(sources, "mips_24um").map((flux, row) => {
      const seen = flux * 10 ** (-0.4 * EXTINCTION_24UM * magnitudesV[row]) / sights[row].dimming;
      const isIn = Math.abs(latitude[row]) < MIPSGAL_WITHIN_DEG ||
        Math.abs(latitude[row]) >= PLANE_DEG;
      return seen >= LEAST_24UM && isIn ? seen : NaN;
    }),
  );
  for (const { name, from, group } of FEATURES) {
    if (!given.has(name) && !from && group !== "position") given.set(name, columnOf(sources, name));
  }
  return { ...sources, ra, dec, matrix: fillDerived(given, { ra, dec }) };
}

/** How much shallower a survey is for the crowd of stars at a latitude, mag. */
function shallower(band: string, latitude: number): number {
  if (!CROWDS.includes(band)) return 0;
  return CROWDED.find(([within]) => Math.abs(latitude) < within)?.[1] ?? 0;
}

/** Flux that 2 per cent of the positive values are below; 0 without any. */
function faintest(values: Float64Array): number {
  const sorted = values.filter((value) => value > 0).sort();
  return sorted[Math.floor(0.02 * sorted.length)] ?? 0;
}

/** Standard deviation of log10 of a column about the smooth disc: clouds. */
const CLOUDS_DEX = 0.25;

/** What counts as near to the Galactic plane, degrees. */
const PLANE_DEG = 10;

/** Rows of the positions within 10 degrees of the Galactic plane. */
export function nearPlane({ ra, dec }: Pick<Sources, "ra" | "dec">): number[] {
  return [...ra.keys()].filter((row) => Math.abs(toGalactic(ra[row], dec[row]).b) <= PLANE_DEG);
}

/**
 * Sights drawn from where a telescope has looked: a sky cell of one degree that holds positions of
 * the list, each cell as likely as any other, and one of its positions; the column of the smooth
 * disc there, times a log-normal scatter for clouds; and a dimming by up to a factor of ten.
 *
 * @param n How many.
 * @param among Positions, e.g. of every source known; only those near the plane.
 * @throws RangeError when no position is so near to the plane.
 */
export function drawSights(
  n: number,
  among: Pick<Sources, "ra" | "dec">,
  seed: number,
): Sight[] {
  const stream = random(seed, "sights");
  const rows = nearPlane(among);
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
