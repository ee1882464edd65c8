import type { Membership, Sources } from "@csc-classify/chandra-sources";
import {
  columnIn,
  FEATURE_NAMES,
  FEATURES,
  fromColumns,
  HOST_LISTS,
  logLuminosity,
  membership,
  SURVEYS,
} from "@csc-classify/chandra-sources/quantities";
import { RADIANS } from "@csc-classify/sky";

// runs in a browser's page too: no imports but numbers and names

/**
 * How a column follows from others, as plain JSON that any language can work out: (a - b) / (a + b),
 * a weighted sum, how many of the columns have a value, or 1 where one has and what `told` says
 * where none has. `log x` is log10 x, missing unless x > 0; {@link BRIGHTNESS} may be used as a column.
 */
type Formula =
  | { readonly ratio: readonly [string, string] }
  | { readonly sum: readonly (readonly [factor: number, column: string])[] }
  | { readonly count: readonly string[] }
  | { readonly any: readonly string[]; readonly told: string };

/** A set of columns made from the physical ones of the same source, and nothing else. */
interface FeatureSet {
  readonly id: string;
  readonly title: string;
  readonly names: readonly string[];
  /** By name; or... */
  readonly formulas?: Readonly<Record<string, Formula>>;
  /** ...`[nRows]` columns in the order of the names, from where the sources are. */
  readonly place?: (columns: Columns) => readonly Float64Array[];
}

/** `[nRows]` columns by name: features, `ra`, `dec`, `significance`, and {@link BRIGHTNESS}. */
type Columns = ReadonlyMap<string, Float64Array>;

/**
 * 0.5-7 keV flux; NED's 0.3-8 keV flux where there is none, which is 0.09 dex brighter for a power
 * law of photon index 1.9: known, and left as it is, for NED's is in no product's model.
 */
export const BRIGHTNESS = { name: "brightness", first: "flux_b", second: "flux_ned" } as const;

function byFormula(
  id: string,
  title: string,
  formulas: Readonly<Record<string, Formula>>,
): FeatureSet {
  return { id, title, names: Object.keys(formulas), formulas };
}

const HARDNESS = byFormula("hardness", "hardness ratios", {
  hr_hs: { ratio: ["flux_h", "flux_s"] },
  hr_hm: { ratio: ["flux_h", "flux_m"] },
  hr_ms: { ratio: ["flux_m", "flux_s"] },
  log_us: { sum: [[1, "log flux_u"], [-1, "log flux_s"]] },
});

/** Bands that X-ray fluxes are divided by; a magnitude m stands for a flux of 10^(-0.4 m). */
const RATIO_BANDS = ["G", "r_sdss", "W1", "J", "W3", "Ks", "NUV"] as const;

const FLUX_RATIOS = byFormula(
  "flux-ratios",
  "X-ray to ultraviolet, optical and infrared flux ratios",
  {
    ...Object.fromEntries(
      RATIO_BANDS.map((band) => [`log_x_${band}`, { sum: [[1, "log brightness"], [0.4, band]] }]),
    ),
    log_h_G: { sum: [[1, "log flux_h"], [0.4, "G"]] },
    log_s_G: { sum: [[1, "log flux_s"], [0.4, "G"]] },
    log_x_24um: { sum: [[1, "log brightness"], [-1, "log mips_24um"]] },
  },
);

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

const COLOURS = byFormula(
  "colours",
  "more colours",
  Object.fromEntries(PAIRS.map(([a, b]) => [`${a}_${b}`, { sum: [[1, a], [-1, b]] }])),
);

const GALACTIC: FeatureSet = {
  id: "galactic",
  title: "Galactic structure: |b|, |l|, angle from the centre, dust column",
  names: ["abs_b", "abs_l", "centre_angle", "log_dust"],
  place(columns) {
    const l = columns.get("gal_l")!, b = columns.get("gal_b")!;
    return [
      b.map(Math.abs),
      l.map((l) => Math.abs(l > 180 ? l - 360 : l)),
      l.map((l, row) => Math.acos(Math.cos(b[row] * RADIANS) * Math.cos(l * RADIANS)) / RADIANS),
      l.map((l, row) => logDustColumn(l, b[row])),
    ];
  },
};

const [GALAXY, CLUSTER, REGION] = HOST_LISTS;

