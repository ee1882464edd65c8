import { TableError } from "./archive-table.ts";
import type { OpenTable } from "./open-table.ts";

const BLOCK = 2880, CARD = 80;

/** Bytes of one element and how it is read; big-endian (FITS standard 4.0, section 7.3). */
const FORMATS: Readonly<Record<string, [bytes: number, read: Read]>> = {
  L: [1, (view, at) => ({ 84: true, 70: false })[view.getUint8(at)]],
  B: [1, (view, at) => view.getUint8(at)],
  I: [2, (view, at) => view.getInt16(at)],
  J: [4, (view, at) => view.getInt32(at)],
  K: [8, (view, at) => Number(view.getBigInt64(at))],
  E: [4, (view, at) => view.getFloat32(at)],
  D: [8, (view, at) => view.getFloat64(at)],
  A: [1, () => undefined],
};
type Read = (view: DataView, at: number) => number | boolean | undefined;

interface Field {
  readonly name: string;
  readonly unit?: string;
  readonly code: string;
  readonly repeat: number;
  readonly offset: number;
  readonly null?: number;
  readonly scale: number;
  readonly zero: number;
}

/**
 * The first binary table of a FITS file (https://fits.gsfc.nasa.gov/fits_standard.html, section
 * 7.3): scalars and strings; a column of arrays, bits or complex numbers reads as missing.
 *
 * @throws TableError when there is no such table or the file is cut short.
 */
export function readFitsTable(bytes: Uint8Array): OpenTable {
  let start = 0;
  while (start < bytes.length) {
    const { cards, end } = header(bytes, start);
    const number = (key: string, otherwise = 0) => Number(cards.get(key) ?? otherwise);
    const sizes = Array.from({ length: number("NAXIS") }, (_, i) => number(`NAXIS${i + 1}`));
    const size = sizes.length === 0
      ? 0
      : Math.abs(number("BITPIX")) / 8 * sizes.reduce((a, b) => a * b) + number("PCOUNT");
    if (cards.get("XTENSION") === "BINTABLE") return open(bytes, end, cards, sizes);
    start = end + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new TableError("format", "the FITS file holds no binary table");
}

function header(bytes: Uint8Array, start: number) {
  const cards = new Map<string, string>(), decoder = new TextDecoder("latin1");
  for (let at = start; at + CARD <= bytes.length; at += CARD) {
    const card = decoder.decode(bytes.subarray(at, at + CARD));
    const key = card.slice(0, 8).trim();
    if (key === "END") {
      return { cards, end: start + Math.ceil((at + CARD - start) / BLOCK) * BLOCK };
    }
    const value = /^'((?:[^']|'')*)'|^([^/]*)/.exec(card.slice(10).trim());
    if (card[8] === "=") {
      cards.set(key, (value?.[1]?.replaceAll("''", "'") ?? value?.[2] ?? "").trim());
    }
  }
  throw new TableError("format", "a header of the FITS file is cut short");
}

function open(
  bytes: Uint8Array,
  start: number,
  cards: ReadonlyMap<string, string>,
  [rowBytes, nRows]: readonly number[],
): OpenTable {
  if (start + rowBytes * nRows > bytes.length) {
    throw new TableError("format", `the FITS file is cut short: ${nRows} rows are declared`);
  }
  let offset = 0;
  const fields = Array.from({ length: Number(cards.get("TFIELDS")) }, (_, i): Field => {
    const of = (key: string) => cards.get(`${key}${i + 1}`);
    const [, repeat, code] = /^(\d*)([A-Z])/.exec(of("TFORM") ?? "") ?? ["", "0", "X"];
    const field = {
      name: of("TTYPE") ?? `column ${i + 1}`,
      unit: of("TUNIT") || undefined,
      ...{ code, repeat: repeat === "" ? 1 : Number(repeat), offset },
      null: of("TNULL") === undefined ? undefined : Number(of("TNULL")),
      scale: Number(of("TSCAL") ?? 1),
      zero: Number(of("TZERO") ?? 0),
    };
    const each = { X: 1 / 8, C: 8, M: 16, P: 8, Q: 16 }[code] ?? FORMATS[code]?.[0] ?? 0;
    offset += Math.ceil(field.repeat * each);
    return field;
  });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder("latin1");
  const cell = (field: Field, row: number) => {
    const at = start + row * rowBytes + field.offset;
    if (field.code === "A") {
      return decoder.decode(bytes.subarray(at, at + field.repeat)).split("\0")[0].trim();
    }
    const value = field.repeat === 1 ? FORMATS[field.code]?.[1](view, at) : undefined;
    if (typeof value !== "number" || value === field.null) {
      return typeof value === "boolean" ? value : undefined;
    }
    return field.zero + field.scale * value;
  };
  async function* rows() {
    for (let row = 0; row < nRows; row++) {
      yield await Promise.resolve(fields.map((field) => cell(field, row)));
    }
  }
  return { kind: "FITS", columns: fields.map(({ name, unit }) => ({ name, unit })), rows: rows() };
}
