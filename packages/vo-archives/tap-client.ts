import { type ArchiveTable, repeatedKeys } from "@csc-classify/vo-tables";
import { ArchiveError } from "./archive-error.ts";
import { type AnswerSize, ask, bytesOf, readResponse, type TapOptions } from "./ask.ts";

/** One TAP service. */
export interface TapService {
  readonly name: string;
  /** Base address, without a slash at the end: `/sync` is added. */
  readonly url: string;
  /** Most rows to ask for at a time; default 200000. */
  readonly pageRows?: number;
  /** Parameters that it wants besides the standard ones. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** One query to a TAP service. */
interface TapQuery {
  readonly adql: string;
  /** Most rows wanted; the service's own default, often low, when absent. */
  readonly maxRows?: number;
  /** FORMAT parameter; default `votable`. */
  readonly format?: string;
  /** Columns that the answer must have. */
  readonly expect?: readonly string[];
  /** How many rows there are, e.g. by COUNT(*): any other number is an error. */
  readonly rows?: number;
  /** Column without duplicates or gaps, checked where given. */
  readonly key?: string;
  /** VOTable datatypes of columns, by name, where the answer is csv, which shows none. */
  readonly types?: Readonly<Record<string, string>>;
  /** Looks at the answer before it is kept; a text says what is wrong with it. */
  readonly check?: (table: ArchiveTable) => string | undefined;
  /** Whether the query can be asked in smaller pieces instead of again. */
  readonly divisible?: boolean;
  /** How large the answer can be, where `maxRows`, `rows` and `expect` do not say. */
  readonly size?: AnswerSize;
}

/** The most rows and columns of an answer to a query that states neither. */
const UNSTATED = { rows: 1000, columns: 600 };

function sizeOf({ maxRows, rows, expect, size = UNSTATED }: TapQuery): AnswerSize {
  return { rows: maxRows ?? rows ?? size.rows, columns: expect?.length ?? size.columns };
}

/** More rows than any table has that is fetched whole. */
const MOST_COUNTED = 1e8;

/** A column as TAP_SCHEMA or an answer lists it. */
export interface SchemaColumn {
  readonly name: string;
  /** Whether it holds text. */
  readonly isText: boolean;
}

/**
 * Client of an IVOA TAP service (https://www.ivoa.net/documents/TAP/). Every answer is read and
 * checked before it is returned: a service may well report an error, or leave out rows, with
 * status 200. Errors are {@link ArchiveError}s; cancelling rejects with the signal's reason.
 */
export class TapClient {
  constructor(readonly service: TapService, readonly options: TapOptions = {}) {}

  /** Runs a query within one request, or takes its answer from the cache. */
  sync(query: TapQuery): Promise<ArchiveTable> {
    const { service, options } = this, { adql, maxRows, format = "votable", divisible } = query;
    const body = () => {
      const form = { REQUEST: "doQuery", LANG: "ADQL", QUERY: adql, FORMAT: format };
      const posted = new URLSearchParams({ ...form, ...service.parameters });
      if (maxRows !== undefined) posted.set("MAXREC", String(maxRows));
      return posted;
    };
    const maxBytes = bytesOf(sizeOf(query));
    const request = {
      service: service.name,
      url: `${service.url}/sync`,
      query: adql,
      body,
      maxBytes,
    };
    return ask(
      { ...request, parameters: { maxRows, format } },
      (bytes) => this.#read(bytes, query),
      divisible ? { ...options, rather: "divide" } : options,
    );
  }

  /** Number of rows of a table, or of those that a condition holds for. */
  async count(table: string, where?: string): Promise<number> {
    const adql = `SELECT COUNT(*) AS n FROM ${table}${where ? ` WHERE ${where}` : ""}`;
    const { frame } = await this.sync({ adql, size: { rows: 1, columns: 1 } });
    const name = frame.columns.find((one) => one.toLowerCase() === "n") ?? frame.columns[0];
    // what else a service puts beside it is no count
    const isOne = frame.height === 1 && (frame.width === 1 || /^n$/i.test(name));
    const cell: unknown = isOne ? frame.getColumn(name).toArray()[0] : null;
    const count = cell === null ? NaN : Number(cell);
    if (Number.isSafeInteger(count) && count >= 0 && count <= MOST_COUNTED) return count;
    const given = isOne ? String(cell) : `${frame.height} rows of ${frame.columns.join(", ")}`;
    throw this.#error("format", adql, `COUNT(*) gave ${given}, expected one number of rows`);
  }

