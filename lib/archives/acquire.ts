import type { DataFrame } from "nodejs-polars";
import { CLASSES, type SourceClass } from "../catalogue/classes.ts";
import { FLUX_NED, KS_INTRA_PROB, SURVEYS, TABLE_2_FEATURES } from "../catalogue/features.ts";
import { withCoverage } from "../tables/coverage.ts";
import { fillDerived, type Sources } from "../tables/sources.ts";
import type { Area } from "./area.ts";
import { ArchiveError } from "./archive-error.ts";
import { type CounterpartMatch, COUNTERPARTS, matchCounterparts } from "./counterparts.ts";
import {
  BANDS,
  CSC_TABLES,
  fetchCsc,
  fetchPublishedRows,
  FLAGS,
  type FluxKind,
  fluxKind,
  type RowCheck,
  type SelectionStep,
  selectPointSources,
} from "./csc.ts";
import { type CatalogueReport, fetchAllLabels, type OnCatalogue } from "./fetch-labels.ts";
import { numbers } from "./fetch-strips.ts";
import { LABEL_CATALOGUES } from "./label-catalogues.ts";
import { type ClassConflict, matchLabels } from "./match-labels.ts";
import { fetchNed } from "./ned.ts";
import { together } from "./send.ts";
import { type Archives, type CscRelease, LIVE_ARCHIVES } from "./services.ts";
import type { TapOptions } from "./tap-client.ts";
import type { XMatchOptions } from "./x-match.ts";

/** What matching one catalogue of counterparts came to. */
export type CounterpartReport = CatalogueReport & Partial<Omit<CounterpartMatch, "columns">>;

/** What is to be acquired. */
export interface AcquireOptions extends TapOptions {
  readonly release: CscRelease;
  /** All of the sky when absent. */
  readonly area?: Area;
  /** At most so many sources, from the south. */
  readonly limit?: number;
  /** Ask NED for each source's 0.3-8 keV flux; `many`: although there are more than 20,000. */
  readonly ned?: "few" | "many";
  /** Time from one request to NED to the next, ms; its own rule, and the default, is 1000. */
  readonly nedEveryMs?: number;
  readonly archives?: Archives;
  /** The paper says 1; its own labels reach to 1.01. */
  readonly labelRadiusArcsec?: number;
  /** Called as a step goes on. */
  readonly onStep?: (step: string, done: number, total: number, note?: string) => void;
}

/** Everything that an acquisition found. */
export interface Acquisition {
  readonly release: CscRelease;
  readonly area?: Area;
  /**
   * All sources, flagged ones too: FEATURES, the Kolmogorov-Smirnov probability, significance, 95 %
   * error ellipse, flags and `selected` (0 or 1), distances of counterparts and label, and whether
   * each survey looked there.
   */
  readonly sources: Sources;
  /** `[nRows]` the name of the object that gave the label. */
  readonly labelNames: readonly (string | null)[];
  readonly account: readonly SelectionStep[];
  readonly flux: { readonly kind: FluxKind; readonly why: string };
  readonly checks: readonly RowCheck[];
  readonly counterparts: readonly CounterpartReport[];
  readonly labels: readonly CatalogueReport[];
  readonly conflicts: readonly ClassConflict[];
  /** Table 4: labelled sources among the selected ones. */
  readonly counts: Readonly<Record<SourceClass, number>>;
  /** Sources that pass Table 1. */
  readonly nSelected: number;
  /** What NED gave; absent where it was not asked. */
  readonly ned?: { readonly asked: number; readonly flux: number; readonly notes: string[] };
  /** What is not as expected, a sentence each. */
  readonly problems: readonly string[];
}

/**
 * From the archives to sources with features and labels: the Chandra Source Catalog, counterparts
 * of every source in the catalogues of section 2.2, labels, and NED's flux if asked for. Every
 * answer is kept in the cache, so that a run that was stopped goes on where it was.
 *
 * @throws ArchiveError when a service fails or the CSC is not as expected; RangeError for an area
 * without sources, or for names that NED is not to be asked for.
 */
