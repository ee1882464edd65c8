import { Buffer } from "node:buffer";
import pl, { type DataFrame } from "nodejs-polars";
import {
  CLASSES,
  fillDerived,
  PUBLISHED_LABELS,
  type Sources,
  toLabels,
} from "@csc-classify/chandra-sources";
import type { Matrix } from "@csc-classify/forests";
import { readCsv, toMatrix } from "@csc-classify/chandra-sources/files";
import { parseDec, parseRa, readCds, TableError } from "@csc-classify/vo-tables";
import { CLASS_OF, yangColumns, yangLabels } from "#lib/tables/muwclass.ts";
import { type Author, AUTHORS } from "#lib/tables/labelled-set.ts";
import { type FetchOptions, fetchPublished, publishedFile } from "#lib/tables/published-files.ts";
import { sha256 } from "@csc-classify/safe-files";
import { fetchCandidates } from "#lib/tables/training-table.ts";

/** What a team published of sources: a comparison, never labels to learn from. */
export interface PublishedScores {
  /** Who says so. */
  readonly by: Author;
  /** `[nRows]` indices into CLASSES. */
  readonly labels: Int32Array;
  /** `[nRows]` probability of that class. */
  readonly cmp: Float64Array;
  /** `[nRows x 8]` probabilities in the order of CLASSES, where published. */
  readonly probabilities?: Float64Array;
}

/** Sources that their publishers scored. */
export interface ScoredSources extends Sources {
  readonly scores: PublishedScores;
}

/** A letter behind tells neighbours apart, or an extended source. */
const NAME = /^2CXO ?J(\d\d)(\d\d)(\d\d\.\d)([+-]\d\d)(\d\d)(\d\d)[A-Z]?$/;

/**
 * Position that a CSC name stands for, degrees. Names cut coordinates off and do not round them (so
 * in all 13,880 of id_frame.csv), so the middle of what a name leaves open is taken: the error is
 * at most 0.75 arcsec times cos(dec) in right ascension and 0.5 arcsec in declination.
 *
 * @throws SyntaxError for a name of another form.
 */
export function positionOfName(name: string): { ra: number; dec: number } {
  const parts = NAME.exec(name.trim());
  if (!parts) {
    throw new SyntaxError(`"${name}" holds no position; expected "2CXO J110507.4-585105"`);
  }
  const [, h, m, s, d, minutes, seconds] = parts;
  const half = 0.5 / 3600, dec = parseDec(`${d}:${minutes}:${seconds}`);
  return {
    ra: parseRa(`${h}:${m}:${s}`) + 0.05 / 240,
    dec: dec + (d.startsWith("-") ? -half : half),
  };
}

/**
 * Compares a table's columns with those it must have, one by one.
 *
 * @throws TableError naming the first difference: a column missing, renamed, moved or too many.
 */
export function checkColumns(
  found: readonly string[],
  expected: readonly string[],
  file: string,
): void {
  const at = expected.findIndex((name, i) => found[i] !== name);
  if (at < 0 && found.length === expected.length) return;
  const refuse = (what: string) => {
    throw new TableError("columns", `${file} is not as it was published: ${what}`);
  };
  const quote = (name?: string) => name === undefined ? "nothing" : `"${name.slice(0, 60)}"`;
  if (at < 0) {
    refuse(`column ${expected.length + 1}, ${quote(found[expected.length])}, is one too many`);
  }
  const missing = expected.filter((name) => !found.includes(name));
  const other = found.filter((name) => !expected.includes(name));
  if (missing.length === expected.length) {
    refuse(`none of its ${expected.length} columns is there; it begins with ${quote(found[0])}`);
  }
  const is = `column ${at + 1} is ${quote(found[at])}, expected ${quote(expected[at])}`;
  if (missing.length === 0) {
    refuse(`${is}: ${other.length > 0 ? "a column was added" : "columns were moved"}`);
  }
  refuse(
    `${is}; missing ${missing.map(quote).join(", ")}` +
      (other.length > 0 ? `; not known ${other.map(quote).join(", ")}` : ""),
  );
}

