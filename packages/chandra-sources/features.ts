/** Where a feature comes from, as in the paper's Table 2. */
type FeatureSource =
  | "CSC 2.0"
  | "NED"
  | "Gaia EDR3"
  | "GALEX"
  | "SDSS DR16"
  | "AllWISE"
  | "Spitzer MIPS"
  | "2MASS"
  | "colour";

/** The groups whose availability the paper's Figure 1 shows. */
export type FeatureGroup =
  | "position"
  | "X-ray flux"
  | "X-ray variability"
  | "Gaia"
  | "GALEX"
  | "SDSS"
  | "WISE"
  | "MIPS"
  | "2MASS"
  | "colour";

/** One physical feature of a source. A missing value is NaN in matrices and null in frames. */
export interface Feature {
  /** Column name in frames and matrices. */
  readonly name: string;
  /** What is measured. */
  readonly quantity: string;
  /** Unit, in the notation of the VOUnits standard; "" for a pure number. */
  readonly unit: string;
  readonly source: FeatureSource;
  readonly group: FeatureGroup;
  /** Unified Content Descriptor (IVOA UCD1+). */
  readonly ucd: string;
  /** For a colour: the two magnitudes it is the difference of, first minus second. */
  readonly from?: readonly [string, string];
}

/** erg/s/cm2: VOUnits deprecates erg (1.1, section 2.4), and a milliwatt per square metre is the same. */
export const FLUX_UNIT = "mW.m**-2";

function position(name: string, quantity: string, ucd: string): Feature {
  return { name, quantity, unit: "deg", source: "CSC 2.0", group: "position", ucd };
}

function flux(band: string, words: string, range: string): Feature {
  return {
    name: `flux_${band}`,
    quantity: `aperture-corrected net energy flux, ACIS ${words} band (${range} keV)`,
    unit: FLUX_UNIT,
    source: "CSC 2.0",
    group: "X-ray flux",
    ucd: "phot.flux;em.X-ray",
  };
}

function variability(name: string, quantity: string, unit = ""): Feature {
  return {
    name,
    quantity: `${quantity}, b band`,
    unit,
    source: "CSC 2.0",
    group: "X-ray variability",
    ucd: name.includes("prob") ? "stat.probability;src.var" : "src.var;em.X-ray",
  };
}

function magnitude(
  name: string,
  quantity: string,
  source: FeatureSource,
  group: FeatureGroup,
  ucd: string,
): Feature {
  return { name, quantity: `${quantity} magnitude`, unit: "mag", source, group, ucd };
}

function colour(first: string, second: string): Feature {
  return {
    name: `${first}_${second}`,
    quantity: `${first} minus ${second}`,
    unit: "mag",
    source: "colour",
    group: "colour",
    ucd: "phot.color",
    from: [first, second],
  };
}

/** The Kolmogorov-Smirnov probability: in the paper's Table 2, absent from the published table. */
export const KS_INTRA_PROB: Feature = variability(
  "ks_intra_prob_b",
  "intra-observation Kolmogorov-Smirnov variability probability",
);

/** NED's 0.3-8 keV flux: in the published table under the label `u-csc`, absent from Table 2. */
export const FLUX_NED: Feature = {
  name: "flux_ned",
  quantity: "0.3-8 keV energy flux as NED lists it",
  unit: FLUX_UNIT,
  source: "NED",
  group: "X-ray flux",
  ucd: "phot.flux;em.X-ray",
};

const SHARED = {
  gal_l: position("gal_l", "Galactic longitude", "pos.galactic.lon"),
  gal_b: position("gal_b", "Galactic latitude", "pos.galactic.lat"),
  b: flux("b", "broad", "0.5-7.0"),
  u: flux("u", "ultrasoft", "0.2-0.5"),
  s: flux("s", "soft", "0.5-1.2"),
  m: flux("m", "medium", "1.2-2.0"),
  h: flux("h", "hard", "2.0-7.0"),
  interProb: variability("var_inter_prob_b", "inter-observation variability probability"),
  interSigma: variability(
    "var_inter_sigma_b",
    "inter-observation flux variability standard deviation",
    "ph.s**-1.cm**-2",
  ),
  interIndex: variability("var_inter_index_b", "inter-observation variability index (0-8)"),
  intraProb: variability(
    "var_intra_prob_b",
    "intra-observation Gregory-Loredo variability probability",
  ),
  kpProb: variability("kp_intra_prob_b", "intra-observation Kuiper variability probability"),
  intraIndex: variability(
    "var_intra_index_b",
    "intra-observation Gregory-Loredo variability index (0-10)",
  ),
};

