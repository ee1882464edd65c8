import {
  ArchiveError,
  fetchNed,
  resolveName,
  TapClient,
  type TapOptions,
  X_MATCH,
  xMatch,
  xMatchColumns,
} from "@csc-classify/vo-archives";
import {
  type Archives,
  chooseColumns,
  chooseLabelColumns,
  COUNTERPART_CATALOGUES,
  CSC_COLUMNS,
  CSC_TABLES,
  type CscRelease,
  fetchPublishedRows,
  fluxKind,
  LABEL_CATALOGUES,
  type LabelCatalogue,
  type LabelService,
  LIVE_ARCHIVES,
  NED_PASSBANDS,
  PUBLISHED_NAMES,
  USER_AGENT,
} from "@csc-classify/chandra-archives";

/** What one service said about one table, or one fact that nobody knew. */
export interface Finding {
  readonly service: string;
  /** The table, or what was asked. */
  readonly table: string;
  readonly ok: boolean;
  readonly expected: string;
  /** Rows and columns, or what is wrong. */
  readonly found: string;
}

/** Options of {@link probeArchives}. */
interface ProbeOptions extends TapOptions {
  readonly archives?: Archives;
  /** As of an acquisition. */
  readonly nedEveryMs?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * What is asked: a table and four facts of each release of the CSC, whether there is a later one, the
 * tables of counterparts and of labels, two facts of X-Match, two of HEASARC, two of NED, a name of
 * the CDS.
 */
export const PROBED = 5 * Object.keys(CSC_TABLES).length + COUNTERPART_CATALOGUES.length +
  LABEL_CATALOGUES.length + 8;

type Probe = [service: string, table: string, expected: string, ask: () => Promise<string>];

/**
 * Asks every archive what it has, by TAP_SCHEMA, COUNT(*) and lists of columns, and reports what
 * differs from what this project expects. Nothing is downloaded; what fails becomes a finding.
 *
 * @throws the signal's reason when cancelled.
 */
export async function probeArchives(options: ProbeOptions = {}): Promise<Finding[]> {
  const { archives = LIVE_ARCHIVES, onProgress } = options;
  const { hosts } = archives;
  const patience = { attempts: 2, stallMs: 60_000, userAgent: USER_AGENT, hosts, ...options };
  const releases = Object.keys(CSC_TABLES) as CscRelease[];
  const probes: Probe[] = [
    ...releases.map((release): Probe => {
      const { table } = CSC_TABLES[release];
      const ask = () => probeCsc(release, archives, patience);
      return [archives.csc[release].name, table, "all columns, the published values", ask];
    }),
    ...COUNTERPART_CATALOGUES.map((one): Probe => {
      const expected = Object.values(one.columns).map(([first]) => first).join(", ");
      return [X_MATCH, one.table, expected, () => probeCounterparts(one, archives, patience)];
    }),
    ...LABEL_CATALOGUES.map((one): Probe => {
      const { service, table, position, name, type, where = "" } = one;
      const columns = [...position, name[0], type?.column].filter(Boolean).join(", ");
      const expected = `${columns}${where && `, rows where ${where}`} (${one.certainty})`;
      const tap = new TapClient(archives.labels[service], patience);
      return [tap.service.name, table, expected, () => probeLabels(tap, one)];
    }),
    ["CDS name resolver", archives.sesameUrl, "M 31 at 10.68, 41.27", async () => {
      const place = await resolveName("M 31", { ...patience, url: archives.sesameUrl });
      if (!place) throw unlike("CDS name resolver", "it does not know M 31");
      return `M 31 at ${place.ra}, ${place.dec}`;
    }],
    ...releases.flatMap((release) => cscFacts(release, archives, patience)),
    laterRelease(archives, patience),
    ...xMatchFacts(archives, patience),
    ...heasarcFacts(archives, patience),
    ...nedFacts(archives, options),
  ];
  const findings: Finding[] = [], down = new Map<string, string>();
  for (const [service, table, expected, ask] of probes) {
    const silent = down.get(service);
    try {
      if (silent) findings.push({ service, table, expected, ok: false, found: silent });
      else findings.push({ service, table, expected, ok: true, found: await ask() });
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      // a service that cannot be reached is not asked for its other tables
      if (error.kind === "network" || error.kind === "timeout") down.set(service, error.problem);
      findings.push({ service, table, expected, ok: false, found: error.problem });
    }
    onProgress?.(findings.length, probes.length);
  }
  return findings;
}

/** What nobody knew of the CSC's service: whether it counts, heeds MAXREC, its lists, where it leads. */
function cscFacts(release: CscRelease, archives: Archives, patience: TapOptions): Probe[] {
  const service = archives.csc[release], { table } = CSC_TABLES[release];
  const tap = new TapClient(service, patience);
  return [
    [service.name, "COUNT(*)", `${CSC_TABLES[release].rows} rows`, async () => {
      const rows = await tap.count(table);
      if (rows === CSC_TABLES[release].rows) return `${rows} rows`;
      throw unlike(service.name, `${rows} rows, not those of the release notes`);
    }],
    [service.name, "MAXREC 3", "3 rows, with or without a mark of overflow", async () => {
      const adql = `SELECT name FROM ${table} WHERE dec < 0`;
      const error = await tap.sync({ adql, maxRows: 3 }).then(() => undefined, (reason) => reason);
      const words = error instanceof ArchiveError ? error.problem : "fewer rows than asked for";
      if (/^gave 3 rows/.test(words)) return words;
      throw error instanceof ArchiveError ? error : unlike(service.name, words);
    }],
    [service.name, "TAP_SCHEMA.tables", table, async () => {
      const adql = "SELECT table_name FROM TAP_SCHEMA.tables";
      const { frame } = await tap.sync({ adql, maxRows: 500 });
      const names = frame.getColumn(frame.columns[0]).toArray().map(String);
      const isListed = names.some((name) => name.replace(/^public\./, "") === table);
      if (isListed) return `${names.length} tables, this one too`;
      throw unlike(service.name, `not among ${names.slice(0, 20).join(", ") || "no tables"}`);
    }],
    [service.name, "where its redirect leads", "none, or to a host that may be asked", async () => {
      const form = { REQUEST: "doQuery", LANG: "ADQL", FORMAT: "votable", ...service.parameters };
      const QUERY = `SELECT TOP 1 name FROM ${table}`;
      const body = new URLSearchParams({ ...form, QUERY });
      const { status, location } = await look(service.name, `${service.url}/sync`, body, patience);
      if (!location) return `HTTP ${status}, no redirect`;
      const { host } = new URL(location, service.url), known = [new URL(service.url).host];
      const words = `HTTP ${status} to ${host}`;
      if ([...known, ...archives.hosts.names].includes(host)) return words;
      throw unlike(service.name, `${words}, which is not in ${archives.hosts.keptIn}`);
    }],
  ];
}

/** Whether there is a release after the last that is known here: `csc22tap` is foreseen. */
function laterRelease({ csc }: Archives, patience: TapOptions): Probe {
  const url = csc["2.1"].url.replace("csc21", "csc22"), name = "Chandra Source Catalog 2.2 TAP";
  const tap = new TapClient({ ...csc["2.1"], name, url }, { ...patience, attempts: 1 });
  return [name, url, "nothing yet", async () => {
    const adql = "SELECT table_name FROM TAP_SCHEMA.tables";
    const found = await tap.sync({ adql, maxRows: 500 }).catch((error) => {
      if (error instanceof ArchiveError && ["query", "http"].includes(error.kind)) return error;
      throw error;
    });
    if (found instanceof ArchiveError) return `nothing: ${found.problem}`;
    throw unlike(name, `it answers, with ${found.frame.height} tables`);
  }];
}

/** A table of HEASARC's of more rows than it is said to give at a time: 135,118. */
const LARGE = "rass2rxs";

/** What nobody knew of HEASARC: how many rows it gives at most, and whether they are always the same. */
function heasarcFacts({ labels }: Archives, patience: TapOptions): Probe[] {
  const service = labels.heasarc, tap = new TapClient(service, patience);
  const { pageRows = Infinity } = service, most = 200_000;
  return [
    [service.name, `MAXREC ${most} of ${LARGE}`, "100000 rows, more than our pages", async () => {
      const rows = await tap.count(LARGE), adql = `SELECT name FROM ${LARGE}`;
      const given = await tap.sync({ adql, maxRows: most, rows }).then(
        ({ frame }) => frame.height,
        (error) => {
          const [, height] =
            error instanceof ArchiveError && /^gave (\d+) rows/.exec(error.problem) ||
            [];
          if (height === undefined) throw error;
          return Number(height);
        },
      );
      const words = `${given} of ${rows} rows; our pages have ${pageRows}`;
      if (given === rows || given > pageRows) return words;
      throw unlike(service.name, words);
    }],
    [service.name, `20 rows of ${LARGE}, twice`, "the same ones, or others", async () => {
      const draw = async () => {
        const { frame } = await tap.sync({ adql: `SELECT TOP 20 name FROM ${LARGE}` });
        return frame.getColumn("name").toArray().map(String);
      };
      const [first, second] = [await draw(), await draw()];
      const common = second.filter((name) => first.includes(name)).length;
      return `${first.length} and ${second.length} rows, ${common} of them the same`;
    }],
  ];
}

/** What nobody knew of NED: how it answers names of the CSC, and one that there is not. */
function nedFacts({ nedUrl, hosts }: Archives, options: ProbeOptions): Probe[] {
  const how = { stallMs: 60_000, userAgent: USER_AGENT, hosts, ...options, attempts: 2 };
  const asked = { ...how, url: nedUrl, passbands: NED_PASSBANDS, everyMs: options.nedEveryMs };
  const ask = async (names: readonly string[]) => {
    const found = await Array.fromAsync(fetchNed(names, asked));
    const words = found.map(({ name, features, absent }) =>
      `${name}: ${absent ?? `${Object.keys(features).length} of our passbands`}`
    ).join("; ");
    return { words, isWhole: found.every(({ failed }) => !failed), found };
  };
  return [
    ["NED", nedUrl, "photometry of M 51", async () => {
      const { words, found: [{ absent }] } = await ask(["M 51"]);
      if (absent === undefined) return words;
      throw unlike("NED", words);
    }],
    ["NED", "names of CSC 2.0, and one of nothing", "no fault", async () => {
      const { words, isWhole } = await ask([...PUBLISHED_NAMES, "2CXO J000000.0+000000"]);
      if (isWhole) return words;
      throw unlike("NED", words);
    }],
  ];
}

/** Two stars of the Trapezium, where most surveys have entries. */
const ORION = { ra: [83.8221, 83.8186], dec: [-5.3911, -5.3897] };

/** What nobody knew of X-Match: whether it takes one source, and how it says that it left rows out. */
function xMatchFacts({ xMatchUrl }: Archives, patience: TapOptions): Probe[] {
  const ask = (rows: string[], maxRows: string) => {
    const form = new FormData();
    const fields = {
      REQUEST: "xmatch",
      cat2: "vizier:II/246/out",
      distMaxArcsec: "30",
      MAXREC: maxRows,
      selection: "all",
      RESPONSEFORMAT: "votable",
      colRA1: "ra",
      colDec1: "dec",
    };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const csv = ["csc_row,ra,dec", ...rows, ""].join("\n");
    form.set("cat1", new Blob([csv], { type: "text/csv" }), "sources.csv");
    return look(X_MATCH, xMatchUrl, form, patience);
  };
  const orion = ORION.ra.map((ra, i) => `${i},${ra},${ORION.dec[i]}`);
  return [
    [X_MATCH, "an upload of one source", "a table, or HTTP 400", async () => {
      const { status, text } = await ask(orion.slice(0, 1), "100");
      const words = `HTTP ${status}: ${text.replace(/<[^>]*>|\s+/g, " ").trim().slice(0, 60)}`;
      if (status === 400 || /<TABLEDATA|<BINARY/.test(text)) return words;
      throw unlike(X_MATCH, words);
    }],
    [X_MATCH, "MAXREC 1 of many", "one row and a mark of overflow", async () => {
      const { status, text } = await ask(orion, "1");
      const rows = text.match(/<TR>/g)?.length ?? 0, isMarked = /OVERFLOW/.test(text);
      const words = `HTTP ${status}, ${rows} rows, ${isMarked ? "marked" : "not marked"}`;
      if (status === 200 && rows === 1 && isMarked) return words;
      throw unlike(X_MATCH, words);
    }],
  ];
}

/** So much of an answer is looked at. */
const LOOKED_AT = 200_000;

/** An answer as it comes, to a POST: status, where it redirects to, how it begins. */
async function look(
  service: string,
  url: string,
  body: URLSearchParams | FormData,
  { stallMs = 60_000, signal, userAgent = USER_AGENT }: TapOptions,
): Promise<{ status: number; location: string | null; text: string }> {
  const late = AbortSignal.timeout(stallMs), headers = { "user-agent": userAgent };
  const either = signal ? AbortSignal.any([signal, late]) : late;
  try {
    const how = { method: "POST", body, headers, redirect: "manual" as const, signal: either };
    const response = await fetch(url, how), decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > LOOKED_AT) break;
    }
    return { status: response.status, location: response.headers.get("location"), text };
  } catch (error) {
    signal?.throwIfAborted();
    const problem = `the connection to ${new URL(url).host} failed (${(error as Error).message})`;
    const parts = { kind: late.aborted ? "timeout" : "network", service, query: "probe" } as const;
    throw new ArchiveError({ ...parts, problem, remedy: "check the network", cause: error });
  }
}

