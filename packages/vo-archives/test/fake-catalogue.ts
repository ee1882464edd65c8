import { Buffer } from "node:buffer";
import type { FakeAnswer, FakeRequest } from "./fake-server.ts";

/** One row of the made-up catalogue of the protocol tests; undefined is missing. */
export type FakeRow = [name: string, ra: number, dec: number, flux?: number, flag?: boolean];

/** Rows with missing values, awkward text, and positions all over the sky. */
export const ROWS: readonly FakeRow[] = Array.from({ length: 60 }, (_, i) => [
  i === 7 ? 'A & B <"C"> | d, e' : `2CXO J${i}`,
  (i * 137.5) % 360,
  -89 + 3 * i,
  i % 5 === 0 ? undefined : 1e-15 * (i + 1),
  i % 7 === 0 ? undefined : i % 2 === 0,
]);

/** The rows as frames give them. */
export function expected(rows: readonly FakeRow[] = ROWS): unknown[][] {
  return rows.map((row) => Array.from({ length: 5 }, (_, i) => row[i] ?? null));
}

const FIELDS = [
  '<FIELD name="name" datatype="char" arraysize="*" ucd="meta.id"><DESCRIPTION>designation</DESCRIPTION></FIELD>',
  '<FIELD name="ra" datatype="double" unit="deg" ucd="pos.eq.ra"/>',
  '<FIELD name="dec" datatype="double" unit="deg"/>',
  '<FIELD name="flux" datatype="double" unit="erg.s**-1.cm**-2"/>',
  '<FIELD name="flag" datatype="boolean"/>',
];

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** A VOTable around the given DATA content. */
export function votable(data: string, status = "OK", trailer = ""): string {
  return `<?xml version="1.0"?><vo:VOTABLE xmlns:vo="http://www.ivoa.net/xml/VOTable/v1.3">` +
    `<vo:RESOURCE type="results"><vo:INFO name="QUERY_STATUS" value="${status}">some words</vo:INFO>` +
    `<vo:TABLE><DESCRIPTION>a table</DESCRIPTION>${FIELDS.join("")}<vo:DATA>${data}</vo:DATA>` +
    `</vo:TABLE>${trailer}</vo:RESOURCE></vo:VOTABLE>`;
}

/** TABLEDATA of rows. */
export function tableData(rows: readonly FakeRow[] = ROWS): string {
  const lines = rows.map((row) => {
    const cells = expected([row])[0].map((cell) => `<TD>${escape(String(cell ?? ""))}</TD>`);
    return `<TR>${cells.join("")}</TR>`;
  });
  return `<TABLEDATA>${lines.join("\n")}</TABLEDATA>`;
}

/** BINARY or BINARY2 of rows, in base64 lines. */
export function binary(rows: readonly FakeRow[] = ROWS, two = false): string {
  const parts: Buffer[] = [];
  for (const [name, ra, dec, flux, flag] of rows) {
    const text = Buffer.from(name);
    const row = Buffer.alloc(4 + text.length + 25);
    row.writeUInt32BE(text.length, 0);
    text.copy(row, 4);
    [ra, dec, flux ?? NaN].forEach((value, i) => row.writeDoubleBE(value, 4 + text.length + 8 * i));
    row.write(flag === undefined ? "?" : flag ? "T" : "F", 4 + text.length + 24);
    if (two) {
      parts.push(Buffer.from([(flux === undefined ? 16 : 0) | (flag === undefined ? 8 : 0)]));
    }
    parts.push(row);
  }
  const tag = two ? "BINARY2" : "BINARY";
  const lines = Buffer.concat(parts).toString("base64").replace(/.{76}/g, "$&\n");
  return `<${tag}><STREAM encoding="base64">\n${lines}\n</STREAM></${tag}>`;
}

/** The rows as csv with CRLF. */
export function csv(rows: readonly FakeRow[] = ROWS): string {
  const lines = expected(rows).map((row) =>
    row.map((cell) => cell === null ? "" : `"${String(cell).replaceAll('"', '""')}"`).join(",")
  );
  return ["name,ra,dec,flux,flag", ...lines, ""].join("\r\n");
}

/** The rows that a query of `fetchStrips` selects. */
export function select(adql: string): FakeRow[] {
  const [, from, to] = /dec >= (\S+) AND dec < (\S+)/.exec(adql) ?? [0, -Infinity, Infinity];
  return ROWS.filter(([, , dec]) => dec >= Number(from) && dec < Number(to));
}

/** Answers COUNT(*) and strips as a faithful service would, in TABLEDATA. */
export function serve({ form }: FakeRequest): FakeAnswer {
  const adql = form.get("QUERY") ?? "", rows = select(adql);
  const headers = { "content-type": "application/x-votable+xml" };
  if (!/COUNT\(\*\)/.test(adql)) return { headers, body: votable(tableData(rows)) };
  const data = `<DATA><TABLEDATA><TR><TD>${rows.length}</TD></TR></TABLEDATA></DATA>`;
  const field = '<FIELD name="n" datatype="long"/>';
  return {
    headers,
    body: `<VOTABLE><RESOURCE><TABLE>${field}${data}</TABLE></RESOURCE></VOTABLE>`,
  };
}
