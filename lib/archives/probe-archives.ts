import { type Archives, LIVE_ARCHIVES } from "./archives.ts";
import { ArchiveError } from "./archive-error.ts";
import { COUNTERPARTS } from "./counterparts.ts";
import {
  checkPublishedRows,
  CSC_COLUMNS,
  CSC_TABLES,
  type CscRelease,
  PUBLISHED_ROWS,
} from "./csc.ts";
import { probeLabels } from "./fetch-labels.ts";
import { LABEL_CATALOGUES } from "./label-catalogues.ts";
import { chooseColumns } from "./match-counterparts.ts";
import { TapClient } from "./tap-client.ts";
import type { RetryPolicy } from "./with-retries.ts";
import { xMatchColumns } from "./x-match.ts";

/** What one service said about one table. */
export interface Finding {
  readonly service: string;
  readonly table: string;
  readonly ok: boolean;
  /** Rows and columns, or what is wrong. */
  readonly found: string;
}

/** Options of {@link probeArchives}. */
export interface ProbeOptions extends RetryPolicy {
  readonly archives?: Archives;
  /** Longest silence of a service, ms; default 30000. */
  readonly stallMs?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Asks every archive what it has, by TAP_SCHEMA, COUNT(*) and lists of columns, and reports what
 * differs from what this project expects. Nothing is downloaded; what fails becomes a finding.
 *
 * @throws the signal's reason when cancelled.
 */
export async function probeArchives(options: ProbeOptions = {}): Promise<Finding[]> {
  const { archives = LIVE_ARCHIVES, stallMs = 30_000, onProgress, attempts = 2 } = options;
  const patience = { ...options, attempts, stallMs };
  const releases = Object.keys(CSC_TABLES) as CscRelease[];
  const probes: [service: string, table: string, ask: () => Promise<string>][] = [
    ...releases.map((release): [string, string, () => Promise<string>] => [
      archives.csc[release].name,
      CSC_TABLES[release].table,
      () => probeCsc(new TapClient(archives.csc[release], patience), release),
    ]),
    ...COUNTERPARTS.map((one): [string, string, () => Promise<string>] => [
      "CDS X-Match",
      one.table,
      async () => {
        const present = await xMatchColumns(one.table, { ...patience, url: archives.xMatchUrl });
        return Object.entries(chooseColumns(one, present)).map((pair) => pair.join(" = ")).join(
          ", ",
        );
      },
    ]),
    ...LABEL_CATALOGUES.map((one): [string, string, () => Promise<string>] => [
      archives.labels[one.service].name,
      one.table,
      async () => {
        const { rows, columns } = await probeLabels(one, {
          ...patience,
          services: archives.labels,
        });
        return `${rows} rows; ${Object.values(columns).filter(Boolean).join(", ")}`;
      },
    ]),
  ];
  const findings: Finding[] = [];
  for (const [service, table, ask] of probes) {
    try {
      findings.push({ service, table, ok: true, found: await ask() });
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      findings.push({ service, table, ok: false, found: error.problem });
    }
    onProgress?.(findings.length, probes.length);
  }
  return findings;
}

/** Rows and columns of a release, and which flux of the published rows is equal to its own. */
async function probeCsc(tap: TapClient, release: CscRelease): Promise<string> {
  const { table, rows: expected } = CSC_TABLES[release];
  const rows = await tap.count(table);
  const names = PUBLISHED_ROWS.map(({ name }) => `'${name}'`).join(", ");
  const columns = Object.keys(CSC_COLUMNS);
  const adql = `SELECT ${columns.join(", ")} FROM ${table} WHERE name IN (${names})`;
  const { frame } = await tap.sync({ adql, expect: columns, types: CSC_COLUMNS });
  const checks = checkPublishedRows(frame).filter(({ fetched }) => fetched !== null);
  const equal = checks.filter((check) => check.equal).map(({ column }) => column);
  const published = checks.length === 0
    ? "the published rows are not there"
    : `of the published values equal: ${[...new Set(equal)].join(", ") || "none"}`;
  return `${rows} rows (expected ${expected}); all columns there; ${published}`;
}