/** Inside of a host: a value by name, of the source's membership and its flux. */
type Inside = Readonly<Record<string, (member: Membership, flux: number) => number>>;

/** Offset in radii from the host that is nearest; within its rim what `inside` says of both. */
function hosts(
  { kind, objects, farthest, rim }: typeof HOST_LISTS[number],
  head: Pick<FeatureSet, "id" | "title"> & { readonly flux: string },
  inside: Inside,
): FeatureSet {
  const names = [`${kind}_offset`, ...Object.keys(inside)];
  return {
    id: head.id,
    title: head.title,
    names,
    place(columns) {
      const [ra, dec, flux] = ["ra", "dec", head.flux].map((name) => columns.get(name)!);
      const made = names.map((name) =>
        new Float64Array(ra.length).fill(name === `${kind}_in` ? 0 : NaN)
      );
      for (let row = 0; row < ra.length; row++) {
        const member = membership(ra[row], dec[row], objects, farthest);
        if (!member) continue;
        made[0][row] = member.offset;
        if (member.offset >= rim) continue;
        Object.values(inside).forEach((of, i) => made[i + 1][row] = of(member, flux[row]));
      }
      return made;
    },
  };
}

/** Error of `galaxy_log_lx`, dex, that the distance's makes: for the limits of hosts, no feature. */
export const LUMINOSITY_ERROR = "galaxy_log_lx_error";

const luminosity: Inside[string] = ({ object }, flux) => logLuminosity(flux, object.distanceMpc);

const GALAXIES = hosts(GALAXY, {
  id: "galaxies",
  title: "membership of nearby galaxies, their type, the luminosity implied",
  flux: BRIGHTNESS.name,
}, {
  galaxy_log_lx: luminosity,
  galaxy_type: ({ object }) => object.typeT,
  galaxy_log_distance: ({ object }) => Math.log10(object.distanceMpc),
  galaxy_in: () => 1,
  galaxy_axis_ratio: ({ object }) => object.axisRatio,
  galaxy_offset_kpc: ({ object, separationArcmin }) =>
    1000 * object.distanceMpc * separationArcmin / 60 * RADIANS,
  galaxy_offset_arcmin: ({ separationArcmin }) => separationArcmin,
  [LUMINOSITY_ERROR]: ({ object }) => 2 * Math.log10(1 + object.distanceError),
});

const CLUSTERS = hosts(CLUSTER, {
  id: "clusters",
  title: "globular clusters: offset, luminosity implied",
  flux: BRIGHTNESS.first,
}, { cluster_log_lx: luminosity, cluster_in: () => 1 });

const REGIONS = hosts(REGION, {
  id: "star-formation",
  title: "star-forming regions: offset, luminosity implied",
  flux: BRIGHTNESS.first,
}, { region_log_lx: luminosity, region_in: () => 1 });

const DETECTION = byFormula("detection", "significance, and how the two X-ray fluxes agree", {
  log_significance: { sum: [[1, "log significance"]] },
  log_ned_b: { sum: [[1, "log flux_ned"], [-1, "log flux_b"]] },
});

const COUNTED = ["SDSS", "Gaia", "WISE", "2MASS", "GALEX", "X-ray flux"] as const;

const AVAILABILITY = byFormula("availability", "how many bands of each survey have a value", {
  ...Object.fromEntries(COUNTED.map((group) => [
    `n_${group.replace(/\W/g, "_")}`,
    { count: FEATURES.filter((feature) => feature.group === group).map(({ name }) => name) },
  ])),
  n_all: { count: FEATURE_NAMES },
});

/** Whether each survey looked where a source is: what it measured there, else what the table says. */
export const COVERAGE = byFormula(
  "coverage",
  "whether each survey looked there: 1 where it measured anything, else as the table says",
  Object.fromEntries(
    SURVEYS.map((
      { group, bands, observed },
    ) => [`covered_${group}`, { any: bands, told: observed }]),
  ),
);

/** The added sets in the order in which the report adds them; the last is the shipped model's alone. */
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
  COVERAGE,
];

/** Names of all added columns, in order. */
export const ADDED_NAMES: readonly string[] = FEATURE_SETS.flatMap(({ names }) => names);

