import type { DataFrame } from "nodejs-polars";
import {
  CLASSES,
  columnOf,
  FEATURES,
  fillDerived,
  HOST_LISTS,
  type LabelledSources,
  membership,
  type SourceClass,
  toLabels,
  withFluxLimits,
} from "@csc-classify/chandra-sources";
import { crossMatch } from "@csc-classify/sky";
import { type FetchOptions, fetchPublished, publishedFile } from "./published-files.ts";
import { readCsv, takeSources } from "@csc-classify/chandra-sources/files";

const [, , REGION] = HOST_LISTS;

const TRAINING_FILE = "muwclass/TD.csv";

/**
 * Labelled sources of Yang et al. 2022 (doi:10.3847/1538-4357/ac952b) in our columns; behind the
 * features, 1 sigma errors as `e_<feature>` where they state them.
 */
interface Compilation extends LabelledSources {
  /** `[nRows]` their leave-one-out prediction, indices into CLASSES. */
  readonly predicted: Int32Array;
}

/** Their column of each of ours, with that of its error. */
const COLUMNS: Readonly<Record<string, readonly [value: string, error?: string]>> = {
  flux_s: ["Fs", "e_Fs"],
  flux_m: ["Fm", "e_Fm"],
  flux_h: ["Fh", "e_Fh"],
  flux_b: ["Fb", "e_Fb"],
  kp_intra_prob_b: ["P_intra"],
  var_inter_prob_b: ["P_inter"],
  G: ["Gmag", "e_Gmag"],
  Bp: ["BPmag", "e_BPmag"],
  Rp: ["RPmag", "e_RPmag"],
  J: ["Jmag", "e_Jmag"],
  H: ["Hmag", "e_Hmag"],
  Ks: ["Kmag", "e_Kmag"],
  W1: ["W1mag", "e_W1mag"],
  W2: ["W2mag", "e_W2mag"],
  W3: ["W3mag", "e_W3mag"],
};

/** Their eight classes as ours: stars of both masses are STAR, neutron stars PULSAR; no ULX. */
export const CLASS_OF: Readonly<Record<string, SourceClass>> = {
  AGN: "AGN",
  CV: "CV",
  "HM-STAR": "STAR",
  "LM-STAR": "STAR",
  HMXB: "HMXB",
  LMXB: "LMXB",
  NS: "PULSAR",
  YSO: "YSO",
};

/** Colours follow from magnitudes, positions are known: all columns this table can fill. */
export const EXTERNAL_FEATURES: readonly string[] = FEATURES
  .filter(({ name, group, from }) =>
    group === "position" || name in COLUMNS || (from?.every((magnitude) => magnitude in COLUMNS))
  )
  .map(({ name }) => name);

/**
 * Reads `muwclass/TD.csv`.
 *
 * @throws Error when the file cannot be had; TypeError for a class it should not have.
 */
export async function yangCompilation(options?: FetchOptions): Promise<Compilation> {
  const theirs = readCsv(await fetchPublished(TRAINING_FILE, options));
  const numbers = (name: string) => Float64Array.from(theirs.getColumn(name).toArray(), toNumber);
  const labels = (name: string) => yangLabels(theirs, name);
  const given = yangColumns(theirs);
  const position = { ra: numbers("CSCv2_RA"), dec: numbers("CSCv2_DEC") };
  return withFluxLimits({
    origin: {
      kind: "compilation",
      description: `${theirs.height} labelled sources of Yang et al. 2022`,
      sha256: publishedFile(TRAINING_FILE).sha256 ?? "",
      release: "2.0",
    },
    names: theirs.getColumn("CSCv2_name").toArray().map(String),
    ...position,
    matrix: fillDerived(given, position),
    labels: labels("True_Class"),
    predicted: labels("Class"),
  });
}

/** Their measurements of a table of theirs under our names, with the errors they state. */
export function yangColumns(theirs: DataFrame): Map<string, Float64Array> {
  const numbers = (name: string) => Float64Array.from(theirs.getColumn(name).toArray(), toNumber);
  const given = new Map([["significance", numbers("CSCv2_S/N")]]);
  for (const [ours, [name, error]] of Object.entries(COLUMNS)) {
    given.set(ours, numbers(name));
    if (error) given.set(`e_${ours}`, numbers(error));
  }
  return given;
}

