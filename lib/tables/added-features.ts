import { FEATURE_NAMES, FEATURES } from "../catalogue/features.ts";
import { RADIANS } from "../sky/positions.ts";
import {
  GLOBULAR_CLUSTERS,
  logLuminosity,
  membership,
  NEARBY_GALAXIES,
  STAR_FORMING_REGIONS,
} from "../sky/objects.ts";
import type { Sources } from "./sources.ts";

/** Value of a physical column of one source: a feature, `ra`, `dec` or `significance`. */
type Get = (name: string) => number;

/** A set of columns made from the physical ones of the same source, and nothing else. */
export interface FeatureSet {
  readonly id: string;
  readonly title: string;
  readonly names: readonly string[];
  /** One value a name; NaN where an input is missing. */
  readonly values: (get: Get) => readonly number[];
}

const log = (value: number) => value > 0 ? Math.log10(value) : NaN;
const ratio = (a: number, b: number) => (a - b) / (a + b);
/** 0.5-7 keV flux; NED's 0.3-8 keV flux where there is none. */
const brightness = (get: Get) => get("flux_b") > 0 ? get("flux_b") : get("flux_ned");

const HARDNESS: FeatureSet = {
  id: "hardness",
  title: "hardness ratios",
  names: ["hr_hs", "hr_hm", "hr_ms", "log_us"],
  values(get) {
    const [u, s, m, h] = ["flux_u", "flux_s", "flux_m", "flux_h"].map(get);
    return [ratio(h, s), ratio(h, m), ratio(m, s), log(u) - log(s)];
  },
};

/** Bands that X-ray fluxes are divided by; a magnitude m stands for a flux of 10^(-0.4 m). */
const BANDS = ["G", "r_sdss", "W1", "J", "W3", "Ks", "NUV"] as const;

const FLUX_RATIOS: FeatureSet = {
  id: "flux-ratios",
  title: "X-ray to ultraviolet, optical and infrared flux ratios",
  names: [...BANDS.map((band) => `log_x_${band}`), "log_h_G", "log_s_G", "log_x_24um"],
  values(get) {
    const x = log(brightness(get)), g = 0.4 * get("G");
    return [
      ...BANDS.map((band) => x + 0.4 * get(band)),
      log(get("flux_h")) + g,
      log(get("flux_s")) + g,
      x - log(get("mips_24um")),
    ];
  },
};

const PAIRS = [
  ["W2", "W3"],
  ["W3", "W4"],
  ["H", "Ks"],
  ["G", "W1"],
  ["r_sdss", "W1"],
  ["u_sdss", "g_sdss"],
  ["g_sdss", "r_sdss"],
  ["r_sdss", "i_sdss"],
  ["i_sdss", "z_sdss"],
  ["NUV", "G"],
  ["FUV", "NUV"],
  ["G", "Ks"],
  ["Ks", "W1"],
] as const;

const COLOURS: FeatureSet = {
  id: "colours",
  title: "more colours",
  names: PAIRS.map(([a, b]) => `${a}_${b}`),
  values: (get) => PAIRS.map(([a, b]) => get(a) - get(b)),
};

const GALACTIC: FeatureSet = {
  id: "galactic",
  title: "Galactic structure: |b|, |l|, angle from the centre, dust column",
  names: ["abs_b", "abs_l", "centre_angle", "log_dust"],
  values(get) {
    const l = get("gal_l"), b = get("gal_b");
    const cos = Math.cos(b * RADIANS) * Math.cos(l * RADIANS);
    return [
      Math.abs(b),
      Math.abs(l > 180 ? l - 360 : l),
      Math.acos(cos) / RADIANS,
      logDustColumn(l, b),
    ];
  },
};

const GALAXIES: FeatureSet = {
  id: "galaxies",
  title: "membership of nearby galaxies, their type, the luminosity implied",
  names: [
    ...["galaxy_offset", "galaxy_log_lx", "galaxy_type", "galaxy_log_distance", "galaxy_in"],
    ...["galaxy_axis_ratio", "galaxy_offset_kpc", "galaxy_offset_arcmin"],
  ],
  values(get) {
    const member = membership(get("ra"), get("dec"), NEARBY_GALAXIES, 3);
    if (!member) return [NaN, NaN, NaN, NaN, 0, NaN, NaN, NaN];
    const { object: { distanceMpc, typeT, axisRatio }, offset, separationArcmin } = member;
    if (offset >= 1.3) return [offset, NaN, NaN, NaN, 0, NaN, NaN, NaN];
    const kpc = 1000 * distanceMpc * separationArcmin / 60 * RADIANS;
    const luminosity = logLuminosity(brightness(get), distanceMpc);
    const distance = Math.log10(distanceMpc);
    return [offset, luminosity, typeT, distance, 1, axisRatio, kpc, separationArcmin];
  },
};

const CLUSTERS: FeatureSet = {
  id: "clusters",
  title: "globular clusters: offset, luminosity implied",
  names: ["cluster_offset", "cluster_log_lx", "cluster_in"],
  values: (get) => inside(get, GLOBULAR_CLUSTERS, 8, 4),
};

