import { ADDED_NAMES } from "./added-features.ts";
import { FEATURE_NAMES, KS_INTRA_PROB, SURVEYS } from "@csc-classify/chandra-sources";

// runs in a browser's page too

/** A flux band or magnitude as figures and pages write it. */
const BAND_WORDS: Readonly<Record<string, string>> = {
  flux_b: "X-ray flux 0.5–7 keV",
  flux_u: "X-ray flux 0.2–0.5 keV",
  flux_s: "X-ray flux 0.5–1.2 keV",
  flux_m: "X-ray flux 1.2–2 keV",
  flux_h: "X-ray flux 2–7 keV",
  flux_ned: "NED flux 0.3–8 keV",
  FUV: "GALEX far UV",
  NUV: "GALEX near UV",
  u_sdss: "SDSS u",
  g_sdss: "SDSS g",
  r_sdss: "SDSS r",
  i_sdss: "SDSS i",
  z_sdss: "SDSS z",
  W1: "WISE W1",
  W2: "WISE W2",
  W3: "WISE W3",
  W4: "WISE W4",
  mips_24um: "MIPS 24 µm",
  J: "2MASS J",
  H: "2MASS H",
  Ks: "2MASS Ks",
  G: "Gaia G",
  Bp: "Gaia BP",
  Rp: "Gaia RP",
};

/** What is neither a band nor made of two. */
const OTHERS: Readonly<Record<string, string>> = {
  gal_l: "Galactic longitude",
  gal_b: "Galactic latitude",
  var_inter_prob_b: "long-term variability, probability",
  var_inter_sigma_b: "long-term variability, scatter",
  var_inter_index_b: "long-term variability, index",
  var_intra_prob_b: "short-term variability, probability",
  var_intra_index_b: "short-term variability, index",
  kp_intra_prob_b: "short-term variability, Kuiper",
  [KS_INTRA_PROB.name]: "short-term variability, KS",
  hr_hs: "hardness 2–7 against 0.5–1.2 keV",
  hr_hm: "hardness 2–7 against 1.2–2 keV",
  hr_ms: "hardness 1.2–2 against 0.5–1.2 keV",
  log_us: "ultrasoft to soft X-ray flux ratio",
  log_h_G: "hard X-ray to G flux ratio",
  log_s_G: "soft X-ray to G flux ratio",
  log_x_24um: "X-ray to 24 µm flux ratio",
  log_ned_b: "NED to Chandra X-ray flux ratio",
  significance: "X-ray significance",
  log_significance: "log X-ray significance",
  abs_b: "distance from the Galactic plane",
  abs_l: "longitude from the Galactic centre",
  centre_angle: "angle from the Galactic centre",
  log_dust: "log Galactic dust column",
  galaxy_in: "inside a nearby galaxy",
  galaxy_offset: "offset from a galaxy, in its radii",
  galaxy_offset_kpc: "offset from a galaxy, kpc",
  galaxy_offset_arcmin: "offset from a galaxy, arcmin",
  galaxy_log_lx: "log X-ray luminosity in its galaxy",
  galaxy_log_lx_error: "error of the luminosity in its galaxy",
  galaxy_type: "type of its galaxy",
  galaxy_log_distance: "log distance of its galaxy",
  galaxy_axis_ratio: "axis ratio of its galaxy",
  cluster_in: "inside a globular cluster",
  cluster_offset: "offset from a globular cluster",
  cluster_log_lx: "log X-ray luminosity in its cluster",
  region_in: "inside a star-forming region",
  region_offset: "offset from a star-forming region",
  region_log_lx: "log X-ray luminosity in its region",
  n_all: "number of features measured",
};

/**
 * A feature of a model in words, for figures, reports and pages: `log_x_W1` is "X-ray to W1 flux
 * ratio". A name that is no feature is returned as it is.
 */
export function featureWords(name: string): string {
  if (Object.hasOwn(BAND_WORDS, name)) return BAND_WORDS[name];
  if (Object.hasOwn(OTHERS, name)) return OTHERS[name];
  const band = /^log_x_(\w+)$/.exec(name)?.[1];
  if (band) return `X-ray to ${short(band)} flux ratio`;
  const survey = /^(n|covered)_(\w+)$/.exec(name);
  if (survey) {
    const words = survey[2].replaceAll("_", " ").replace("X ray", "X-ray");
    return survey[1] === "n" ? `number of ${words} values` : `whether ${words} looked there`;
  }
  const looked = SURVEYS.find(({ observed }) => observed === name)?.group;
  if (looked) return `whether ${looked} looked there`;
  const observed = /^observed_(\w+)$/.exec(name)?.[1];
  if (observed) return `whether ${observed.replace("flux_", "flux ")} was observed`;
  const pair = COLOURS.get(name);
  return pair ? `${short(pair[0])} − ${short(pair[1])}` : name;
}

/** Colours by name: `G_W2`, `u_sdss_g_sdss`. */
const COLOURS = new Map(
  [...FEATURE_NAMES, ...ADDED_NAMES].flatMap((name) => {
    const first = Object.keys(BAND_WORDS).find((band) => name.startsWith(`${band}_`));
    const second = first && name.slice(first.length + 1);
    return first && second && Object.hasOwn(BAND_WORDS, second) ? [[name, [first, second]]] : [];
  }),
);

/** A band without its survey where the letter says enough: "G", "W1", "near UV", "r". */
function short(band: string): string {
  return BAND_WORDS[band].replace(/^(Gaia|WISE|2MASS|SDSS|GALEX) /, "");
}

/** A whole number as a power is written. */
export function superscript(power: number | string): string {
  return String(power).replace(/[-\d]/g, (sign) => sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[+sign]);
}

/** A VOUnits unit as people write it: `ph.s**-1` is ph s⁻¹, and X-ray fluxes have their erg. */
export function unitWords(unit: string): string {
  return unit.replace("mW.m**-2", "erg.s**-1.cm**-2")
    .replace(/\*\*(-?\d+)/g, (_, power) => superscript(power))
    .replaceAll(".", " ").replace(/^uJy$/, "µJy").replace(/^deg$/, "°");
}