/**
 * Columns that a release lacks, which flux of the published rows is equal to its own, and which of
 * their other values are not: the error ellipse may be another one than the authors'.
 */
async function probeCsc(
  release: CscRelease,
  archives: Archives,
  options: TapOptions,
): Promise<string> {
  const service = archives.csc[release], { table } = CSC_TABLES[release];
  const listed = (await new TapClient(service, options).columns([table])).get(table)!;
  if (listed instanceof ArchiveError) throw listed;
  const names = listed.map(({ name }) => name.toLowerCase());
  const absent = Object.keys(CSC_COLUMNS).filter((name) => !names.includes(name));
  const checks = await fetchPublishedRows({ ...options, release, service });
  const { kind, why } = fluxKind(checks);
  const others = checks.filter(({ column }) => !/^flux_aper/.test(column));
  const unequal = others.filter(({ equal }) => !equal).map(({ name, column, ...values }) => {
    const ratio = (values.published / Number(values.fetched)).toFixed(4);
    return values.fetched === null
      ? `no ${column} of ${name}`
      : `${column} of ${name} is ${values.fetched}, published ${values.published}, ${ratio} times it`;
  });
  const found = [
    absent.length > 0 ? `no ${absent.join(", ")}` : "all columns",
    `${kind}: ${why}`,
    `${others.length - unequal.length} of ${others.length} other published values equal`,
    ...unequal,
  ].join("; ");
  // a later release measured anew
  if (absent.length === 0 && (unequal.length === 0 || release !== "2.0")) return found;
  throw unlike(service.name, found);
}