/**
 * Sources with the added columns behind the columns of FEATURES. A row depends on no other row and
 * on no label, so this may be done before folds are cut.
 *
 * @param sources Columns of FEATURES and, if there, `significance` and what SURVEYS observed.
 * @returns The same rows, matrix `[nRows x (41 + added)]`; missing values are NaN.
 */
export function withAddedFeatures<Table extends Sources>(sources: Table): Table {
  const { ra, dec, matrix } = sources;
  const columns = new Map<string, Float64Array>([["ra", ra], ["dec", dec]]);
  const told = SURVEYS.map(({ observed }) => observed);
  for (const name of [...FEATURE_NAMES, "significance", ...told]) {
    columns.set(name, columnIn(sources, name));
  }
  const second = columns.get(BRIGHTNESS.second)!;
  const brightness = columns.get(BRIGHTNESS.first)!.slice();
  for (let row = 0; row < brightness.length; row++) {
    if (!(brightness[row] > 0)) brightness[row] = second[row];
  }
  columns.set(BRIGHTNESS.name, brightness);
  for (const { names, formulas = {}, place } of FEATURE_SETS) {
    place?.(columns).forEach((values, i) => columns.set(names[i], values));
    for (const [name, formula] of Object.entries(formulas)) {
      columns.set(name, workOut(formula, columns, matrix.nRows));
    }
  }
  const made = [...FEATURE_NAMES, ...ADDED_NAMES].map((name) =>
    [name, columns.get(name)!] as const
  );
  return { ...sources, matrix: fromColumns(new Map(made)) };
}

function workOut(formula: Formula, columns: Map<string, Float64Array>, nRows: number) {
  const made = new Float64Array(nRows);
  if ("ratio" in formula) {
    const [a, b] = formula.ratio.map((name) => columns.get(name)!);
    for (let row = 0; row < nRows; row++) made[row] = (a[row] - b[row]) / (a[row] + b[row]);
  } else if ("any" in formula) {
    made.set(columns.get(formula.told)!);
    for (const name of formula.any) {
      const band = columns.get(name)!;
      for (let row = 0; row < nRows; row++) if (!isNaN(band[row])) made[row] = 1;
    }
  } else if ("count" in formula) {
    for (const name of formula.count) {
      const band = columns.get(name)!;
      for (let row = 0; row < nRows; row++) if (!isNaN(band[row])) made[row]++;
    }
  } else {
    for (const [factor, name] of formula.sum) {
      const values = term(name, columns);
      for (let row = 0; row < nRows; row++) made[row] += factor * values[row];
    }
  }
  return made;
}

/** A column, or its logarithm, which is worked out once. */
function term(name: string, columns: Map<string, Float64Array>): Float64Array {
  if (!columns.has(name)) {
    const values = columns.get(name.slice("log ".length))!.slice();
    for (let row = 0; row < values.length; row++) {
      values[row] = values[row] > 0 ? Math.log10(values[row]) : NaN;
    }
    columns.set(name, values);
  }
  return columns.get(name)!;
}

/**
 * Dust disc: scale length and height of Li et al. 2018 (doi:10.3847/1538-4357/aabaef); the Sun's
 * distance from the centre, GRAVITY Collaboration 2019 (doi:10.1051/0004-6361/201935656); kpc.
 */
const LENGTH = 3.19, HEIGHT = 0.103, SUN = 8.18;
const END = 25, STEPS = 250;
/**
 * Scale heights above the plane beyond which nothing changes the sum any more: the first step gives
 * 0.06, a later one at most e^(SUN / LENGTH) times 0.1 times e^-41, less than half of its last digit.
 */
const FADED = 41;
/** What {@link logDustColumn} integrates, for other languages. */
export const DUST_DISC = { length: LENGTH, height: HEIGHT, sun: SUN, end: END, steps: STEPS };

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
  const outwards = cosB * Math.cos(l * RADIANS), across = cosB * Math.sin(l * RADIANS);
  const step = END / STEPS;
  let column = 0;
  for (let i = 0; i < STEPS; i++) {
    const s = (i + 0.5) * step;
    if (s * sinB > FADED * HEIGHT) break;
    const x = SUN - s * outwards, y = s * across;
    column += Math.exp((SUN - Math.sqrt(x * x + y * y)) / LENGTH - s * sinB / HEIGHT) * step;
  }
  return Math.log10(column);
}
