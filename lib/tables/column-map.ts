import { type Feature, FEATURES, KS_INTRA_PROB } from "../catalogue/features.ts";

/** How one column of a user's table becomes one of ours. */
export interface MappedColumn {
  /** `name`, `ra`, `dec` or a feature. */
  readonly target: string;
  /** Column of the table, and its place. */
  readonly column: string;
  readonly index: number;
  /** Factor from the column's unit to ours. */
  readonly factor: number;
}

/** A table's header understood. */
export interface ColumnMap {
  readonly mapped: readonly MappedColumn[];
  /** Columns that are not used. */
  readonly ignored: readonly string[];
  /** Features of the model that the table lacks: missing in every row, or computed. */
  readonly absent: readonly string[];
}

/**
 * Names that columns of the same meaning have in CSC 2, Gaia, 2MASS, WISE, SDSS, GALEX and VizieR
 * tables, besides our own, the better first; those of one letter only as they are written here.
 */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  name: ["name", "source", "source_name", "csc_name", "cscv2_name", "csc2_name", "2cxo", "id"],
  ra: ["ra", "raj2000", "ra_icrs", "csc_ra", "cscv2_ra", "_raj2000", "ra_deg"],
  dec: ["dec", "dej2000", "decj2000", "de_icrs", "dec_icrs", "csc_dec", "cscv2_dec", "_dej2000"],
  gal_l: ["glon", "l_gal", "gal_l2"],
  gal_b: ["glat", "b_gal", "gal_b2"],
  flux_b: ["flux_aper_b", "flux_aper90_b", "flux_aper90_ave_b", "flux_aper90_mean_b", "fb"],
  flux_u: ["flux_aper_u", "flux_aper90_u", "flux_aper90_ave_u", "flux_aper90_mean_u", "fu"],
  flux_s: ["flux_aper_s", "flux_aper90_s", "flux_aper90_ave_s", "flux_aper90_mean_s", "fs"],
  flux_m: ["flux_aper_m", "flux_aper90_m", "flux_aper90_ave_m", "flux_aper90_mean_m", "fm"],
  flux_h: ["flux_aper_h", "flux_aper90_h", "flux_aper90_ave_h", "flux_aper90_mean_h", "fh"],
  var_inter_prob_b: ["var_inter_prob", "p_inter"],
  kp_intra_prob_b: ["kp_prob_b_max", "kp_prob_b"],
  ks_intra_prob_b: ["ks_prob_b_max", "ks_prob_b"],
  FUV: ["fuvmag", "fuv_mag"],
  NUV: ["nuvmag", "nuv_mag"],
  u_sdss: ["upmag", "psfmag_u", "u-sdss"],
  g_sdss: ["gpmag", "psfmag_g", "g-sdss"],
  r_sdss: ["rpmag_sdss", "psfmag_r", "r-sdss"],
  i_sdss: ["ipmag", "psfmag_i", "i-sdss"],
  z_sdss: ["zpmag", "psfmag_z", "z-sdss"],
  W1: ["w1mag", "w1mpro"],
  W2: ["w2mag", "w2mpro"],
  W3: ["w3mag", "w3mpro"],
  W4: ["w4mag", "w4mpro"],
  mips_24um: ["mips_24", "s24", "24_microns_(mips)"],
  J: ["J", "jmag", "j_m"],
  H: ["H", "hmag", "h_m"],
  Ks: ["K", "kmag", "ksmag", "k_m", "ks_m"],
  G: ["G", "gmag", "phot_g_mean_mag"],
  Bp: ["bpmag", "phot_bp_mean_mag"],
  Rp: ["rpmag", "phot_rp_mean_mag"],
};

/** Catalogues that joined tables append to a column's name. */
const SUFFIX = /_(csc|gaia|2mass|allwise|wise|sdss|galex)$/i;

const UNITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "erg.s**-1.cm**-2": {
    "erg/s/cm2": 1,
    "ergs/s/cm2": 1,
    "erg/cm2/s": 1,
    "w/m2": 1e3,
    "mw/m2": 1,
  },
  "ph.s**-1.cm**-2": { "ph/s/cm2": 1, "photon/s/cm2": 1, "photons/s/cm2": 1, "photon/cm2/s": 1 },
  mag: { mag: 1, "ab mag": 1, "vega mag": 1, mmag: 1e-3 },
  deg: {
    deg: 1,
    degree: 1,
    degrees: 1,
    d: 1,
    arcmin: 1 / 60,
    arcsec: 1 / 3600,
    rad: 180 / Math.PI,
  },
  uJy: { ujy: 1, microjy: 1, mjy: 1e3, jy: 1e6 },
};

const POSITION_UNIT: Readonly<Record<string, string>> = { ra: "deg", dec: "deg" };

