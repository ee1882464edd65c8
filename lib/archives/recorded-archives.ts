import pl, { type DataFrame } from "nodejs-polars";
import { DATA } from "../run/files.ts";
import { crossMatch } from "../sky/cross-match.ts";
import type { Archives } from "./archives.ts";
import { COUNTERPARTS } from "./counterparts.ts";
import { CSC_TABLES } from "./csc.ts";
import { LABEL_CATALOGUES } from "./label-catalogues.ts";
import { readTextTable } from "./read-text-table.ts";
import { CSC_TAP, HEASARC_TAP, type TapService, VIZIER_TAP } from "./tap-service.ts";
import { writeVotable } from "./write-votable.ts";

const FOLDER = `${DATA}/recorded-responses`;

/**
 * Stand-ins for the archives on this machine, which answer this project's own queries from the
 * hand-written tables of `data/recorded-responses/`, each in its service's dialect: not real data.
 */
export class RecordedArchives implements AsyncDisposable {
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => this.#answer(request),
  );

  get #base(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** The services, for whatever takes the live ones. */
  get archives(): Archives {
    return {
      recorded: true,
      csc: {
        "2.0": this.#standIn(CSC_TAP["2.0"], "csc"),
        "2.1": this.#standIn(CSC_TAP["2.1"], "csc"),
      },
      labels: {
        vizier: this.#standIn(VIZIER_TAP, "vizier"),
        heasarc: this.#standIn(HEASARC_TAP, "heasarc"),
      },
      xMatchUrl: `${this.#base}/x-match`,
      nedUrl: `${this.#base}/ned`,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #standIn(service: TapService, path: string): TapService {
    return {
      ...service,
      name: `recorded stand-in for ${service.name}`,
      url: `${this.#base}/${path}`,
    };
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/ned") {
      return new Response(await nedAnswer(searchParams.get("objname") ?? ""));
    }
    if (pathname === "/x-match/tables") {
      const table = await counterpartTable(searchParams.get("tabName") ?? "");
      return Response.json(table.columns.map((name) => ({ name })));
    }
    const form = await request.formData();
    const text = (name: string) => String(form.get(name) ?? "");
    if (pathname === "/x-match") {
      const upload = await (form.get("cat1") as File).text();
      return new Response(await matchUpload(upload, text));
    }
    return new Response(await tapAnswer(pathname.split("/")[1], text("QUERY")));
  }
}

async function readTable(path: string): Promise<DataFrame> {
  const bytes = await Deno.readFile(`${FOLDER}/${path}`);
  return readTextTable(bytes, { dialect: path.endsWith(".tsv") ? "tsv" : "csv" }).frame;
}

/** The answer of a TAP service to a count, a look at TAP_SCHEMA, a range of one column
 * or names. */
async function tapAnswer(service: string, adql: string): Promise<string> {
  const stem = /TAP_SCHEMA\.tables WHERE table_name LIKE '%(.*)%'/.exec(adql)?.[1];
  if (stem) {
    return write(service, pl.DataFrame([pl.Series("table_name", recordedTables(stem), pl.Utf8)]));
  }
  const names = /TAP_SCHEMA\.columns WHERE table_name IN \((.*)\)/.exec(adql)?.[1];
  const name = names ? names.split("'")[1] : /FROM (\S+)/.exec(adql)?.[1] ?? "";
  const path = tablePath(name);
  if (!path && names) return write(service, pl.DataFrame([pl.Series("column_name", [], pl.Utf8)]));
  if (!path) return failure(`no table ${name} among the recorded ones`);
  const table = await readTable(path);
  if (names) return write(service, pl.DataFrame({ column_name: table.columns }));
  const wanted = /name IN \((.*)\)/.exec(adql)?.[1];
  const [, along, from, to] = /(\S+) >= (\S+) AND \S+ < (\S+)/.exec(adql) ?? [];
  const rows = along
    ? table.filter(pl.col(along).gtEq(Number(from)).and(pl.col(along).lt(Number(to))))
    : wanted
    ? table.filter(pl.col("name").isIn(wanted.split("'").filter((_, i) => i % 2 === 1)))
    : table;
  if (/COUNT\(\*\)/.test(adql)) return write(service, pl.DataFrame({ n: [rows.height] }));
  const columns = /SELECT (.*?) FROM/.exec(adql)![1].split(", ");
  return write(service, rows.select(...columns.map((column) => column.replaceAll('"', ""))));
}