/** Header of NED's photometry for each of our columns; its five Chandra bands are scrambled. */
const NED_COLUMNS: Readonly<Record<string, string>> = {
  flux_u: "2-7 keV Chandra",
  flux_b: "0.5-7 keV Chandra",
  flux_s: "1.2-2 keV Chandra",
  flux_m: "0.5-1.2 keV Chandra",
  flux_h: "0.2-0.5 keV Chandra",
  flux_ned: "0.3-8 keV (Chandra)",
  FUV: "FUV (GALEX) AB",
  NUV: "NUV (GALEX) AB",
  ...Object.fromEntries([..."ugriz"].map((band) => [`${band}_sdss`, `${band} (SDSS PSF) AB`])),
  ...Object.fromEntries([1, 2, 3, 4].map((band) => [`W${band}`, `W${band} (WISE)`])),
  mips_24um: "24 microns (MIPS)",
  J: "J (2MASS/CTIO)",
  H: "H (2MASS/CTIO)",
  Ks: "K_s (2MASS/CTIO)",
};
const NED_FILE = "aurora-server/df_mw_final.csv";

/**
 * NED's photometry of 10,356 CSC sources that the authors gathered, in our columns: no Gaia, no
 * variability. Positions are those of the labelled candidates, else what the names stand for.
 *
 * @throws Error when a file cannot be had.
 */
export async function nedPhotometry(options?: FetchOptions): Promise<Sources> {
  const frame = readCsv(await fetchPublished(NED_FILE, options));
  const names = texts(frame, "name"), candidates = await fetchCandidates(options);
  const rowOf = new Map(texts(candidates, "name").map((name, row) => [name, row]));
  const known = toMatrix(candidates, ["ra", "dec"]).values;
  const positions = names.map((name) => {
    const row = rowOf.get(name);
    return row === undefined
      ? positionOfName(name)
      : { ra: known[2 * row], dec: known[2 * row + 1] };
  });
  const position = {
    ra: Float64Array.from(positions, ({ ra }) => ra),
    dec: Float64Array.from(positions, ({ dec }) => dec),
  };
  const given = Object.entries(NED_COLUMNS).map(([ours, theirs]) =>
    [ours, numbers(frame, theirs)] as const
  );
  return {
    origin: {
      kind: "compilation",
      description: `NED's photometry of ${names.length} Chandra sources`,
      sha256: publishedFile(NED_FILE).sha256 ?? "",
      release: "2.0",
    },
    names,
    ...position,
    matrix: fillDerived(new Map(given), position),
  };
}

/**
 * The 66,369 sources that Yang et al. 2022 classified, `muwclass/gcs.dat`, with their probabilities
 * (those of stars of high and low mass added up). The right ascension there has three digits, so
 * it is taken from the names.
 *
 * @throws Error when a file cannot be had; TableError when it is not as its ReadMe says.
 */
export async function yangCatalogue(options?: FetchOptions): Promise<ScoredSources> {
  const [readMe, content] = await Promise.all(
    ["muwclass/ReadMe", "muwclass/gcs.dat"].map((path) => fetchPublished(path, options)),
  );
  const { frame } = readCds(content, new TextDecoder().decode(readMe), "gcs.dat");
  const names = texts(frame, "CSCv2_name"), labels = yangLabels(frame, "Class");
  const position = {
    ra: Float64Array.from(names, (name) => positionOfName(name).ra),
    dec: numbers(frame, "CSCv2_DEC"),
  };
  const probabilities = new Float64Array(names.length * CLASSES.length);
  for (const [theirs, ours] of Object.entries(CLASS_OF)) {
    const column = numbers(frame, `P_${theirs}`), c = CLASSES.indexOf(ours);
    column.forEach((p, row) => probabilities[row * CLASSES.length + c] += p);
  }
  return {
    origin: {
      kind: "compilation",
      description: `${names.length} Chandra sources classified by Yang et al. 2022`,
      sha256: sha256(content),
      release: "2.0",
    },
    names,
    ...position,
    matrix: fillDerived(yangColumns(frame), position),
    scores: { by: AUTHORS.yang, labels, cmp: numbers(frame, "Class_prob"), probabilities },
  };
}

/** The authors' classes in the order of their columns of probabilities. */
const THEIR_CLASSES = [...CLASSES].sort();
/** Columns of the authors' scored table, in order: a notebook of their repository prints its header. */
export const AUTHORS_COLUMNS: readonly string[] = [
  "CSC-ID",
  "significance",
  "var_flag",
  "streak_src_flag",
  "pileup_flag",
  "ra",
  "dec",
  "missing",
  "sat_src_flag",
  "extent_flag",
  "conf_flag",
  "class",
  "prob",
  "prob_margin",
  ...THEIR_CLASSES.map((name) => `prob_${name}`),
  // six fluxes under labels that are shifted once more against those of the training table
  ...PUBLISHED_LABELS.slice(0, 8),
  "h-csc",
  "b-csc",
  "m-csc",
  "s-csc",
  "u-csc",
  "0p3_8_csc",
  ...PUBLISHED_LABELS.slice(14),
];
const AUTHORS_FILE = "csc-portal-app/df2.csv";

