import pl, { type DataFrame } from "nodejs-polars";
import { PAPER } from "../catalogue/published-numbers.ts";
import { fetchStrips } from "./fetch-strips.ts";
import { TapClient, type TapOptions } from "./tap-client.ts";
import { CSC_TAP, type TapService } from "./tap-service.ts";

/** A release of the Chandra Source Catalog: the one setting that tells 2.0 from 2.1. */
export type CscRelease = keyof typeof CSC_TAP;

/** Table of sources of each release; the numbers of rows are those of the release notes. */
export const CSC_TABLES: Readonly<Record<CscRelease, { table: string; rows: number }>> = {
  "2.0": { table: "csc2.master_source", rows: PAPER.sample.catalogue },
  "2.1": { table: "csc21.master_source", rows: 407_806 },
};

/** Energy bands of the ACIS fluxes: broad, ultrasoft, soft, medium, hard. */
export const BANDS = ["b", "u", "s", "m", "h"] as const;

/** The quality flags, in the order in which sources are dropped: extended first, then Table 1. */
const QUALITY_FLAGS = [
  "extent_flag",
  "pileup_flag",
  "sat_src_flag",
  "conf_flag",
  "streak_src_flag",
] as const;

const DOUBLES = [
  "ra",
  "dec",
  "gal_l",
  "gal_b",
  "err_ellipse_r0",
  "err_ellipse_r1",
  "err_ellipse_ang",
  "significance",
  ...BANDS.flatMap((band) => [`flux_aper_${band}`, `flux_aper_avg_${band}`]),
  "var_inter_prob_b",
  "var_inter_sigma_b",
  "var_inter_index_b",
  "var_intra_prob_b",
  "ks_intra_prob_b",
  "kp_intra_prob_b",
  "var_intra_index_b",
];

/**
 * Columns to fetch with their VOTable datatypes: name, positions in degrees, 95 % error ellipse in
 * arcsec, both kinds of ACIS flux in erg/s/cm2, variability, flags. Of the fluxes, `flux_aper` is
 * of the longest Bayesian block and `flux_aper_avg` the average over observations.
 */
export const CSC_COLUMNS: Readonly<Record<string, string>> = {
  name: "char",
  ...Object.fromEntries(DOUBLES.map((name) => [name, "double"])),
  ...Object.fromEntries([...QUALITY_FLAGS, "var_flag"].map((name) => [name, "boolean"])),
};

/** Options of {@link fetchCsc}. */
export interface CscOptions extends TapOptions {
  readonly release?: CscRelease;
  /** Instead of the release's own service, e.g. a mirror. */
  readonly service?: TapService;
  readonly onProgress?: (rows: number, total: number) => void;
}

/**
 * Every source of the Chandra Source Catalog with the columns of the paper's Table 2 and Table 1,
 * by declination strips; with a cache, an interrupted fetch goes on where it stopped.
 *
 * @returns Frame with {@link CSC_COLUMNS}; null where the catalogue has no value.
 * @throws ArchiveError when the service fails or rows are missing.
 */
export function fetchCsc(options: CscOptions = {}): Promise<DataFrame> {
  const { release = "2.0", service = CSC_TAP[release], onProgress } = options;
  return fetchStrips(new TapClient(service, options), {
    table: CSC_TABLES[release].table,
    columns: Object.keys(CSC_COLUMNS),
    types: CSC_COLUMNS,
    key: "name",
    onProgress,
  });
}

/** One line of the account of how many sources remain. */
export interface SelectionStep {
  readonly step: string;
  readonly dropped: number;
  readonly left: number;
  /** What the paper has left, where it says so. */
  readonly paper?: number;
}

/** Sources that pass the quality flags, and the account of those that do not. */
export interface Selection {
  readonly frame: DataFrame;
  readonly account: readonly SelectionStep[];
}

/**
 * Drops the extended sources and those with a quality flag of Table 1, counting at each step. A
 * missing flag counts as not set, and is counted in the step's words.
 *
 * @param frame With {@link QUALITY_FLAGS} as booleans.
 */
export function selectPointSources(frame: DataFrame): Selection {
  const { catalogue, pointSources, selected } = PAPER.sample;
  const account: SelectionStep[] = [
    { step: "all sources", dropped: 0, left: frame.height, paper: catalogue },
  ];
  let kept = frame;
  for (const flag of QUALITY_FLAGS) {
    const before = kept.height, missing = kept.getColumn(flag).nullCount();
    kept = kept.filter(pl.col(flag).fillNull(pl.lit(false)).eq(pl.lit(false)));
    account.push({
      step: flag + (missing > 0 ? ` (${missing} missing, kept)` : ""),
      dropped: before - kept.height,
      left: kept.height,
      paper: flag === "extent_flag"
        ? pointSources
        : flag === QUALITY_FLAGS.at(-1)
        ? selected
        : undefined,
    });
  }
  return { frame: kept, account };
}

/** Two rows as the authors published them, to check a live catalogue against. */
export const PUBLISHED_ROWS: readonly Readonly<Record<string, string | number>>[] = [
  {
    name: "2CXO J002046.2-705659",
    b: 5.067160e-15,
    h: 3.284658e-15,
    m: 1.163564e-15,
    s: 9.246993e-16,
    var_intra_index_b: 2,
    var_intra_prob_b: 0.898197,
    ks_intra_prob_b: 0.731318,
    kp_intra_prob_b: 0.860139,
    err_ellipse_r0: 0.956380,
  },
  {
    name: "2CXO J100001.3-301359",
    b: 2.537887e-14,
    h: 1.747985e-14,
    m: 3.152844e-15,
    s: 5.943509e-15,
    var_intra_index_b: 2,
    var_intra_prob_b: 0.747763,
    ks_intra_prob_b: 0.974962,
    kp_intra_prob_b: 0.900371,
  },
];

/** One value of a published row beside the catalogue's. */
export interface RowCheck {
  readonly name: string;
  readonly column: string;
  readonly published: number;
  /** null when the source or the value is not there. */
  readonly fetched: number | null;
  /** Equal to the digits published, 1e-6 of the value. */
  readonly equal: boolean;
}

/**
 * Compares {@link PUBLISHED_ROWS} with a fetched catalogue. Each flux is looked up in both of its
 * columns, which tells which kind the authors used.
 */
export function checkPublishedRows(frame: DataFrame): RowCheck[] {
  const names: unknown[] = frame.getColumn("name").toArray();
  return PUBLISHED_ROWS.flatMap((row) => {
    const at = names.indexOf(row.name);
    const values = Object.entries(row).filter(([key]) => key !== "name");
    return values.flatMap(([key, value]) => {
      const isFlux = (BANDS as readonly string[]).includes(key);
      const columns = isFlux ? [`flux_aper_${key}`, `flux_aper_avg_${key}`] : [key];
      return columns.map((column): RowCheck => {
        const published = Number(value);
        const fetched = at < 0 ? null : frame.getColumn(column).toArray()[at] as number | null;
        const equal = fetched !== null && Math.abs(fetched - published) <= 1e-6 * published;
        return { name: String(row.name), column, published, fetched, equal };
      });
    });
  });
}