function recordedTables(stem: string): string[] {
  const names = LABEL_CATALOGUES.map(({ table }) => table.replaceAll('"', ""));
  return [...new Set(names)].filter((name) => name.includes(stem) && tablePath(name));
}

function tablePath(name: string): string | undefined {
  if (Object.values(CSC_TABLES).some(({ table }) => table === name)) return "csc/master_source.tsv";
  const plain = name.replaceAll('"', "");
  const entries = LABEL_CATALOGUES.filter(({ table }) => table.replaceAll('"', "") === plain);
  return entries.map(({ id }) => `labels/${id}.csv`).find(isRecorded);
}

function isRecorded(path: string): boolean {
  try {
    return Deno.statSync(`${FOLDER}/${path}`).isFile;
  } catch {
    return false;
  }
}

/** A table in the dialect of a service. */
function write(service: string, frame: DataFrame): string {
  if (service === "vizier") return writeVotable(frame);
  const bar = service === "csc" ? "\t" : "|";
  const cells = (row: unknown[]) =>
    row.map((cell) =>
      cell === null ? "" : typeof cell === "boolean" ? String(cell).toUpperCase() : cell
    );
  const lines = [frame.columns, ...frame.rows().map(cells)].map((row) => row.join(bar));
  return ["# written by hand: not real data", ...lines, ""].join("\n");
}

function failure(words: string): string {
  return `<VOTABLE><RESOURCE type="results"><INFO name="QUERY_STATUS" value="ERROR">${words}</INFO>` +
    "</RESOURCE></VOTABLE>";
}

async function counterpartTable(name: string): Promise<DataFrame> {
  const catalogue = COUNTERPARTS.find(({ table }) => table === name);
  if (!catalogue) throw new RangeError(`no counterpart table ${name}`);
  return await readTable(`x-match/${catalogue.id}.csv`);
}

/** What X-Match makes of an upload. */
async function matchUpload(upload: string, text: (name: string) => string): Promise<string> {
  const sources = readTextTable(new TextEncoder().encode(upload), { dialect: "csv" }).frame;
  const table = await counterpartTable(text("cat2"));
  const catalogue = COUNTERPARTS.find((one) => one.table === text("cat2"))!;
  const place = (frame: DataFrame, ra: string, dec: string) => ({
    ra: frame.getColumn(ra).toArray() as number[],
    dec: frame.getColumn(dec).toArray() as number[],
  });
  const pairs = crossMatch(
    place(sources, text("colRA1"), text("colDec1")),
    place(table, catalogue.position[0][0], catalogue.position[1][0]),
    { radiusArcsec: Number(text("distMaxArcsec")), find: "all" },
  );
  const columns = text("cols2") ? text("cols2").split(",") : table.columns;
  const left = sources.rows(), right = table.select(...columns).rows();
  const rows = Array.from(pairs.first, (first, i) => [
    pairs.separationArcsec[i],
    ...left[first],
    ...right[pairs.second[i]],
  ]);
  const names = ["angDist", ...sources.columns, ...columns];
  const series = names.map((name, k) => pl.Series(name, rows.map((row) => row[k]), pl.Float64));
  return writeVotable(pl.DataFrame(series));
}

async function nedAnswer(name: string): Promise<string> {
  const path = `ned/${name.toLowerCase().replaceAll(" ", "-")}.txt`;
  if (isRecorded(path)) return await Deno.readTextFile(`${FOLDER}/${path}`);
  return `Written by hand for tests.\n\nThe object name "${name}" is not currently recognized.\n`;
}