/** The columns that a table of counterparts has, and whether a match with two sources brings them. */
async function probeCounterparts(
  catalogue: typeof COUNTERPART_CATALOGUES[number],
  archives: Archives,
  options: TapOptions,
): Promise<string> {
  const how = { ...options, url: archives.xMatchUrl };
  const present = await xMatchColumns(catalogue.table, how);
  const chosen = chooseColumns(catalogue, present), columns = [...new Set(Object.values(chosen))];
  const found = await xMatch(ORION, catalogue.table, { ...how, columns, radiusArcsec: 30 });
  const words = Object.entries(chosen).map((pair) => pair.join(" = ")).join(", ");
  return `${words}; ${found.height} entries at two stars of Orion`;
}

/** Rows and columns of a catalogue of labels, and the types that its filter keeps. */
async function probeLabels(tap: TapClient, catalogue: LabelCatalogue): Promise<string> {
  const { table: first, elsewhere = [], where, orWhere, type } = catalogue;
  const tables = await tap.columns([first], elsewhere), found = tables.get(first)!;
  if ([...tables.values()].every((one) => one instanceof ArchiveError)) {
    const like = await sisters(tap, catalogue), why = (found as ArchiveError).problem;
    throw unlike(tap.service.name, `there is no such table (${why}); like it: ${like}`);
  }
  const { table, ra, dec, name, type: column } = chooseLabelColumns(catalogue, tables);
  const quoted = (name: string) => /^[A-Za-z]\w*$/.test(name) ? name : `"${name}"`;
  const ofType = type?.codes
    ? `${column} >= ${type.codes[0]} AND ${column} <= ${type.codes[1]}`
    : type && `${quoted(column!)} LIKE '%${type.contains}%'`;
  let kept = ofType ?? where;
  const rows = await tap.count(table, kept).catch((error) => {
    // as an acquisition does
    const isRefused = error instanceof ArchiveError && error.isAboutQuery;
    if (!isRefused || orWhere === undefined) throw error;
    kept = orWhere;
    return tap.count(table, kept);
  });
  if (rows > 0) {
    // whether a position is a number or text, whatever the list of columns says
    const columns = [ra, dec].map(quoted).join(", ");
    const { frame } = await tap.sync({ adql: `SELECT TOP 1 ${columns} FROM ${table}`, maxRows: 5 });
    const place = frame.height > 0 ? frame.row(0).map((cell) => JSON.stringify(cell)) : ["none"];
    return `${rows} rows${kept ? ` where ${kept}` : ""} in ${table}; ${ra}, ${dec} = ` +
      `${place.join(", ")}; ${name}`;
  }
  throw unlike(tap.service.name, `no rows${kept ? ` where ${kept}` : ""}`);
}

/** Tables that begin like the one looked for, so that its name can be mended. */
async function sisters(tap: TapClient, { table, service }: LabelCatalogue): Promise<string> {
  const name = table.replaceAll('"', "");
  const stems: Record<LabelService, string> = {
    vizier: name.slice(0, name.lastIndexOf("/") + 1),
    heasarc: name.slice(0, 5),
    simbad: name,
  };
  const adql = `SELECT table_name FROM TAP_SCHEMA.tables WHERE table_name LIKE '%${
    stems[service]
  }%'`;
  const { frame } = await tap.sync({ adql });
  return frame.getColumn(frame.columns[0]).toArray().slice(0, 20).join(", ") || "none";
}

function unlike(service: string, problem: string): ArchiveError {
  const remedy = "mend the registry";
  return new ArchiveError({ kind: "format", service, query: "probe", problem, remedy });
}