const REGIONS: FeatureSet = {
  id: "star-formation",
  title: "star-forming regions: offset, luminosity implied",
  names: ["region_offset", "region_log_lx", "region_in"],
  values: (get) => inside(get, STAR_FORMING_REGIONS, 4, 1.2),
};

const DETECTION: FeatureSet = {
  id: "detection",
  title: "significance, and how the two X-ray fluxes agree",
  names: ["log_significance", "log_ned_b"],
  values: (get) => [log(get("significance")), log(get("flux_ned")) - log(get("flux_b"))],
};

const COUNTED = ["SDSS", "Gaia", "WISE", "2MASS", "GALEX", "X-ray flux"] as const;
const GROUP_NAMES = COUNTED.map((group) =>
  FEATURES.filter((feature) => feature.group === group).map(({ name }) => name)
);

const AVAILABILITY: FeatureSet = {
  id: "availability",
  title: "how many bands of each survey have a value",
  names: [...COUNTED.map((group) => `n_${group.replace(/\W/g, "_")}`), "n_all"],
  values(get) {
    const present = (names: readonly string[]) =>
      names.reduce((count, name) => count + (Number.isNaN(get(name)) ? 0 : 1), 0);
    return [...GROUP_NAMES.map(present), present(FEATURE_NAMES)];
  },
};

/** The added sets in the order in which the report adds them. */
export const FEATURE_SETS: readonly FeatureSet[] = [
  HARDNESS,
  FLUX_RATIOS,
  COLOURS,
  GALACTIC,
  GALAXIES,
  CLUSTERS,
  REGIONS,
  DETECTION,
  AVAILABILITY,
];

/** Names of all added columns, in order. */
export const ADDED_NAMES: readonly string[] = FEATURE_SETS.flatMap(({ names }) => names);

/**
 * Sources with the added columns behind the columns of FEATURES. A row depends on no other row and
 * on no label, so this may be done before folds are cut.
 *
 * @param sources Columns of FEATURES and, if there, `significance`.
 * @returns The same rows, matrix `[nRows x (41 + added)]`; missing values are NaN.
 */
export function withAddedFeatures<Table extends Sources>(sources: Table): Table {
  const { ra, dec, matrix } = sources;
  const names = [...FEATURE_NAMES, ...ADDED_NAMES], nColumns = names.length;
  const column = new Map(matrix.names.map((name, i) => [name, i]));
  const values = new Float64Array(matrix.nRows * nColumns);
  for (let row = 0; row < matrix.nRows; row++) {
    const start = row * matrix.nColumns;
    const get: Get = (name) => {
      if (name === "ra") return ra[row];
      if (name === "dec") return dec[row];
      const at = column.get(name);
      return at === undefined ? NaN : matrix.values[start + at];
    };
    values.set(FEATURE_NAMES.map(get), row * nColumns);
    const added = FEATURE_SETS.flatMap((set) => set.values(get));
    values.set(added, row * nColumns + FEATURE_NAMES.length);
  }
  return { ...sources, matrix: { values, nRows: matrix.nRows, nColumns, names } };
}

/** Offset in radii (within `farthest`), log luminosity and 1 if within `rim`. */
function inside(
  get: Get,
  objects: Parameters<typeof membership>[2],
  farthest: number,
  rim: number,
): number[] {
  const member = membership(get("ra"), get("dec"), objects, farthest);
  if (!member) return [NaN, NaN, 0];
  if (member.offset >= rim) return [member.offset, NaN, 0];
  return [member.offset, logLuminosity(get("flux_b"), member.object.distanceMpc), 1];
}

/** Dust disc: scale length and height (Misiriotis et al. 2006, doi:10.1051/0004-6361:20054618), Sun's radius; kpc. */
const LENGTH = 3.5, HEIGHT = 0.12, SUN = 8.2;
const FARTHEST = 25, STEPS = 250;

/**
 * log10 of the dust column of a smooth exponential disc along a line of sight, in kiloparsecs of
 * the density at the Sun: what absorption to expect where no map is at hand.
 *
 * @param l Galactic longitude, degrees.
 * @param b Galactic latitude, degrees.
 * @returns NaN when a coordinate is missing.
 */
export function logDustColumn(l: number, b: number): number {
  const cosB = Math.cos(b * RADIANS), sinB = Math.abs(Math.sin(b * RADIANS));
  const cosL = Math.cos(l * RADIANS), sinL = Math.sin(l * RADIANS);
  const step = FARTHEST / STEPS;
  let column = 0;
  for (let i = 0; i < STEPS; i++) {
    const s = (i + 0.5) * step;
    const radius = Math.hypot(SUN - s * cosB * cosL, s * cosB * sinL);
    column += Math.exp((SUN - radius) / LENGTH - s * sinB / HEIGHT) * step;
  }
  return Math.log10(column);
}