/**
 * Maps a header to what the model needs, by name (any case, known aliases) and by the unit that a
 * column may state behind its name, as in `flux_b [W/m2]` or `flux_b (1e-15 erg/s/cm2)`.
 *
 * @param features Features of the model.
 * @param complaints Receives a sentence for each column that cannot be used.
 */
export function mapColumns(
  header: readonly string[],
  features: readonly string[],
  complaints: string[],
): ColumnMap {
  const known = new Map([...FEATURES, KS_INTRA_PROB].map((feature) => [feature.name, feature]));
  const candidates = header.map((column, index) => {
    const { name, unit } = split(column);
    const targets = ["name", "ra", "dec", ...known.keys()];
    const best = targets.map((target) => ({ target, rank: rank(name, target) }))
      .reduce((a, b) => b.rank < a.rank ? b : a);
    return { column, index, unit, ...best };
  });
  const mapped = new Map<string, MappedColumn>(), ignored: string[] = [];
  for (const { column, index, unit, target } of candidates.toSorted((a, b) => a.rank - b.rank)) {
    const before = mapped.get(target);
    if (candidates[index].rank === Infinity) ignored.push(column);
    else if (before) ignored.push(`${column} (${target} is taken from ${before.column})`);
    else {
      const factor = unitFactor(target, unit, known.get(target));
      if (factor === undefined) complaints.push(unitComplaint(column, unit, target, known));
      else mapped.set(target, { target, column, index, factor });
    }
  }
  if (!mapped.has("name")) {
    complaints.push('no column with the sources\' names; call it "name"');
  }
  if (!features.some((feature) => mapped.has(feature))) {
    complaints.push(
      `no column holds a feature of the model; it knows ${features.slice(0, 6).join(", ")} ...`,
    );
  }
  const absent = features.filter((feature) => !mapped.has(feature));
  const inOrder = [...mapped.values()].sort((a, b) => a.index - b.index);
  return { mapped: inOrder, ignored, absent };
}

/** Name and unit of a header such as `flux_b [erg/s/cm2]`. */
function split(column: string): { name: string; unit?: string } {
  const match = /^(.*?)\s*(?:\[([^\]]+)\]|\(((?!mips)[^)]+)\))\s*$/i.exec(column.trim());
  return match ? { name: match[1], unit: (match[2] ?? match[3]).trim() } : { name: column.trim() };
}

/**
 * How well a column's name fits: 0 for ours, then the aliases in their order, then those with a
 * catalogue's name behind (photometry only: a counterpart's name and position are not the
 * source's). Infinity when it does not fit.
 */
function rank(name: string, target: string): number {
  if (name === target) return 0;
  const lower = name.toLowerCase();
  if (target.length > 1 && lower === target.toLowerCase()) return 0.5;
  const alias = (ALIASES[target] ?? []).findIndex((alias) =>
    alias.length === 1 ? alias === name : alias === lower
  );
  if (alias >= 0) return alias + 1;
  const bare = name.replace(SUFFIX, "");
  const isPhotometry = !["name", "ra", "dec", "gal_l", "gal_b"].includes(target);
  return bare !== name && isPhotometry ? 100 + rank(bare, target) : Infinity;
}

function unitFactor(target: string, unit?: string, feature?: Feature): number | undefined {
  const ours = POSITION_UNIT[target] ?? feature?.unit ?? "";
  if (unit === undefined || unit === ours) return 1;
  const [, scale, base] = /^(?:(1e[+-]?\d+|10\^?\*{0,2}-\d+)\s+)?(.*)$/i.exec(unit)!;
  const power = scale === undefined
    ? 1
    : Number(scale.toLowerCase().startsWith("1e") ? scale : `1e${scale.replace(/^10\^?\**/, "")}`);
  const plain = base.toLowerCase().replaceAll("**", "").replaceAll("^", "")
    .replace(/[.\s*]?(s|cm|m)-(\d)/g, (_, of, n) => `/${of}${n === "1" ? "" : n}`)
    .replace("µ", "u").replace("μ", "u").trim();
  if (ours === "" && ["", "1", "none", "dimensionless"].includes(plain)) return power;
  const factor = UNITS[ours]?.[plain] ?? (base === ours ? 1 : undefined);
  return factor === undefined ? undefined : factor * power;
}

function unitComplaint(
  column: string,
  unit: string | undefined,
  target: string,
  known: ReadonlyMap<string, Feature>,
): string {
  const ours = POSITION_UNIT[target] ?? known.get(target)?.unit ?? "";
  const understood = Object.keys(UNITS[ours] ?? {}).join(", ") || "no unit";
  return `column "${column}": unit "${unit}" is not understood for ${target}; use ${understood}`;
}