/** The authors' scored table as it stands: which flux is which is for their model to say. */
export interface AuthorsTable extends Omit<ScoredSources, "matrix"> {
  /** `[nRows]` */
  readonly significance: Float64Array;
  /** `[nRows x 41]` under the table's own labels, NaN where missing. */
  readonly published: Matrix;
}

/**
 * Reads `csc-portal-app/df2.csv`.
 *
 * @throws Error when the file cannot be had; TableError naming the column that differs, or the
 * source whose class is not that of its highest probability.
 */
export async function authorsTable(options?: FetchOptions): Promise<AuthorsTable> {
  const content = await fetchPublished(AUTHORS_FILE, options);
  const frame = readCsv(content);
  checkColumns(frame.columns, AUTHORS_COLUMNS, AUTHORS_FILE);
  const names = texts(frame, "CSC-ID"), labels = toLabels(texts(frame, "class"));
  const cmp = numbers(frame, "prob");
  const { values: probabilities } = toMatrix(frame, CLASSES.map((name) => `prob_${name}`));
  for (let row = 0; row < names.length; row++) {
    const own = probabilities.subarray(row * CLASSES.length, (row + 1) * CLASSES.length);
    const sum = own.reduce((a, b) => a + b, 0), highest = Math.max(...own);
    const isWhole = Math.abs(sum - 1) < 1e-3 && Math.abs(highest - cmp[row]) < 1e-6;
    if (isWhole && own[labels[row]] === highest) continue;
    throw new TableError(
      "format",
      `${AUTHORS_FILE}: ${names[row]} is ${CLASSES[labels[row]]} with prob ${cmp[row]}, but its ` +
        `eight probabilities are ${[...own]}`,
    );
  }
  return {
    origin: {
      kind: "compilation",
      description: `${names.length} Chandra sources scored by Kumaran et al. 2023`,
      sha256: sha256(content),
      release: "2.0",
    },
    names,
    ra: numbers(frame, "ra"),
    dec: numbers(frame, "dec"),
    significance: numbers(frame, "significance"),
    published: toMatrix(frame, AUTHORS_COLUMNS.slice(22)),
    scores: { by: AUTHORS.paper, labels, cmp, probabilities },
  };
}

/** Classes and probabilities by source, without features. */
export interface PublishedClasses extends PublishedScores {
  readonly names: readonly string[];
}

const CLASSES_FILE = "chandra-xai/All-OVR-class-shap-deets.gz";
const PAIRS_FILE = "chandra-xai/paper-2-data-table-with-shap.gz";

/** The class of 128,781 sources (AGN, STAR, YSO) that the authors published with their portal. */
export async function publishedClasses(options?: FetchOptions): Promise<PublishedClasses> {
  const frame = await parquet(CLASSES_FILE, ["pred_prob", "pred_class", "name"], options);
  return classesOf(frame, "pred_class", "pred_prob");
}

/** The likeliest class of all 269,366, as the authors' portal reads them; with positions. */
export async function publishedPairs(
  options?: FetchOptions,
): Promise<PublishedClasses & Pick<Sources, "ra" | "dec">> {
  const columns = ["ra", "dec", "class 1", "CMP1", "class 2", "CMP2", "SHAP", "name"];
  const frame = await parquet(PAIRS_FILE, columns, options);
  const position = { ra: numbers(frame, "ra"), dec: numbers(frame, "dec") };
  return { ...classesOf(frame, "class 1", "CMP1"), ...position };
}

function classesOf(frame: DataFrame, label: string, cmp: string): PublishedClasses {
  return {
    by: AUTHORS.paper,
    names: texts(frame, "name"),
    labels: toLabels(texts(frame, label)),
    cmp: numbers(frame, cmp),
  };
}

async function parquet(
  path: string,
  columns: readonly string[],
  options?: FetchOptions,
): Promise<DataFrame> {
  const content = await fetchPublished(path, options);
  let frame: DataFrame;
  try {
    frame = pl.readParquet(Buffer.from(content.buffer, content.byteOffset, content.length));
  } catch (error) {
    throw new TableError("format", `${path} is no whole Parquet file: ${(error as Error).message}`);
  }
  // pandas puts the index, here the name, at the end
  checkColumns([...frame.columns.filter((name) => name !== "name"), "name"], columns, path);
  return frame;
}

function texts(frame: DataFrame, name: string): string[] {
  return frame.getColumn(name).toArray().map((cell) => String(cell ?? "").trim());
}

function numbers(frame: DataFrame, name: string): Float64Array {
  return toMatrix(frame, [name]).values;
}
