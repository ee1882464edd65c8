import { FEATURES, FLUX_UNIT, KS_INTRA_PROB, SURVEYS, XRAY_LIMITS } from "./features.ts";

// runs in a browser's page too: what a column of a user's table may be

/** Numbers besides the features that a table may bring. */
export const EXTRAS = ["significance", "offset_arcsec", "nh_gal"] as const;
/** Of `nh_gal`, the CSC's column of Galactic hydrogen. */
const COLUMN_UNIT = "10**20.cm**-2";
/**
 * What a table may say of a band besides its value: by target, a flag that the value is an upper
 * limit (`l_Gmag`, `Gmag_ul`), or the limit itself (`limit_G`, `Gmag_limit`).
 */
export const BAND_LIMITS: ReadonlyMap<string, { readonly band: string; readonly isFlag: boolean }> =
  new Map([
    ...SURVEYS.flatMap(({ bands }) => bands).flatMap((band) =>
      ["l_", "limit_"].map((head) => [head + band, { band, isFlag: head === "l_" }] as const)
    ),
    // of an X-ray flux the limit itself is its upper bound
    ...XRAY_LIMITS.map(({ flux }) => [`l_${flux}`, { band: flux, isFlag: true }] as const),
  ]);
/** Letters of photometric quality, one a band: see `quality-letters.ts`. */
const QUALITY_COLUMNS = ["quality_2mass", "quality_wise"] as const;
/** Catalogues of counterparts that a source may be matched with, as columns' names have them. */
export const COUNTERPART_IDS: readonly string[] = [
  "gaia",
  "2mass",
  "allwise",
  "sdss",
  "galex",
  "spitzer",
];
/** Texts that a table may bring. */
export const TEXT_COLUMNS: readonly string[] = ["name", "class", "catalogue", ...QUALITY_COLUMNS];
/**
 * Columns that go with a source into every product, as they are: the CSC's flags, where from, how sure
 * its counterparts are.
 */
export const CARRIED: readonly {
  readonly name: string;
  readonly type: "text" | "boolean" | "double";
}[] = [
  ...["extent", "pileup", "sat_src", "conf", "streak_src", "var"].map((flag) => ({
    name: `${flag}_flag`,
    type: "boolean" as const,
  })),
  { name: "selected", type: "boolean" },
  { name: "release", type: "text" },
  { name: "label_name", type: "text" },
  { name: "without", type: "text" },
  { name: "counterpart_doubt", type: "text" },
  ...COUNTERPART_IDS.flatMap((id) =>
    ["p_any", "p_i", "offset_sigma", "rivals"].map((name) => ({
      name: `${name}_${id}`,
      type: "double" as const,
    }))
  ),
];
/** Energy fluxes of the model with their bands, keV. */
export const XRAY_BANDS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  flux_b: [0.5, 7],
  flux_u: [0.2, 0.5],
  flux_s: [0.5, 1.2],
  flux_m: [1.2, 2],
  flux_h: [2, 7],
};
/** A sentence's part that says which fluxes are wanted. */
export const FLUX_WORDS =
  "Chandra's energy flux: flux_b is 0.5-7 keV, its parts are flux_u 0.2-0.5, flux_s 0.5-1.2, " +
  "flux_m 1.2-2 and flux_h 2-7 keV, in erg/s/cm2";

/** The column of "not used", by which a user leaves one out. */
export const NONE = "none";

const KNOWN = new Map([...FEATURES, KS_INTRA_PROB].map((feature) => [feature.name, feature]));
/** Units of the bounds of the X-ray fluxes, by target. */
const BOUNDS = new Map(
  XRAY_LIMITS.flatMap(({ lower, upper, unit }) => [[lower, unit], [upper, unit]] as const),
);
/** Everything that a column may be. */
export const TARGETS: readonly string[] = [
  ...TEXT_COLUMNS,
  "ra",
  "dec",
  ...EXTRAS,
  ...[...SURVEYS, ...XRAY_LIMITS].map(({ observed }) => observed),
  ...KNOWN.keys(),
  ...BOUNDS.keys(),
  ...BAND_LIMITS.keys(),
];

/** Our unit of a target. */
export function unitOf(target: string): string {
  if (target === "ra" || target === "dec") return "deg";
  if (target === "offset_arcsec") return "arcsec";
  if (target === "nh_gal") return COLUMN_UNIT;
  const limit = BAND_LIMITS.get(target);
  return KNOWN.get(limit && !limit.isFlag ? limit.band : target)?.unit ?? BOUNDS.get(target) ?? "";
}

/** Our units as people write them, the usual spelling first, then others that are understood. */
const PLAIN_UNITS: Readonly<Record<string, readonly string[]>> = {
  [FLUX_UNIT]: ["erg/s/cm2", "W/m2", "mW/m2", "with a factor before it where there is one"],
  "ph.s**-1.cm**-2": ["photon/s/cm2"],
  mag: ["mag", "AB mag", "Vega mag"],
  deg: ["deg", "rad", "hour", "hms", "dms"],
  [COLUMN_UNIT]: ["1e20 cm-2", "cm-2"],
  uJy: ["uJy", "mJy", "Jy"],
};

/** Units that are understood for a target, in words. */
export function unitsOf(target: string): string {
  return PLAIN_UNITS[unitOf(target)]?.join(", ") ?? "none";
}

/** Our unit of a target as people write it. */
export function plainUnitOf(target: string): string {
  return PLAIN_UNITS[unitOf(target)]?.[0] ?? unitOf(target);
}

/** Whether a target is the magnitude of a band. */
export function isMagnitude(target: string): boolean {
  return KNOWN.get(target)?.unit === "mag" && KNOWN.get(target)?.group !== "colour";
}

/** Whether a target is an X-ray flux of the model. */
export function isXrayFlux(target: string): boolean {
  return Object.hasOwn(XRAY_BANDS, target) || target === "flux_ned";
}