  /**
   * Columns of tables: one look at TAP_SCHEMA for all, then, for those that it does not list, at a
   * row of the table itself.
   *
   * @param guesses Tables that are not looked at themselves: there only where they are listed.
   * @returns By table; an error where there is no such table.
   */
  async columns(
    tables: readonly string[],
    guesses: readonly string[] = [],
  ): Promise<Map<string, SchemaColumn[] | ArchiveError>> {
    const bare = (table: string) => table.replaceAll('"', "");
    const names = [...tables, ...guesses].flatMap((
      table,
    ) => [bare(table), `"${bare(table)}"`, `public.${table}`]);
    const list = [...new Set(names)].map((name) => `'${name.replaceAll("'", "''")}'`).join(", ");
    const adql = "SELECT table_name, column_name, datatype FROM TAP_SCHEMA.columns " +
      `WHERE table_name IN (${list})`;
    const known = new Map<string, SchemaColumn[]>();
    try {
      const size = { rows: 20_000, columns: 3 };
      const { frame } = await this.sync({ adql, maxRows: size.rows, size });
      // by name, where they are named so: a service may have an order of its own
      const cells = ["table_name", "column_name", "datatype"].map((name, i): unknown[] => {
        const own = frame.columns.find((one) => one.toLowerCase() === name) ?? frame.columns[i];
        return own === undefined ? [] : frame.getColumn(own).toArray();
      });
      for (let row = 0; row < frame.height; row++) {
        const [table, name, type] = cells.map((column) => column[row]);
        const key = bare(String(table)).replace(/^public\./, "");
        const isText = /char|text|string|clob/i.test(String(type));
        known.set(key, [...known.get(key) ?? [], { name: bare(String(name)), isText }]);
      }
    } catch (error) {
      // a service may be without TAP_SCHEMA: its tables themselves are asked
      if (!(error instanceof ArchiveError && error.isAboutQuery)) throw error;
    }
    const found = new Map<string, SchemaColumn[] | ArchiveError>();
    for (const table of tables) {
      found.set(table, known.get(bare(table)) ?? await this.#columnsOf(table));
    }
    for (const table of guesses) {
      const unlisted = () => this.#error("query", table, "it is not listed in TAP_SCHEMA");
      found.set(table, known.get(bare(table)) ?? unlisted());
    }
    return found;
  }

  async #columnsOf(table: string): Promise<SchemaColumn[] | ArchiveError> {
    try {
      const { columns } = await this.sync({ adql: `SELECT TOP 1 * FROM ${table}`, maxRows: 5 });
      return columns.map(({ name, datatype }) => ({ name, isText: /char/i.test(datatype) }));
    } catch (error) {
      if (error instanceof ArchiveError && error.isAboutQuery) return error;
      throw error;
    }
  }

  #read(bytes: Uint8Array, query: TapQuery): ArchiveTable {
    const { name: service } = this.service, { adql, types, expect } = query;
    const how = { service, query: adql, types, expect, size: sizeOf(query) };
    const table = readResponse(bytes, how);
    const problem = incompleteness(table, query);
    if (problem) {
      const remedy = query.rows === undefined
        ? "ask for fewer rows at a time; if it stays, the table itself is so or has changed"
        : "run again with --fresh; the table may have changed since its rows were counted";
      throw this.#error("incomplete", query.adql, problem, remedy);
    }
    const strange = query.check?.(table);
    if (strange) throw this.#error("format", query.adql, strange);
    return table;
  }

  #error(
    kind: "format" | "incomplete" | "query",
    query: string,
    problem: string,
    remedy = "look at the service by hand: it may have changed",
  ): ArchiveError {
    const divisible = kind === "incomplete";
    const service = this.service.name;
    return new ArchiveError({ kind, service, query, problem, remedy, divisible });
  }
}

/** Why an answer cannot be the whole one; undefined when nothing speaks against it. */
function incompleteness({ frame, overflow }: ArchiveTable, query: TapQuery): string | undefined {
  const { maxRows = Infinity, rows = frame.height, key } = query;
  if (frame.height > rows) return `gave ${frame.height} rows where COUNT(*) is ${rows}`;
  // some services say nothing, so an answer of just the size asked for may have been cut too
  if (overflow || frame.height >= maxRows || frame.height < rows) {
    return `gave ${frame.height} rows${query.rows ? ` of ${rows}` : ""} and left rows out`;
  }
  return key && repeatedKeys(frame, key);
}