/** One of their columns of classes as our labels, `[nRows]`; throws TypeError for another class. */
export function yangLabels(theirs: DataFrame, name: string): Int32Array {
  return toLabels(theirs.getColumn(name).toArray().map((text) => toClass(String(text))));
}

/** A source that both compilations hold under classes that do not go together. */
interface LabelConflict {
  readonly name: string;
  readonly ours: SourceClass;
  readonly theirs: SourceClass;
}

/** Two compilations under one meaning of the classes. */
interface Harmonised {
  /** The sources of both, ours first, each once, in the columns that both have. */
  readonly union: LabelledSources;
  /** How many of the first rows are ours; the others only the other compilation has. */
  readonly nOurs: number;
  /** `[nTheirs]` row of ours that is the same source; -1 for none. */
  readonly sameAs: Int32Array;
  /** Conflicts other than STAR against YSO, each settled as the other compilation has it. */
  readonly conflicts: readonly LabelConflict[];
  /** Stars of ours that became YSOs: because the other compilation says so, or for where they lie. */
  readonly young: { readonly listed: number; readonly inRegion: number };
}

/** Positions of the same release agree much better; one name in ten thousand does not. */
const SAME_ARCSEC = 1.5;

/**
 * One scheme for both compilations. STAR and YSO are two halves of one parent, stars of any age:
 * there, ours calls a star what has a spectral type, however young, theirs a YSO what a list of
 * young objects has. In the scheme a YSO is young: a STAR of ours becomes one where theirs has it as
 * one, or where it lies in a star-forming region of `star-forming-regions.json`. Where a source has
 * two other classes (PULSAR against LMXB most often: pulsars that accrete or did), theirs holds, for
 * it takes only sources with an established class; every such source is listed.
 */
export function harmonise(ours: LabelledSources, theirs: Compilation): Harmonised {
  const star = CLASSES.indexOf("STAR"), yso = CLASSES.indexOf("YSO");
  const { first, second } = crossMatch(theirs, ours, { radiusArcsec: SAME_ARCSEC });
  const sameAs = new Int32Array(theirs.names.length).fill(-1);
  first.forEach((row, i) => sameAs[row] = second[i]);
  const conflicts: LabelConflict[] = [], young = { listed: 0, inRegion: 0 };
  const labels = ours.labels.slice(), isSettled = new Set<number>();
  sameAs.forEach((row, i) => {
    if (row < 0) return;
    isSettled.add(row);
    const own = ours.labels[row], other = theirs.labels[i];
    labels[row] = other;
    if (own === star && other === yso) young.listed++;
    if (own === other || (own === star && other === yso)) return;
    conflicts.push({ name: ours.names[row], ours: CLASSES[own], theirs: CLASSES[other] });
  });
  labels.forEach((label, row) => {
    if (label !== star || isSettled.has(row)) return;
    if (!membership(ours.ra[row], ours.dec[row], REGION.objects, REGION.rim)) return;
    labels[row] = yso;
    young.inRegion++;
  });
  const added = takeSources(theirs, [...sameAs.keys()].filter((row) => sameAs[row] < 0));
  const shared = [...EXTERNAL_FEATURES, "significance"];
  const ra = Float64Array.of(...ours.ra, ...added.ra);
  const dec = Float64Array.of(...ours.dec, ...added.dec);
  const columns = shared.map((name) =>
    [name, Float64Array.of(...columnOf(ours, name), ...columnOf(added, name))] as const
  );
  return {
    union: {
      origin: {
        ...theirs.origin,
        description: `${ra.length} sources of both compilations under one meaning of the classes`,
      },
      names: [...ours.names, ...added.names],
      ra,
      dec,
      matrix: fillDerived(new Map(columns), { ra, dec }),
      labels: Int32Array.of(...labels, ...added.labels),
    },
    nOurs: ours.names.length,
    sameAs,
    conflicts,
    young,
  };
}

function toNumber(cell: unknown): number {
  return cell === null || cell === undefined || cell === "" ? NaN : Number(cell);
}

function toClass(name: string): SourceClass {
  const known = CLASS_OF[name];
  if (!known) {
    throw new TypeError(
      `class "${name}" of Yang et al. is not one of ${Object.keys(CLASS_OF).join(", ")}; say in ` +
        "CLASS_OF of lib/tables/muwclass.ts which of ours it is",
    );
  }
  return known;
}
