import type { OpenTable } from "./source-rows.ts";
import { malformed } from "./table-error.ts";

const BLOCK = 2880, CARD = 80;

type Read = (view: DataView, at: number) => number | bigint | boolean | undefined;

/**
 * Bytes of one element and how it is read, by the letter of its form; big-endian, as in VOTable
 * (FITS standard 4.0, section 7.3).
 */
export const ELEMENTS: Readonly<Record<string, readonly [bytes: number, read: Read]>> = {
  L: [1, (view, at) =>
    ({ T: true, t: true, 1: true, F: false, f: false, 0: false })[
      String.fromCharCode(view.getUint8(at))
    ]],
  B: [1, (view, at) => view.getUint8(at)],
  I: [2, (view, at) => view.getInt16(at)],
  J: [4, (view, at) => view.getInt32(at)],
  K: [8, (view, at) => view.getBigInt64(at)],
  E: [4, (view, at) => view.getFloat32(at)],
  D: [8, (view, at) => view.getFloat64(at)],
  A: [1, () => undefined],
};
/** Bytes of forms that are passed over. */
const OTHERS: Readonly<Record<string, number>> = { X: 1 / 8, C: 8, M: 16, P: 8, Q: 16 };

/**
 * The first binary table of a FITS file (https://fits.gsfc.nasa.gov/fits_standard.html, section
 * 7.3): scalars and strings; a column of arrays, bits or complex numbers reads as missing.
 *
 * @throws TableError when there is no such table, its header contradicts itself, or the file is
 * cut short.
 */
export function readFitsTable(bytes: Uint8Array): OpenTable {
  let start = 0;
  while (start < bytes.length) {
    const { cards, end } = header(bytes, start);
    const count = (key: string, otherwise?: number) => {
      const value = Number(cards.get(key) ?? otherwise);
      if (Number.isSafeInteger(value) && value >= 0) return value;
      throw malformed(`a header of the FITS file has ${key} = ${cards.get(key) ?? "nothing"}`);
    };
    const sizes = Array.from(
      { length: Math.min(count("NAXIS"), 999) },
      (_, i) => count(`NAXIS${i + 1}`),
    );
    if (cards.get("XTENSION") === "BINTABLE") {
      return open(bytes, end, cards, { rowBytes: sizes[0] ?? 0, nRows: sizes[1] ?? 0, count });
    }
    const elements = sizes.length === 0 ? 0 : sizes.reduce((a, b) => a * b);
    const size = elements * Math.abs(Number(cards.get("BITPIX") ?? 8)) / 8 + count("PCOUNT", 0);
    start = end + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw malformed("the FITS file holds no binary table");
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
  throw malformed("a header of the FITS file is cut short");
}

interface Shape {
  readonly rowBytes: number;
  readonly nRows: number;
  readonly count: (key: string) => number;
}

function open(
  bytes: Uint8Array,
  start: number,
  cards: ReadonlyMap<string, string>,
  { rowBytes, nRows, count }: Shape,
): OpenTable {
  if (start + rowBytes * nRows > bytes.length) {
    throw malformed(`the FITS file is cut short: ${nRows} rows are declared`);
  }
  let offset = 0;
  const fields = Array.from({ length: Math.min(count("TFIELDS"), 999) }, (_, i) => {
    const of = (key: string) => cards.get(`${key}${i + 1}`);
    const [, repeat, code] = /^(\d*)([A-Z])/.exec(of("TFORM") ?? "") ?? [];
    const width = ELEMENTS[code]?.[0] ?? OTHERS[code];
    if (width === undefined) {
      throw malformed(`the FITS file has TFORM${i + 1} = ${of("TFORM") ?? "nothing"}`);
    }
    const field = {
      name: of("TTYPE") ?? "",
      unit: of("TUNIT") || undefined,
      ...{ code, repeat: repeat === "" ? 1 : Number(repeat), offset },
      null: of("TNULL") === undefined ? undefined : Number(of("TNULL")),
      scale: Number(of("TSCAL") ?? 1),
      zero: Number(of("TZERO") ?? 0),
    };
    offset += Math.ceil(field.repeat * width);
    return field;
  });
  if (offset !== rowBytes) {
    throw malformed(`the FITS file has rows of ${rowBytes} bytes and fields of ${offset}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder("latin1");
  function* rows() {
    for (let row = 0; row < nRows; row++) {
      yield fields.map((field) => {
        const at = start + row * rowBytes + field.offset;
        if (field.code === "A") {
          return decoder.decode(bytes.subarray(at, at + field.repeat)).split("\0")[0].trim();
        }
        const value = field.repeat === 1 ? ELEMENTS[field.code]?.[1](view, at) : undefined;
        if (typeof value === "boolean" || value === undefined) return value;
        return Number(value) === field.null ? undefined : field.zero + field.scale * Number(value);
      });
    }
  }
  return { kind: "FITS", columns: fields.map(({ name, unit }) => ({ name, unit })), rows: rows() };
}
