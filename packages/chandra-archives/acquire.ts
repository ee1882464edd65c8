import pl, { type DataFrame } from "nodejs-polars";
import {
  CLASSES,
  fillDerived,
  FLUX_NED,
  KS_INTRA_PROB,
  labelOf,
  type SourceClass,
  type Sources,
  SURVEYS,
  TABLE_2_FEATURES,
  withCoverage,
  withFluxLimits,
} from "@csc-classify/chandra-sources";
import { takeSources } from "@csc-classify/chandra-sources/files";
import { crossMatch, type Positions } from "@csc-classify/sky";
import {
  ArchiveError,
  type Area,
  fetchNed,
  numbers,
  type TapOptions,
  together,
  X_MATCH,
} from "@csc-classify/vo-archives";
import {
  type Choice,
  COUNTERPART_CATALOGUES,
  type CounterpartMatch,
  hasEllipse,
  isDoubtful,
  matchCounterparts,
  type MatchOptions,
} from "./counterparts.ts";
import {
  CSC_BANDS,
  CSC_TABLES,
  fetchCsc,
  fetchPublishedRows,
  FLAGS,
  type FluxKind,
  fluxKind,
  NH_GAL,
  type RowCheck,
  type SelectionStep,
  selectPointSources,
  TAKEN_ALONG,
} from "./csc.ts";
import { type CatalogueReport, fetchAllLabels, type OnCatalogue } from "./fetch-labels.ts";
import { LABEL_CATALOGUES } from "./label-catalogues.ts";
import { type ClassConflict, matchLabels } from "./match-labels.ts";
import { type LeftOut, Outages } from "./outages.ts";
import type { OwnLabels } from "./own-labels.ts";
import {
  type Archives,
  type CscRelease,
  LIVE_ARCHIVES,
  NED_PASSBANDS,
  USER_AGENT,
} from "./services.ts";

/** What matching one catalogue of counterparts came to. */
type CounterpartReport =
  & CatalogueReport
  & Partial<Omit<CounterpartMatch, "columns" | "quality" | "otherwise" | "odd">>
  & {
    /** Sources for which the nearest entry and the more probable rule differ. */
    readonly disputed?: number;
  };

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
  /** A user's own list of labels, before those of the catalogues where they are equally near. */
  readonly ownLabels?: OwnLabels;
  /** How a counterpart is chosen; default `nearest`, as those of the labels were. */
  readonly counterpart?: Choice;
  /** Called as a step goes on. */
  readonly onStep?: (step: string, done: number, total: number, note?: string) => void;
}

