import pl, { type DataFrame } from "nodejs-polars";
import { type Feature, TABLE_2_FEATURES } from "../catalogue/features.ts";
import { toGalactic } from "../sky/positions.ts";

/** Which of the catalogue's two fluxes is meant: see {@link CSC_COLUMNS}. */
export type FluxKind = "flux_aper" | "flux_aper_avg";

/**
 * The 41 features of the paper's Table 2 from acquired columns, in its order, after name, ra, dec
 * and significance.
 *
 * @param acquired Columns of the CSC under its own names, and magnitudes under our feature names;
 * a column that is not there counts as missing throughout, except the CSC's, which are needed.
 * @param flux The paper says "aperture corrected average net-flux", the default.
 * @returns Null where a value is missing; a colour is null unless both magnitudes are there.
 * @throws TypeError naming the CSC columns that are absent.
 */
export function assembleFeatures(
  acquired: DataFrame,
  flux: FluxKind = "flux_aper_avg",
): DataFrame {
  const source = (name: string) => name.replace(/^flux_(?=[busmh]$)/, `${flux}_`);
  const cscNames = TABLE_2_FEATURES
    .filter((feature) => feature.source === "CSC 2.0" && feature.group !== "position")
    .map(({ name }) => source(name));
  const absent = ["name", "ra", "dec", "significance", ...cscNames]
    .filter((name) => !acquired.columns.includes(name));
  if (absent.length > 0) {
    throw new TypeError(`the columns ${absent.join(", ")} are absent; fetch them from the CSC`);
  }
  const column = (name: string): (number | null)[] =>
    acquired.columns.includes(name)
      ? acquired.getColumn(name).cast(pl.Float64).toArray().map(finiteOrNull)
      : Array(acquired.height).fill(null);
  const values = (feature: Feature): (number | null)[] => {
    if (feature.from) {
      const [first, second] = feature.from.map(column);
      return first.map((a, i) => a === null || second[i] === null ? null : a - second[i]);
    }
    if (feature.group === "position" && !acquired.columns.includes(feature.name)) {
      const ra = column("ra"), dec = column("dec");
      return ra.map((a, i) => galactic(a, dec[i], feature.name));
    }
    return column(source(feature.name));
  };
  return pl.DataFrame([
    ...["name", "ra", "dec", "significance"].map((name) => acquired.getColumn(name)),
    ...TABLE_2_FEATURES.map((feature) => pl.Series(feature.name, values(feature), pl.Float64)),
  ]);
}

function galactic(ra: number | null, dec: number | null, name: string): number | null {
  if (ra === null || dec === null) return null;
  const { l, b } = toGalactic(ra, dec);
  return name === "gal_l" ? l : b;
}

function finiteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/**
 * Hardness ratios (h - m) / (h + m), (m - s) / (m + s) and (h - s) / (h + s): offered besides the
 * 41, not among them.
 *
 * @param features Frame with flux_s, flux_m and flux_h in erg/s/cm2.
 * @returns Frame with hr_hm, hr_ms and hr_hs in [-1, 1]; null without both fluxes or when both are 0.
 */
export function hardnessRatios(features: DataFrame): DataFrame {
  const flux = (band: string) => features.getColumn(`flux_${band}`).toArray() as (number | null)[];
  return pl.DataFrame((["hm", "ms", "hs"] as const).map(([hard, soft]) => {
    const high = flux(hard), low = flux(soft);
    const ratios = high.map((a, i) => {
      const b = low[i];
      return a === null || b === null || a + b === 0 ? null : (a - b) / (a + b);
    });
    return pl.Series(`hr_${hard}${soft}`, ratios, pl.Float64);
  }));
}
