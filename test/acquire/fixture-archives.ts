import { Buffer } from "node:buffer";
import { DatabaseSync } from "node:sqlite";
import { type Archives, LIVE_ARCHIVES } from "@csc-classify/chandra-archives";
import { crossMatch } from "@csc-classify/sky";
import { archivesOf } from "#tools/acquire/plan.ts";
import type { InventedSky, Table, Type, Value } from "./invented-sky.ts";

/** How a VOTable holds its rows. */
export type Form = "TABLEDATA" | "BINARY";

/** A VOTable as services write it, QUERY_STATUS before the table. */
export function votableOf(
  columns: Readonly<Record<string, Type | "long">>,
  rows: readonly (readonly Value[])[],
  { form = "TABLEDATA", overflow = false }: { form?: Form; overflow?: boolean } = {},
): string {
  const types = Object.values(columns);
  const fields = Object.entries(columns).map(([name, type]) =>
    `<FIELD name="${name}" datatype="${type}"${type === "char" ? ' arraysize="*"' : ""}/>`
  );
  const data = form === "BINARY"
    ? `<BINARY><STREAM encoding="base64">\n${binaryOf(types, rows)}</STREAM></BINARY>`
    : `<TABLEDATA>\n${rows.map((row) => tableRow(types, row)).join("\n")}\n</TABLEDATA>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">',
    '<RESOURCE type="results"><INFO name="QUERY_STATUS" value="OK"/>',
    `<TABLE>${fields.join("")}<DATA>`,
    `${data}</DATA></TABLE>`,
    overflow ? '<INFO name="QUERY_STATUS" value="OVERFLOW"/>' : "",
    "</RESOURCE></VOTABLE>",
    "",
  ].join("\n");
}

function tableRow(types: readonly string[], row: readonly Value[]): string {
  const cells = row.map((cell, i) => {
    if (cell === null) return "<TD/>";
    if (types[i] === "boolean") return `<TD>${cell ? "T" : "F"}</TD>`;
    return `<TD>${String(cell).replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</TD>`;
  });
  return `<TR>${cells.join("")}</TR>`;
}

function binaryOf(types: readonly string[], rows: readonly (readonly Value[])[]): string {
  const parts = rows.flatMap((row) =>
    row.map((cell, i) => {
      const bytes = Buffer.alloc({ double: 8, long: 8, int: 4, boolean: 1 }[types[i]] ?? 4);
      if (types[i] === "double") bytes.writeDoubleBE(cell === null ? NaN : Number(cell));
      else if (types[i] === "long") bytes.writeBigInt64BE(BigInt(Number(cell)));
      else if (types[i] === "int") bytes.writeInt32BE(Number(cell ?? 0));
      else if (types[i] === "boolean") bytes.write(cell === null ? "?" : cell ? "T" : "F");
      else {
        const text = Buffer.from(String(cell ?? ""));
        bytes.writeUInt32BE(text.length);
        return Buffer.concat([bytes, text]);
      }
      return bytes;
    })
  );
  return Buffer.concat(parts).toString("base64").replace(/.{76}/g, "$&\n") + "\n";
}

/** What goes wrong at the fixture archives. */
export interface Faults {
  /** Only TABLEDATA, for people to read. */
  readonly plain?: boolean;
  /** Time to answer, ms. */
  readonly latencyMs?: number;
  /** Answers instead of the service: undefined leaves it to it. */
  readonly before?: (
    service: string,
    request: Request,
  ) => Response | Promise<Response | undefined> | undefined;
}

/**
 * The archives of an invented sky over HTTP, each with its own ways: the CSC redirects by 303 and
 * knows no geometry, VizieR answers errors with status 400 and a VOTable, HEASARC and SIMBAD with
 * status 200, HEASARC writes BINARY, X-Match refuses uploads of one row and tables it has not, NED
 * knows only some names. SQLite runs the queries.
 */
export class FixtureArchives implements AsyncDisposable {
  readonly requests: { service: string; query: string }[] = [];
  /** Most requests that were with NED at a time. */
  nedAtOnce = 0;
  #nedNow = 0;
  readonly #asked = new Map<string, number>();
  readonly #databases = new Map<string, DatabaseSync>();
  readonly #results = new Map<string, string>();
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => this.answer(request),
  );

  constructor(readonly sky: InventedSky, public faults: Faults = {}) {
    for (const [service, tables] of Object.entries(sky.tap)) {
      this.#databases.set(service, openDatabase(tables));
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** How often a service was asked, whatever it answered. */
  asked(service: string): number {
    return this.#asked.get(service) ?? 0;
  }

  get archives(): Archives {
    return archivesOf(this.url);
  }

  /** The archives' own addresses led here while `task` runs, so that answers are kept under them. */
  async underLiveAddresses<T>(task: () => Promise<T>): Promise<T> {
    const { csc, labels, xMatchUrl, nedUrl } = LIVE_ARCHIVES;
    const live: [string, string][] = [
      [csc["2.0"].url, "csc20"],
      [csc["2.1"].url, "csc21"],
      ...Object.entries(labels).map(([name, { url }]): [string, string] => [url, name]),
      [xMatchUrl, "xmatch"],
      [nedUrl, "ned"],
    ];
    const own = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      // where a redirect leads to is here already
      const [from, to] = live.find(([url]) => String(input).startsWith(url)) ?? [];
      if (from === undefined) return own(input, init);
      return own(String(input).replace(from, `${this.url}/${to}`), init);
    };
    try {
      return await task();
    } finally {
      globalThis.fetch = own;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    for (const database of this.#databases.values()) database.close();
  }

  async answer(request: Request): Promise<Response> {
    if (request.method === "HEAD") return new Response();
    const { pathname, searchParams } = new URL(request.url);
    const [, service, what] = pathname.split("/");
    const { latencyMs = 0, before } = this.faults;
    this.#asked.set(service, this.asked(service) + 1);
    if (service === "ned") this.nedAtOnce = Math.max(this.nedAtOnce, ++this.#nedNow);
    try {
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
      const instead = await before?.(service, request);
      if (instead) return instead;
      if (service === "sesame") return new Response("%J 10.6847083 +41.2687500 = 00 42 44.33\n");
      if (service === "ned") return this.#ned(searchParams.get("TARGET") ?? "");
      if (what === "result") return xml(this.#results.get(pathname)!);
      if (what === "tables") return this.#columnList(searchParams.get("tabName") ?? "");
      const form = await request.formData();
      if (service !== "xmatch" && !this.#databases.has(service)) {
        return new Response("no such service", { status: 404 });
      }
      return service === "xmatch" ? await this.#xMatch(form) : this.#tap(service, form);
    } finally {
      if (service === "ned") this.#nedNow--;
    }
  }

  #tap(service: string, form: FormData): Response {
    const adql = String(form.get("QUERY")), limit = Number(form.get("MAXREC") ?? 20_000);
    this.requests.push({ service, query: adql });
    let body: string;
    try {
      body = this.#query(service, adql, limit);
    } catch (error) {
      const words = (error as Error).message.replaceAll("<", "&lt;");
      const failure = '<?xml version="1.0"?><VOTABLE version="1.3"><RESOURCE type="results">' +
        `<INFO name="QUERY_STATUS" value="ERROR">Incorrect ADQL query: ${words}</INFO>` +
        "</RESOURCE></VOTABLE>";
      return xml(failure, service === "vizier" ? 400 : 200);
    }
    if (!service.startsWith("csc")) return xml(body);
    const place = `/${service}/result/${this.#results.size}`;
    this.#results.set(place, body);
    // as seen from the address that was asked, which may be the archive's own
    const location = place.slice(service.length + 2);
    return new Response(null, { status: 303, headers: { location } });
  }

  #query(service: string, adql: string, limit: number): string {
    const [, top] = /^SELECT TOP (\d+)/.exec(adql) ?? [];
    const sql = top ? adql.replace(`TOP ${top}`, "") + ` LIMIT ${top}` : adql;
    const statement = this.#databases.get(service)!.prepare(sql);
    const names = statement.columns().map(({ name }) => name);
    const types = statement.columns().map(({ type }) =>
      (type?.toLowerCase() ?? "long") as Type | "long"
    );
    const rows = statement.all().map((row) => names.map((name) => row[name] as Value));
    const columns = Object.fromEntries(names.map((name, i) => [name, types[i]]));
    return votableOf(columns, rows.slice(0, limit), {
      form: service === "heasarc" && !this.faults.plain ? "BINARY" : "TABLEDATA",
      overflow: rows.length > limit,
    });
  }

  #columnList(name: string): Response {
    this.requests.push({ service: "xmatch", query: `columns of ${name}` });
    const table = this.sky.xMatch[name];
    if (!table) return new Response(`Table ${name} is unknown`, { status: 400 });
    return Response.json(Object.keys(table.columns).map((name) => ({ name, unit: "" })));
  }

  async #xMatch(form: FormData): Promise<Response> {
    const text = (name: string) => String(form.get(name));
    const [, ...lines] = (await (form.get("cat1") as File).text()).trim().split("\n");
    const table = this.sky.xMatch[text("cat2")];
    this.requests.push({ service: "xmatch", query: `${lines.length} sources, ${text("cat2")}` });
    if (!table) return new Response("unknown table", { status: 400 });
    if (lines.length < 2) return new Response("Mauvaise Requete", { status: 400 });
    const sources = lines.map((line) => line.split(",").map(Number));
    const names = Object.keys(table.columns), wanted = text("cols2").split(",");
    const places = {
      ra: table.rows.map(([ra]) => Number(ra)),
      dec: table.rows.map((row) => Number(row[1])),
    };
    const pairs = crossMatch(
      { ra: sources.map(([, ra]) => ra), dec: sources.map(([, , dec]) => dec) },
      places,
      { radiusArcsec: Number(text("distMaxArcsec")), find: "all" },
    );
    const columns = {
      angDist: "double",
      csc_row: "int",
      csc_ra: "double",
      csc_dec: "double",
    } as const;
    const types = Object.fromEntries(wanted.map((name) => [name, table.columns[name]]));
    const rows = Array.from(pairs.first, (first, i): Value[] => [
      Number(pairs.separationArcsec[i].toFixed(6)),
      ...sources[first],
      ...wanted.map((name) => table.rows[pairs.second[i]][names.indexOf(name)]),
    ]);
    return xml(votableOf({ ...columns, ...types }, rows));
  }

  #ned(name: string): Response {
    this.requests.push({ service: "ned", query: name });
    const rows = this.sky.ned[name];
    return xml(rows ? nedAnswer(name, rows) : NED_UNKNOWN);
  }
}