/** Everything that an acquisition found. */
export interface Acquisition {
  readonly release: CscRelease;
  readonly area?: Area;
  /**
   * All sources, flagged ones too: FEATURES, the bounds of the fluxes and whether each band was
   * observed, the Kolmogorov-Smirnov probability, significance, Galactic hydrogen, 95 % error
   * ellipse, flags and `selected` (0 or 1), distances of counterparts and label, and whether each
   * survey looked there. A flux of 0 is a limit, see {@link withFluxLimits}.
   */
  readonly sources: Sources;
  /** `[nRows]` the name of the object that gave the label. */
  readonly labelNames: readonly (string | null)[];
  /** `[nRows]` which of a source's counterparts are doubtful and why, in words; null where none is. */
  readonly doubts: readonly (string | null)[];
  /** `[nRows]` by name: letters of photometric quality, `quality_2mass`; null without counterpart. */
  readonly qualities: ReadonlyMap<string, readonly (string | null)[]>;
  /**
   * Rows of the sources to which the other rule of choosing counterparts gives other ones in any
   * survey, and these sources as they are under that rule, put together when they are asked for.
   */
  readonly otherwise: { readonly rows: readonly number[]; readonly sources: () => Sources };
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
  readonly ned?: {
    readonly asked: number;
    readonly flux: number;
    readonly notes: string[];
    /** Names that NED failed at. */
    readonly failed: number;
  };
  /** What is not as expected, a sentence each. */
  readonly problems: readonly string[];
  /** What services that failed were to give, by service: a later run may have it. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * From the archives to sources with features and labels: the Chandra Source Catalog, counterparts
 * of every source in the catalogues of section 2.2, labels, and NED's flux if asked for. Every
 * answer is kept in the cache, so that a run that was stopped goes on where it was. Only the CSC is
 * indispensable: what another service fails to give is left out and named.
 *
 * @throws ArchiveError when the CSC fails or is not as expected; RangeError for an area without
 * sources, or for names that NED is not to be asked for.
 */
export async function acquire(given: AcquireOptions): Promise<Acquisition> {
  const { release, area, archives = LIVE_ARCHIVES, onStep } = given;
  const options = { userAgent: USER_AGENT, hosts: archives.hosts, ...given };
  const outages = new Outages();
  if (options.ned && release !== "2.0") {
    throw new RangeError(`NED does not know names of CSC ${release}; leave it out, or take 2.0`);
  }
  const csc = { ...options, service: archives.csc[release] };
  const checks = await fetchPublishedRows(csc);
  const flux = fluxKind(checks);
  const { frame, absent, odd } = await fetchCsc({
    ...csc,
    onProgress: (rows, total) => onStep?.(`sources of CSC ${release}`, rows, total),
  });
  const { selected, account } = selectPointSources(frame), isSearched = hasEllipse(frame);
  const [matched, catalogues] = await askCatalogues(frame, options, archives, outages);
  const position = { ra: numbers(frame, "ra"), dec: numbers(frame, "dec") };
  const labels = labelsOf(position, catalogues, options.ownLabels);
  const names = frame.getColumn("name").toArray().map(String);
  const ned = options.ned ? await askNed(names, options, archives.nedUrl, outages) : undefined;
  const columns = new Map([
    ...cscColumns(frame, flux.kind),
    ...matched.columns,
    ...notAsked(matched.columns, isSearched),
    [FLUX_NED.name, ned?.values ?? new Float64Array(names.length).fill(NaN)] as const,
    ["selected", Float64Array.from(selected, Number)] as const,
    ["offset_arcsec", labels.offsetArcsec] as const,
  ]);
  const description = `${frame.height} sources of the Chandra Source Catalog ${release}` +
    (area ? `, ${area.words}` : "");
  const assemble = (columns: ReadonlyMap<string, Float64Array>) =>
    withFluxLimits(withCoverage({
      origin: { kind: "acquired" as const, description, sha256: "", release },
      names,
      ...position,
      matrix: fillDerived(columns, position),
      labels: Int32Array.from(labels.classes, labelOf),
      catalogues: labels.catalogues.map((id) => id ?? ""),
    }));
  const { rows, columns: otherColumns } = matched.otherwise;
  const counts = CLASSES.map((name) =>
    [name, labels.classes.filter((one, row) => one === name && selected[row]).length] as const
  );
  return {
    release,
    area,
    sources: assemble(columns),
    otherwise: {
      rows,
      sources: () => takeSources(assemble(new Map([...columns, ...otherColumns])), rows),
    },
    labelNames: labels.names,
    doubts: doubtsOf(columns),
    qualities: matched.qualities,
    account,
    flux,
    checks,
    counterparts: matched.report,
    labels: labels.report,
    conflicts: labels.conflicts,
    counts: Object.fromEntries(counts) as Record<SourceClass, number>,
    nSelected: selected.filter(Boolean).length,
    ned: ned && { asked: names.length, flux: ned.found, notes: ned.notes, failed: ned.failed },
    problems: [
      ...absent.map((name) => `CSC ${release} has no column ${name}: it is missing throughout`),
      ...odd.map((sentence) => `CSC ${release}: ${sentence}`),
      ...unexpectedRows(frame.height, options),
      ...withoutEllipse(names, isSearched),
      ...[...matched.report, ...labels.report].flatMap(({ id, problem }) =>
        problem ? [`${id}: ${problem}`] : []
      ),
      ...labels.ofNoSource ? [`own: no source has a label of it: ${labels.ofNoSource}`] : [],
      ...ned?.failed ? [`ned: it failed at ${ned.failed} of ${names.length} names`] : [],
      ...outages.leftOut.flatMap(({ id, why }) => id === NED.id ? [`${id}: left out: ${why}`] : []),
    ],
    leftOut: outages.leftOut.toSorted((a, b) => a.service < b.service ? -1 : 1),
  };
}

/** Counterparts and labels; the services differ, so they are asked side by side. */
function askCatalogues(
  sources: DataFrame,
  options: AcquireOptions,
  archives: Archives,
  outages: Outages,
) {
  const { counterpart: choice, release, onStep } = options;
  return together([
    matchAllCounterparts(sources, {
      ...options,
      url: archives.xMatchUrl,
      outages,
      choice,
      observed: CSC_TABLES[release].observed,
      onCatalogue: (done, title) =>
        onStep?.("catalogues of counterparts", done, COUNTERPART_CATALOGUES.length, title),
    }),
    fetchAllLabels({
      ...options,
      services: archives.labels,
      outages,
      onCatalogue: (done, title) =>
        onStep?.("catalogues of labels", done, LABEL_CATALOGUES.length, title),
    }),
  ]);
}

/** The label of each source, of the catalogues' and of the user's own, which go before. */
function labelsOf(
  position: Positions,
  catalogues: Awaited<ReturnType<typeof fetchAllLabels>>,
  own: OwnLabels | undefined,
) {
  const all = own
    ? pl.concat([own.frame, catalogues.frame], { how: "vertical" })
    : catalogues.frame;
  const { taken, offsetArcsec, conflicts } = matchLabels(position, all);
  const label = (column: string) => {
    const cells: unknown[] = all.getColumn(column).toArray();
    return Array.from(taken, (row) => row < 0 ? null : cells[row] as string);
  };
  const from = label("catalogue");
  const report = [...own ? [own.report] : [], ...catalogues.report].map((one) => ({
    ...one,
    given: from.filter((id) => id === one.id).length,
  }));
  const isIdle = own && report[0].given === 0;
  return {
    classes: label("class"),
    catalogues: from,
    names: label("label_name"),
    offsetArcsec,
    conflicts,
    report,
    /** How far the user's labels are from the sources, where none is of any. */
    ofNoSource: isIdle ? nearestOwn(position, own) : undefined,
  };
}

/** How far a user's labels are from the sources, which tells hours and other frames. */
function nearestOwn(sources: Positions, { frame }: OwnLabels): string {
  const places = { ra: numbers(frame, "label_ra"), dec: numbers(frame, "label_dec") };
  const found = crossMatch(places, sources, { radiusArcsec: 1800, find: "all" });
  const nearest = found.separationArcsec.reduce((a, b) => Math.min(a, b), Infinity);
  const name = String(frame.getColumn("label_name").toArray()[0]);
  const words = `${name} is at ${places.ra[0].toFixed(4)} ${places.dec[0].toFixed(4)} degrees`;
  if (nearest === Infinity) return `none lies within half a degree of one, ${words}`;
  return `the nearest is ${nearest.toFixed(1)} arcsec from one, ${words}`;
}

/** For each source the counterparts that may well be others', with what speaks against them. */
function doubtsOf(columns: ReadonlyMap<string, Float64Array>): (string | null)[] {
  const nSources = columns.get("ra")?.length ?? columns.get("selected")!.length;
  return Array.from({ length: nSources }, (_, row) => {
    const words = COUNTERPART_CATALOGUES.flatMap(({ id, title }) => {
      const [pAny, pThis, rivals = 0] = ["p_any", "p_i", "rivals"].map((name) =>
        columns.get(`${name}_${id}`)?.[row] ?? NaN
      );
      if (!(pThis >= 0) || !isDoubtful(pAny, pThis)) return [];
      const others = rivals > 0
        ? `, ${rivals} other${rivals > 1 ? "s" : ""} inside the ellipse`
        : "";
      return [`${title}: p_any ${pAny.toFixed(2)}, p_i ${pThis.toFixed(2)}${others}`];
    });
    return words.length > 0 ? `doubtful counterpart: ${words.join("; ")}` : null;
  });
}

/** A release that has not the rows of its own release notes. */
function unexpectedRows(rows: number, { release, area, limit }: AcquireOptions): string[] {
  const { table, rows: expected } = CSC_TABLES[release];
  if (area || limit !== undefined || rows === expected) return [];
  return [`${table} has ${rows} rows, by its own COUNT(*) too; its release notes say ${expected}`];
}

/** Sources around which nothing can be searched. */
function withoutEllipse(names: readonly string[], isSearched: readonly boolean[]): string[] {
  const without = names.filter((_, row) => !isSearched[row]);
  if (without.length === 0) return [];
  return [
    `${without.length} of ${names.length} sources have no whole error ellipse, such as ` +
    `${without[0]}: no counterparts of them are searched`,
  ];
}

/** 0 where a survey was not asked: its catalogue failed, or the source has no ellipse to search. */
function* notAsked(
  found: ReadonlyMap<string, Float64Array>,
  isSearched: readonly boolean[],
): Generator<[string, Float64Array]> {
  for (const { observed, bands } of SURVEYS) {
    const isAsked = bands.some((band) => found.has(band));
    yield [observed, Float64Array.from(isSearched, (is) => isAsked && is ? NaN : 0)];
  }
}

/** The catalogue's columns under our names. */
function* cscColumns(frame: DataFrame, kind: FluxKind): Generator<[string, Float64Array]> {
  const derived = ["gal_l", "gal_b"];
  const own = [...TABLE_2_FEATURES, KS_INTRA_PROB]
    .filter(({ source, group }) => source === "CSC 2.0" && group === "X-ray variability")
    .map(({ name }) => name);
  for (const name of new Set([...derived, ...own])) yield [name, numbers(frame, name)];
  for (const band of CSC_BANDS) {
    yield [`flux_${band}`, numbers(frame, `${kind}_${band}`)];
    for (const bound of ["lolim", "hilim"]) {
      yield [`flux_${band}_${bound}`, numbers(frame, `${kind}_${bound}_${band}`)];
    }
  }
  for (
    const name of ["significance", NH_GAL, "err_ellipse_r0", "err_ellipse_r1", "err_ellipse_ang"]
  ) {
    yield [name, numbers(frame, name)];
  }
  for (const name of [...TAKEN_ALONG, ...FLAGS]) yield [name, numbers(frame, name)];
}

/**
 * Counterparts of every source in every catalogue of section 2.2. A catalogue whose table is not as
 * expected, or whose service fails, is left out and reported.
 *
 * @param sources As for {@link matchCounterparts}.
 * @returns `columns`: `[nSources]` each.
 */
async function matchAllCounterparts(
  sources: DataFrame,
  options: MatchOptions & OnCatalogue & { readonly outages: Outages },
): Promise<{
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly qualities: Acquisition["qualities"];
  readonly otherwise: CounterpartMatch["otherwise"];
  readonly report: readonly CounterpartReport[];
}> {
  const all = new Map<string, Float64Array>(), report: CounterpartReport[] = [];
  const qualities = new Map<string, readonly (string | null)[]>();
  const others = new Map<string, Float64Array>(), disputed = new Set<number>();
  for (const catalogue of COUNTERPART_CATALOGUES) {
    const { id, title } = catalogue, { outages } = options, part = { service: X_MATCH, id, title };
    const failed = (problem: string) => report.push({ id, title, rows: 0, problem });
    try {
      const found = await outages.attempt(
        part,
        () => matchCounterparts(sources, catalogue, options),
      );
      if (found) {
        const { columns, quality, otherwise, note, odd, ...match } = found;
        otherwise.columns.forEach((values, name) => others.set(name, values));
        for (const row of otherwise.rows) disputed.add(row);
        if (quality) qualities.set(quality.name, quality.letters);
        columns.forEach((values, name) => all.set(name, values));
        report.push({
          id,
          title,
          rows: match.matched,
          ...match,
          disputed: otherwise.rows.length,
          problem: [note, odd].filter(Boolean).join("; ") || undefined,
        });
      } else failed(`left out: ${outages.leftOut.findLast((one) => one.id === id)!.why}`);
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      // a survey that is refused is missing all the same
      outages.note(part, error);
      failed(error.problem);
    }
    options.onCatalogue?.(report.length, title);
  }
  const rows = [...disputed].sort((a, b) => a - b);
  return { columns: all, qualities, otherwise: { rows, columns: others }, report };
}

const NED = { service: "NED", id: "ned", title: "NED's 0.3-8 keV flux" };

/** NED's 0.3-8 keV flux of each name, as far as NED answers. */
async function askNed(
  names: readonly string[],
  options: AcquireOptions,
  url: string,
  outages: Outages,
): Promise<{ values: Float64Array; found: number; notes: string[]; failed: number }> {
  const values = new Float64Array(names.length).fill(NaN), notes: string[] = [];
  const onProgress = (done: number) => options.onStep?.("names asked of NED", done, names.length);
  const { nedEveryMs: everyMs, ned } = options;
  const allowMany = ned === "many", passbands = NED_PASSBANDS;
  const how = { ...options, url, passbands, everyMs, allowMany, onProgress };
  let row = 0, failures = 0;
  try {
    for await (const { name, features, notes: ours, failed } of fetchNed(names, how)) {
      values[row++] = features[FLUX_NED.name] ?? NaN;
      if (failed) failures++;
      notes.push(...ours.map((note) => `${name}, ${note}`));
    }
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    outages.note({ ...NED, title: `${NED.title} of ${names.length - row} names` }, error);
  }
  const found = values.filter((value) => !isNaN(value)).length;
  return { values, found, notes, failed: failures };
}
