/** Numbers as whole numbers of few bytes: what a page stores of a column. */
interface PackedColumn {
  readonly name: string;
  /**
   * `linear`: least + step x code; `log`: exponential of that; `logit`: its logistic function;
   * `text`: a place in `values`.
   */
  readonly kind: "linear" | "log" | "logit" | "text";
  /** Bytes of a code. */
  readonly bytes: 1 | 2 | 4;
  readonly least: number;
  readonly step: number;
  /** The texts of a column of texts, in the order of their first row; null is missing. */
  readonly values?: readonly (string | null)[];
}

/** What stands before the columns of a packed table. */
interface PackedHead<Head> {
  readonly head: Head;
  readonly nRows: number;
  readonly columns: readonly PackedColumn[];
}

/** A column to pack: numbers with NaN where missing, or texts. */
export type Unpacked = {
  readonly name: string;
  readonly values: ArrayLike<number>;
  readonly kind: "linear" | "log" | "logit";
  /** Codes besides that of a missing value: 254, 65,534 or 4,294,967,294. */
  readonly bytes: 1 | 2 | 4;
  /** Spacing, in the logarithm or the like of such columns; the narrowest that fits if absent. */
  readonly step?: number;
} | {
  readonly name: string;
  readonly values: readonly (string | null)[];
  readonly kind: "text";
};

/** Bytes of each code, in the order of rows, all first bytes before all second ones. */
function planes(codes: Uint32Array, bytes: number): Uint8Array {
  const out = new Uint8Array(codes.length * bytes);
  for (let plane = 0, at = 0; plane < bytes; plane++) {
    for (let row = 0; row < codes.length; row++) out[at++] = codes[row] >>> (8 * plane);
  }
  return out;
}

const forward = {
  linear: (x: number) => x,
  // zero has no logarithm: 1e-35 stands for it
  log: (x: number) => x > 0 ? Math.log(x) : x === 0 ? -80 : NaN,
  // beyond 1e-7 of 0 and 1 all the same: infinity has no code
  logit: (p: number) => {
    const q = Math.min(1 - 1e-7, Math.max(1e-7, p));
    return Math.log(q / (1 - q));
  },
};
const backward = {
  linear: (x: number) => x,
  log: (x: number) => x < -79 ? 0 : Math.exp(x),
  logit: (x: number) => 1 / (1 + Math.exp(-x)),
};

/**
 * Packs columns of equal length: code 0 is missing, the others are steps from the least value. Low
 * and high bytes lie apart, so that a general compression finds what repeats.
 */
export function packColumns<Head>(
  head: Head,
  nRows: number,
  columns: readonly Unpacked[],
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const packed = columns.map((column): PackedColumn => {
    const codes = new Uint32Array(nRows);
    if (column.kind === "text") {
      const places = new Map<string | null, number>();
      for (let row = 0; row < nRows; row++) {
        const text = column.values[row] ?? null;
        if (!places.has(text)) places.set(text, places.size);
        codes[row] = places.get(text)!;
      }
      const bytes = places.size <= 256 ? 1 : places.size <= 65_536 ? 2 : 4;
      parts.push(planes(codes, bytes));
      return {
        name: column.name,
        kind: "text",
        bytes,
        least: 0,
        step: 1,
        values: [...places.keys()],
      };
    }
    const { name, kind, bytes, values } = column;
    const scaled = Float64Array.from(values, forward[kind]);
    let least = Infinity, most = -Infinity;
    for (const value of scaled) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (least > most) least = most = 0;
    const room = 2 ** (8 * bytes) - 2;
    const step = Math.max(column.step ?? 0, (most - least) / room) || 1;
    scaled.forEach((value, row) => {
      codes[row] = Number.isNaN(value) ? 0 : 1 + Math.round((value - least) / step);
    });
    parts.push(planes(codes, bytes));
    return { name, kind, bytes, least, step };
  });
  const json = new TextEncoder().encode(
    JSON.stringify({ head, nRows, columns: packed } satisfies PackedHead<Head>),
  );
  const size = 4 + json.length + parts.reduce((sum, part) => sum + part.length, 0);
  const out = new Uint8Array(size);
  new DataView(out.buffer).setUint32(0, json.length, true);
  out.set(json, 4);
  let at = 4 + json.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A packed table, opened: columns are unpacked when they are asked for. */
export class PackedTable<Head> {
  readonly head: Head;
  readonly nRows: number;
  readonly columns: ReadonlyMap<string, PackedColumn>;
  readonly #bytes: Uint8Array;
  readonly #starts = new Map<string, number>();

  constructor(bytes: Uint8Array) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const { head, nRows, columns } = JSON.parse(
      new TextDecoder().decode(bytes.subarray(4, 4 + length)),
    ) as PackedHead<Head>;
    this.head = head;
    this.nRows = nRows;
    this.columns = new Map(columns.map((column) => [column.name, column]));
    this.#bytes = bytes;
    let start = 4 + length;
    for (const { name, bytes } of columns) {
      this.#starts.set(name, start);
      start += bytes * nRows;
    }
  }

  /** Code of one row. */
  code(name: string, row: number): number {
    const { bytes } = this.columns.get(name)!, start = this.#starts.get(name)!;
    let code = 0;
    for (let plane = bytes - 1; plane >= 0; plane--) {
      code = code * 256 + this.#bytes[start + plane * this.nRows + row];
    }
    return code;
  }

  /** Codes of a column of at most two bytes, `[nRows]`; zeros where there is no such column. */
  codes(name: string): Uint16Array {
    const { nRows } = this, codes = new Uint16Array(nRows), column = this.columns.get(name);
    if (!column) return codes;
    const start = this.#starts.get(name)!;
    for (let row = 0; row < nRows; row++) codes[row] = this.#bytes[start + row];
    if (column.bytes === 1) return codes;
    for (let row = 0; row < nRows; row++) codes[row] += 256 * this.#bytes[start + nRows + row];
    return codes;
  }

  /** Number of one row; NaN when missing, or when there is no such column. */
  value(name: string, row: number): number {
    const column = this.columns.get(name);
    return column ? decoded(column, this.code(name, row)) : NaN;
  }

  /** Text of one row; null when missing, or when there is no such column. */
  text(name: string, row: number): string | null {
    return this.columns.get(name)?.values?.[this.code(name, row)] ?? null;
  }

  /** All numbers of a column, NaN where missing. */
  numbers<Out extends Float32Array | Float64Array>(name: string, out: Out): Out {
    const column = this.columns.get(name), start = this.#starts.get(name)!;
    if (!column) return out.fill(NaN) as Out;
    const { nRows } = this, bytes = this.#bytes;
    if (column.bytes === 4) {
      for (let row = 0, at = start; row < nRows; row++, at++) {
        const low = bytes[at] + 256 * bytes[at + nRows];
        const high = bytes[at + 2 * nRows] + 256 * bytes[at + 3 * nRows];
        out[row] = decoded(column, low + 65_536 * high);
      }
      return out;
    }
    // each code is worked out once
    const table = new Float64Array(256 ** column.bytes).fill(Infinity);
    const codes = this.codes(name);
    for (let row = 0; row < nRows; row++) {
      const code = codes[row];
      if (table[code] === Infinity) table[code] = decoded(column, code);
      out[row] = table[code];
    }
    return out;
  }
}

function decoded({ kind, least, step }: PackedColumn, code: number): number {
  if (code === 0 || kind === "text") return NaN;
  return backward[kind](least + step * (code - 1));
}