const MULTIWAVELENGTH: readonly Feature[] = [
  magnitude("FUV", "GALEX far-ultraviolet AB", "GALEX", "GALEX", "phot.mag;em.UV.100-200nm"),
  magnitude("NUV", "GALEX near-ultraviolet AB", "GALEX", "GALEX", "phot.mag;em.UV.200-300nm"),
  magnitude("u_sdss", "SDSS u PSF AB", "SDSS DR16", "SDSS", "phot.mag;em.opt.U"),
  magnitude("g_sdss", "SDSS g PSF AB", "SDSS DR16", "SDSS", "phot.mag;em.opt.B"),
  magnitude("r_sdss", "SDSS r PSF AB", "SDSS DR16", "SDSS", "phot.mag;em.opt.R"),
  magnitude("i_sdss", "SDSS i PSF AB", "SDSS DR16", "SDSS", "phot.mag;em.opt.I"),
  magnitude("z_sdss", "SDSS z PSF AB", "SDSS DR16", "SDSS", "phot.mag;em.opt.I"),
  magnitude("W1", "WISE 3.4 micron Vega", "AllWISE", "WISE", "phot.mag;em.IR.3-4um"),
  magnitude("W2", "WISE 4.6 micron Vega", "AllWISE", "WISE", "phot.mag;em.IR.4-8um"),
  magnitude("W3", "WISE 12 micron Vega", "AllWISE", "WISE", "phot.mag;em.IR.8-15um"),
  magnitude("W4", "WISE 22 micron Vega", "AllWISE", "WISE", "phot.mag;em.IR.15-30um"),
  {
    name: "mips_24um",
    quantity: "MIPS 24 micron flux density as NED lists it (mostly microjansky; not a magnitude)",
    unit: "uJy",
    source: "Spitzer MIPS",
    group: "MIPS",
    ucd: "phot.flux.density;em.IR.15-30um",
  },
  magnitude("J", "2MASS J (1.235 micron) Vega", "2MASS", "2MASS", "phot.mag;em.IR.J"),
  magnitude("H", "2MASS H (1.662 micron) Vega", "2MASS", "2MASS", "phot.mag;em.IR.H"),
  magnitude("Ks", "2MASS Ks (2.159 micron) Vega", "2MASS", "2MASS", "phot.mag;em.IR.K"),
  magnitude("G", "Gaia G Vega", "Gaia EDR3", "Gaia", "phot.mag;em.opt"),
  magnitude("Bp", "Gaia G_BP Vega", "Gaia EDR3", "Gaia", "phot.mag;em.opt.B"),
  magnitude("Rp", "Gaia G_RP Vega", "Gaia EDR3", "Gaia", "phot.mag;em.opt.R"),
  colour("Bp", "Rp"),
  colour("G", "J"),
  colour("G", "W2"),
  colour("Bp", "H"),
  colour("Bp", "W3"),
  colour("Rp", "Ks"),
  colour("J", "H"),
  colour("J", "W1"),
  colour("W1", "W2"),
];

/**
 * The 41 columns of the published training table, in its order, under what they really hold.
 * Every matrix of the reproduction has these columns. The paper's Table 2 has
 * {@link KS_INTRA_PROB} where the published table has {@link FLUX_NED}.
 */
export const FEATURES: readonly Feature[] = [
  SHARED.gal_b,
  SHARED.gal_l,
  SHARED.interProb,
  SHARED.interSigma,
  SHARED.intraProb,
  SHARED.interIndex,
  SHARED.kpProb,
  SHARED.intraIndex,
  SHARED.u,
  SHARED.b,
  SHARED.s,
  SHARED.m,
  SHARED.h,
  FLUX_NED,
  ...MULTIWAVELENGTH,
];

