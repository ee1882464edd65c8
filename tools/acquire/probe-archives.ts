import { ArchiveError } from "#lib/archives/archive-error.ts";
import { chooseColumns, COUNTERPARTS } from "#lib/archives/counterparts.ts";
import { CSC_TABLES, fetchPublishedRows, fluxKind } from "#lib/archives/csc.ts";
import { chooseLabelColumns } from "#lib/archives/fetch-labels.ts";
import { LABEL_CATALOGUES, type LabelCatalogue } from "#lib/archives/label-catalogues.ts";
import { fetchNed } from "#lib/archives/ned.ts";
import {
  type Archives,
  type CscRelease,
  type LabelService,
  LIVE_ARCHIVES,
} from "#lib/archives/services.ts";
import { TapClient, type TapOptions } from "#lib/archives/tap-client.ts";
import { xMatchColumns } from "#lib/archives/x-match.ts";

/** What one service said about one table. */
export interface Finding {
  readonly service: string;
  readonly table: string;
  readonly ok: boolean;
  readonly expected: string;
  /** Rows and columns, or what is wrong. */
  readonly found: string;
}

/** Options of {@link probeArchives}. */
export interface ProbeOptions extends TapOptions {
  readonly archives?: Archives;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Tables looked at: of the CSC, of counterparts, of labels, and one name of NED. */
export const PROBED_TABLES = Object.keys(CSC_TABLES).length + COUNTERPARTS.length +
  LABEL_CATALOGUES.length + 1;

type Probe = [service: string, table: string, expected: string, ask: () => Promise<string>];

/**
 * Asks every archive what it has, by TAP_SCHEMA, COUNT(*) and lists of columns, and reports what
 * differs from what this project expects. Nothing is downloaded; what fails becomes a finding.
 *
 * @throws the signal's reason when cancelled.
 */
export async function probeArchives(options: ProbeOptions = {}): Promise<Finding[]> {
  const { archives = LIVE_ARCHIVES, onProgress } = options;
  const patience = { attempts: 2, stallMs: 60_000, ...options };
  const releases = Object.keys(CSC_TABLES) as CscRelease[];
  const probes: Probe[] = [
    ...releases.map((release): Probe => {
      const { table, rows } = CSC_TABLES[release];
      const ask = () => probeCsc(release, archives, patience);
      return [archives.csc[release].name, table, `${rows} rows, all columns`, ask];
    }),
    ...COUNTERPARTS.map((one): Probe => {
      const expected = Object.values(one.columns).map(([first]) => first).join(", ");
      return ["CDS X-Match", one.table, expected, async () => {
        const present = await xMatchColumns(one.table, { ...patience, url: archives.xMatchUrl });
        const chosen = Object.entries(chooseColumns(one, present));
        return chosen.map((pair) => pair.join(" = ")).join(", ");
      }];
    }),
    ...LABEL_CATALOGUES.map((one): Probe => {
      const { service, table, position, name, type, where = "" } = one;
      const columns = [...position, name[0], type?.column].filter(Boolean).join(", ");
      const expected = `${columns}${where && `, rows where ${where}`} (${one.certainty})`;
      const tap = new TapClient(archives.labels[service], patience);
      return [tap.service.name, table, expected, () => probeLabels(tap, one)];
    }),
    ["NED", archives.nedUrl, "photometry of M 51", async () => {
      const how = { ...patience, url: archives.nedUrl };
      const { value } = await fetchNed(["M 51"], how).next();
      if (!value || value.absent) throw unlike("NED", value?.absent ?? "no answer");
      return `${Object.keys(value.features).length} of our passbands`;
    }],
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

/** Rows and columns of a release, and which flux of the published rows is equal to its own. */
async function probeCsc(
  release: CscRelease,
  archives: Archives,
  options: TapOptions,
): Promise<string> {
  const service = archives.csc[release], { table, rows: expected } = CSC_TABLES[release];
  const tap = new TapClient(service, options);
  const checks = await fetchPublishedRows({ ...options, release, service });
  const rows = await tap.count(table);
  const { kind, why } = fluxKind(checks);
  const found = `${rows} rows; all needed columns; ${kind}: ${why}`;
  if (rows === expected) return found;
  throw unlike(service.name, `${found}; the release notes say ${expected} rows`);
}

/** Rows and columns of a catalogue of labels, and the types that its filter keeps. */
async function probeLabels(tap: TapClient, catalogue: LabelCatalogue): Promise<string> {
  const { table, where, type } = catalogue;
  const found = (await tap.columns([table])).get(table)!;
  if (found instanceof ArchiveError) {
    const like = await sisters(tap, catalogue);
    throw unlike(tap.service.name, `there is no such table (${found.problem}); like it: ${like}`);
  }
  const { ra, dec, name, type: column } = chooseLabelColumns(catalogue, found);
  const kept = type?.codes
    ? `${column} >= ${type.codes[0]} AND ${column} <= ${type.codes[1]}`
    : where;
  const rows = await tap.count(table, kept);
  if (rows > 0) return `${rows} rows${kept ? ` where ${kept}` : ""}; ${ra}, ${dec}, ${name}`;
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
