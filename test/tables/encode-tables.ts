import { gzipSync } from "node:zlib";
import { Buffer } from "node:buffer";

/** A column to encode: a FITS form, a VOTable datatype, and its cells. */
export interface Column {
  readonly name: string;
  /** `D`, `E`, `J`, `I`, `B`, `K`, `L` or `A` (text as wide as its longest). */
  readonly form: string;
  readonly unit?: string;
  readonly cells: readonly unknown[];
  /** More header cards of FITS, such as `TNULL`, the column's number being put behind. */
  readonly cards?: Readonly<Record<string, number>>;
  /** More attributes of the VOTable's FIELD. */
  readonly attributes?: string;
}

/** Writes big-endian elements, by FITS form. */
function element(form: string, cell: unknown, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  if (form === "D") bytes.writeDoubleBE(Number(cell ?? NaN));
  else if (form === "E") bytes.writeFloatBE(Number(cell ?? NaN));
  else if (form === "J") bytes.writeInt32BE(Number(cell));
  else if (form === "I") bytes.writeInt16BE(Number(cell));
  else if (form === "K") bytes.writeBigInt64BE(BigInt(cell as number));
  else if (form === "B") bytes.writeUInt8(Number(cell));
  else if (form === "L") bytes.write(cell ? "T" : "F");
  else bytes.write(String(cell ?? ""), "latin1");
  return bytes;
}

const WIDTHS: Readonly<Record<string, number>> = { D: 8, E: 4, J: 4, I: 2, K: 8, B: 1, L: 1 };

function widthOf({ form, cells }: Column): number {
  return WIDTHS[form] ?? Math.max(1, ...cells.map((cell) => String(cell ?? "").length));
}

function cards(entries: readonly (readonly [string, string | number])[]): Buffer {
  const lines = entries.map(([key, value]) => {
    const text = typeof value === "string" && value !== "T" ? `'${value}'` : String(value);
    return `${key.padEnd(8)}= ${text.padStart(20)}`.padEnd(80);
  });
  const text = [...lines, "END".padEnd(80)].join("");
  return Buffer.from(text.padEnd(Math.ceil(text.length / 2880) * 2880), "latin1");
}

/** A FITS file with one binary table. `change` replaces cards of the table's header. */
export function fits(
  columns: readonly Column[],
  change: Readonly<Record<string, string | number>> = {},
): Buffer {
  const nRows = columns[0].cells.length, widths = columns.map(widthOf);
  const head: Record<string, string | number> = {
    ...{ XTENSION: "BINTABLE", BITPIX: 8, NAXIS: 2 },
    NAXIS1: widths.reduce((a, b) => a + b, 0),
    ...{ NAXIS2: nRows, PCOUNT: 0, GCOUNT: 1, TFIELDS: columns.length },
  };
  columns.forEach(({ name, form, unit, cards }, i) => {
    head[`TTYPE${i + 1}`] = name;
    head[`TFORM${i + 1}`] = form === "A" ? `${widths[i]}A` : `1${form}`;
    if (unit) head[`TUNIT${i + 1}`] = unit;
    for (const [key, value] of Object.entries(cards ?? {})) head[`${key}${i + 1}`] = value;
  });
  const rows = Array.from(
    { length: nRows },
    (_, row) => columns.map(({ form, cells }, i) => element(form, cells[row], widths[i])),
  ).flat();
  const data = Buffer.concat(rows);
  return Buffer.concat([
    cards([["SIMPLE", "T"], ["BITPIX", 8], ["NAXIS", 0], ["EXTEND", "T"]]),
    cards(Object.entries({ ...head, ...change })),
    data,
    Buffer.alloc(Math.ceil(data.length / 2880) * 2880 - data.length),
  ]);
}

const DATATYPES: Readonly<Record<string, string>> = {
  ...{ D: "double", E: "float", J: "int", I: "short", K: "long", B: "unsignedByte" },
  ...{ L: "boolean", A: "char" },
};

export const escapeXml = (text: unknown): string =>
  String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** A VOTable in one of its three inline forms. */
export function votable(
  columns: readonly Column[],
  form: "TABLEDATA" | "BINARY" | "BINARY2" = "TABLEDATA",
  info = "",
): string {
  const nRows = columns[0].cells.length;
  const fields = columns.map(({ name, form, unit, attributes }) => {
    const size = form === "A" ? ' arraysize="*"' : "";
    const stated = unit ? ` unit="${escapeXml(unit)}"` : "";
    return `<FIELD name="${escapeXml(name)}" datatype="${DATATYPES[form]}"${size}${stated}${
      attributes ? ` ${attributes}/>` : "/>"
    }`;
  });
  const rows = Array.from({ length: nRows }, (_, row) => columns.map(({ cells }) => cells[row]));
  const data = form === "TABLEDATA"
    ? rows.map((cells) => `<TR>${cells.map((c) => `<TD>${escapeXml(c ?? "")}</TD>`).join("")}</TR>`)
      .join("\n")
    : `<STREAM encoding="base64">${
      Buffer.concat(rows.flatMap((cells) => [
        ...form === "BINARY2" ? [Buffer.alloc(Math.ceil(columns.length / 8))] : [],
        ...columns.map((column, i) => {
          if (column.form !== "A") return element(column.form, cells[i], WIDTHS[column.form]);
          const text = Buffer.from(String(cells[i] ?? "")), length = Buffer.alloc(4);
          length.writeUInt32BE(text.length);
          return Buffer.concat([length, text]);
        }),
      ])).toString("base64").replace(/.{76}/g, "$&\n")
    }</STREAM>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<VOTABLE version="1.4" ` +
    `xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE type="results">${info}<TABLE>\n${
      fields.join("\n")
    }\n<DATA><${form}>\n${data}\n</${form}></DATA></TABLE></RESOURCE></VOTABLE>\n`;
}

/** Text in UTF-16 with or without a byte order mark. */
export function utf16(text: string, littleEndian: boolean, mark = true): Buffer {
  const bytes = Buffer.from(mark ? `\ufeff${text}` : text, "utf16le");
  return littleEndian ? bytes : bytes.swap16();
}

export const gzip = (content: string | Uint8Array): Buffer => gzipSync(content);