/** The 41 features of the paper's Table 2, in its order. */
export const TABLE_2_FEATURES: readonly Feature[] = [
  SHARED.gal_l,
  SHARED.gal_b,
  SHARED.b,
  SHARED.u,
  SHARED.s,
  SHARED.m,
  SHARED.h,
  SHARED.interProb,
  SHARED.interSigma,
  SHARED.interIndex,
  SHARED.intraProb,
  KS_INTRA_PROB,
  SHARED.kpProb,
  SHARED.intraIndex,
  ...["G", "Bp", "Rp", "FUV", "NUV"].map(multiwavelength),
  ...MULTIWAVELENGTH.filter(({ group }) => ["SDSS", "WISE", "MIPS", "2MASS"].includes(group)),
  ...MULTIWAVELENGTH.filter(({ group }) => group === "colour"),
];

function multiwavelength(name: string): Feature {
  return MULTIWAVELENGTH.find((feature) => feature.name === name)!;
}

/**
 * The authors' label of each column of the published table, in the order of {@link FEATURES}.
 * The labels of the X-ray columns are shifted: see `notebooks/` for the audit that shows it.
 */
export const PUBLISHED_LABELS: readonly string[] = (
  "gal_b2 gal_l2 var_inter_prob_b var_inter_sigma_b var_intra_prob_b var_inter_index_b " +
  "kp_intra_prob_b var_intra_index_b ks_intra_prob_b h-csc b-csc m-csc s-csc u-csc FUV NUV " +
  "u-sdss g-sdss r-sdss i-sdss z-sdss W1 W2 W3 W4 24_microns_(MIPS) J H K G Bp Rp " +
  "B-R G-J G-W2 Bp-H Bp-W3 Rp-K J-H J-W1 W1-W2"
).split(" ");

/** A survey of counterparts. */
interface Survey {
  readonly group: "Gaia" | "GALEX" | "SDSS" | "WISE" | "MIPS" | "2MASS";
  /**
   * Column in which a table may tell whether the survey looked where a source is (1), or did not
   * (0); missing where that is not known.
   */
  readonly observed: string;
  /** Its bands, as features. */
  readonly bands: readonly string[];
}

/** The surveys of counterparts. */
export const SURVEYS: readonly Survey[] =
  (["Gaia", "GALEX", "SDSS", "WISE", "MIPS", "2MASS"] as const).map((group) => ({
    group,
    observed: `observed_${group.toLowerCase()}`,
    bands: FEATURES.filter((feature) => feature.group === group).map(({ name }) => name),
  }));

/** An X-ray flux, and the columns in which a table may say more of it, all in its unit. */
interface XrayLimits {
  readonly flux: string;
  readonly unit: string;
  /** 68 per cent bounds of the measurement, as the CSC gives them. */
  readonly lower: string;
  readonly upper: string;
  /** 1 where the band was observed and no source was seen: the flux is then an upper limit. */
  readonly observed: string;
}

/** The limits of every X-ray flux. */
export const XRAY_LIMITS: readonly XrayLimits[] = FEATURES.filter(
  ({ group }) => group === "X-ray flux",
).map(({ name, unit }) => ({
  flux: name,
  unit,
  lower: `${name}_lolim`,
  upper: `${name}_hilim`,
  observed: `observed_${name}`,
}));

/** Names of {@link FEATURES}, in order: the columns of every model matrix. */
export const FEATURE_NAMES: readonly string[] = FEATURES.map(({ name }) => name);

/** The fourteen X-ray columns of the published table (Table 7, "X-ray"): its first fourteen. */
export const XRAY_FEATURE_NAMES: readonly string[] = FEATURE_NAMES.slice(0, 14);

/** The groups of Figure 1, in its order of appearance in {@link FEATURES}. */
export const FEATURE_GROUPS: readonly FeatureGroup[] = [
  ...new Set(FEATURES.map(({ group }) => group)),
];