/** NED's answer about a name that it does not know. */
export const NED_UNKNOWN = `<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.5" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
<RESOURCE type="results">
<PARAM name="QUERY_STATUS" datatype='char' arraysize='*' value="ERROR">
<DESCRIPTION>
Failed to resolve input object name
</DESCRIPTION>
</PARAM>
</RESOURCE>
</VOTABLE>
`;

/** NED's photometry of a name: passband, measurement and unit of each row. */
export function nedAnswer(
  name: string,
  rows: readonly (readonly [string, string, string])[],
): string {
  const cells = rows.map(([band, value, unit], i) =>
    `<TR>\n<TD>${i + 1}</TD>\n<TD>${band}</TD>\n<TD>${value}  </TD>\n<TD/>\n<TD>${unit}</TD>\n` +
    "<TD>1.2e+18</TD>\n<TD>1.1e-09</TD>\n<TD/>\n</TR>"
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.5" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
<RESOURCE type="results">
<TABLE ID="photometry" name="PhotometryOfObject" nrows="${rows.length}">
<GROUP ID="QUERY" name="QUERY"><PARAM name="TARGET" datatype="char" arraysize="*" value="${name}"/></GROUP>
<GROUP ID="RESPONSE" name="RESPONSE">
<PARAM name="QUERY_STATUS" datatype="char" arraysize="*" value="OK"/>
</GROUP>
<FIELD ID="row" name="No." ucd="meta.number" datatype="int"/>
<FIELD ID="phot_in_bandpass" name="Bandpass" datatype="char" arraysize="*"/>
<FIELD ID="phot_in_value" name="Measurement" ucd="phot" datatype="double"/>
<FIELD ID="phot_in_upper_unc" name="Unc High" datatype="double"/>
<FIELD ID="phot_in_unit" name="Unit" datatype="char" arraysize="*"/>
<FIELD ID="sv_freq" name="Frequency (Hz)" datatype="double" unit="Hz"/>
<FIELD ID="sv_fluxd" name="Flux Density" datatype="double" unit="Jy"/>
<FIELD ID="sv_fluxd_upper_limit" name="FD Upper Limit" datatype="double" unit="Jy"/>
<DATA>
<TABLEDATA>
${cells.join("\n")}
</TABLEDATA>
</DATA>
</TABLE>
</RESOURCE>
</VOTABLE>
`;
}

function xml(body: string, status = 200): Response {
  return new Response(body, { status, headers: { "content-type": "text/xml" } });
}

function openDatabase(tables: Readonly<Record<string, Table>>): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  const schemas = Object.keys(tables).filter((name) => name.includes(".") && !name.includes("/"));
  for (const schema of new Set(["TAP_SCHEMA", ...schemas.map((name) => name.split(".")[0])])) {
    database.exec(`ATTACH ':memory:' AS ${schema}`);
  }
  database.exec("CREATE TABLE TAP_SCHEMA.tables (table_name char)");
  database.exec(
    "CREATE TABLE TAP_SCHEMA.columns (table_name char, column_name char, datatype char)",
  );
  for (const [name, { columns, rows, listed: wrong }] of Object.entries(tables)) {
    const plain = schemas.includes(name) ? name : `"${name}"`;
    const listed = Object.entries(columns).map(([column, type]) => `"${column}" ${type}`);
    database.exec(`CREATE TABLE ${plain} (${listed.join(", ")})`);
    const marks = Object.keys(columns).map(() => "?").join(", ");
    const insert = database.prepare(`INSERT INTO ${plain} VALUES (${marks})`);
    for (const row of rows) {
      insert.run(...row.map((cell) => typeof cell === "boolean" ? Number(cell) : cell));
    }
    database.prepare("INSERT INTO TAP_SCHEMA.tables VALUES (?)").run(name);
    const schema = database.prepare("INSERT INTO TAP_SCHEMA.columns VALUES (?, ?, ?)");
    for (const [column, type] of Object.entries({ ...columns, ...wrong })) {
      schema.run(name, column, type);
    }
  }
  return database;
}