export async function acquire(options: AcquireOptions): Promise<Acquisition> {
  const { release, area, archives = LIVE_ARCHIVES, onStep, labelRadiusArcsec = 1 } = options;
  if (options.ned && release !== "2.0") {
    throw new RangeError(`NED does not know names of CSC ${release}; leave it out, or take 2.0`);
  }
  const csc = { ...options, service: archives.csc[release] };
  const checks = await fetchPublishedRows(csc);
  const flux = fluxKind(checks);
  const { frame, absent } = await fetchCsc({
    ...csc,
    onProgress: (rows, total) => onStep?.(`sources of CSC ${release}`, rows, total),
  });
  const { selected, account } = selectPointSources(frame);
  // the services differ, so they are asked side by side
  const [matched, labels] = await together([
    matchAllCounterparts(frame, {
      ...options,
      url: archives.xMatchUrl,
      onCatalogue: (done, title) =>
        onStep?.("catalogues of counterparts", done, COUNTERPARTS.length, title),
    }),
    fetchAllLabels({
      ...options,
      services: archives.labels,
      onCatalogue: (done, title) =>
        onStep?.("catalogues of labels", done, LABEL_CATALOGUES.length, title),
    }),
  ]);
  const position = { ra: numbers(frame, "ra"), dec: numbers(frame, "dec") };
  const identified = matchLabels(position, labels.frame, labelRadiusArcsec);
  const names = frame.getColumn("name").toArray().map(String);
  const ned = options.ned ? await askNed(names, options, archives.nedUrl) : undefined;
  const columns = new Map([
    ...cscColumns(frame, flux.kind),
    ...matched.columns,
    ...notAsked(matched.columns, numbers(frame, "err_ellipse_r0")),
    [FLUX_NED.name, ned?.values ?? new Float64Array(names.length).fill(NaN)] as const,
    ["selected", Float64Array.from(selected, Number)] as const,
    ["offset_arcsec", identified.offsetArcsec] as const,
  ]);
  const label = (column: string) => {
    const cells: unknown[] = labels.frame.getColumn(column).toArray();
    return Array.from(identified.taken, (row) => row < 0 ? null : cells[row] as string);
  };
  const classes = label("class");
  const description = `${frame.height} sources of the Chandra Source Catalog ${release}` +
    (area ? `, ${area.words}` : "");
  const counts = CLASSES.map((name) =>
    [name, classes.filter((one, row) => one === name && selected[row]).length] as const
  );
  return {
    release,
    area,
    sources: withCoverage({
      origin: { kind: "acquired", description, sha256: "", release },
      names,
      ...position,
      matrix: fillDerived(columns, position),
      labels: Int32Array.from(classes, (name) => CLASSES.indexOf(name as SourceClass)),
      catalogues: label("catalogue").map((id) => id ?? ""),
    }),
    labelNames: label("label_name"),
    account,
    flux,
    checks,
    counterparts: matched.report,
    labels: labels.report,
    conflicts: identified.conflicts,
    counts: Object.fromEntries(counts) as Record<SourceClass, number>,
    nSelected: selected.filter(Boolean).length,
    ned: ned && { asked: names.length, flux: ned.found, notes: ned.notes },
    problems: [
      ...absent.map((name) => `CSC ${release} has no column ${name}: it is missing throughout`),
      ...unexpectedRows(frame.height, options),
      ...[...matched.report, ...labels.report].flatMap(({ id, problem }) =>
        problem ? [`${id}: ${problem}`] : []
      ),
    ],
  };
}

/** A release that has not the rows of its own release notes. */
function unexpectedRows(rows: number, { release, area, limit }: AcquireOptions): string[] {
  const { table, rows: expected } = CSC_TABLES[release];
  if (area || limit !== undefined || rows === expected) return [];
  return [`${table} has ${rows} rows, by its own COUNT(*) too; its release notes say ${expected}`];
}

/** 0 where a survey was not asked: its catalogue failed, or the source has no ellipse to search. */
function* notAsked(
  found: ReadonlyMap<string, Float64Array>,
  ellipse: Float64Array,
): Generator<[string, Float64Array]> {
  for (const { observed, bands } of SURVEYS) {
    const isAsked = bands.some((band) => found.has(band));
    yield [observed, ellipse.map((axis) => isAsked && !isNaN(axis) ? NaN : 0)];
  }
}

/** The catalogue's columns under our names. */
function* cscColumns(frame: DataFrame, kind: FluxKind): Generator<[string, Float64Array]> {
  const derived = ["gal_l", "gal_b"];
  const own = [...TABLE_2_FEATURES, KS_INTRA_PROB]
    .filter(({ source, group }) => source === "CSC 2.0" && group === "X-ray variability")
    .map(({ name }) => name);
  for (const name of new Set([...derived, ...own])) yield [name, numbers(frame, name)];
  for (const band of BANDS) yield [`flux_${band}`, numbers(frame, `${kind}_${band}`)];
  for (const name of ["significance", "err_ellipse_r0", "err_ellipse_r1", "err_ellipse_ang"]) {
    yield [name, numbers(frame, name)];
  }
  for (const name of FLAGS) yield [name, numbers(frame, name)];
}

/**
 * Counterparts of every source in every catalogue of section 2.2. A catalogue whose table is not as
 * expected is left out and reported; a service that fails is an error.
 *
 * @param sources As for {@link matchCounterparts}.
 * @returns `columns`: `[nSources]` each.
 */
export async function matchAllCounterparts(
  sources: DataFrame,
  options: Omit<XMatchOptions, "radiusArcsec" | "columns"> & OnCatalogue = {},
): Promise<{ columns: Map<string, Float64Array>; report: CounterpartReport[] }> {
  const all = new Map<string, Float64Array>(), report: CounterpartReport[] = [];
  for (const catalogue of COUNTERPARTS) {
    const { id, title } = catalogue;
    try {
      const { columns, note, ...match } = await matchCounterparts(sources, catalogue, options);
      columns.forEach((values, name) => all.set(name, values));
      report.push({ id, title, rows: match.matched, ...match, problem: note });
    } catch (error) {
      if (!(error instanceof ArchiveError && error.isAboutQuery)) throw error;
      report.push({ id, title, rows: 0, problem: error.problem });
    }
    options.onCatalogue?.(report.length, title);
  }
  return { columns: all, report };
}

/** NED's 0.3-8 keV flux of each name. */
async function askNed(
  names: readonly string[],
  options: AcquireOptions,
  url: string,
): Promise<{ values: Float64Array; found: number; notes: string[] }> {
  const values = new Float64Array(names.length).fill(NaN), notes: string[] = [];
  const onProgress = (done: number) => options.onStep?.("names asked of NED", done, names.length);
  const { nedEveryMs: everyMs, ned } = options;
  const how = { ...options, url, everyMs, allowMany: ned === "many", onProgress };
  let row = 0;
  for await (const { name, features, notes: ours } of fetchNed(names, how)) {
    values[row++] = features[FLUX_NED.name] ?? NaN;
    notes.push(...ours.map((note) => `${name}, ${note}`));
  }
  return { values, found: values.filter((value) => !isNaN(value)).length, notes };
}
