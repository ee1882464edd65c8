const MAGIC = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0];

/**
 * A numeric array in NumPy's .npy format, version 1.0
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 *
 * @param shape Row-major.
 */
export function toNpy(array: Float64Array | Int32Array, shape: readonly number[]): Uint8Array {
  const type = array instanceof Float64Array ? "<f8" : "<i4";
  const dimensions = shape.map((size) => `${size},`).join(" ");
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  // the data begin at a multiple of 64 bytes
  const padded = header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11) + "\n";
  const bytes = new Uint8Array(10 + padded.length + array.byteLength);
  bytes.set([...MAGIC, padded.length & 255, padded.length >> 8]);
  bytes.set(new TextEncoder().encode(padded), 10);
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), 10 + padded.length);
  return bytes;
}

/**
 * Reads what {@link toNpy} or NumPy wrote, row-major.
 *
 * @throws TypeError when it is another format or holds other than float64 or int32.
 */
export function fromNpy(
  bytes: Uint8Array,
): { array: Float64Array | Int32Array; shape: number[] } {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw new TypeError("not a .npy file, version 1");
  const start = 10 + bytes[8] + 256 * bytes[9];
  const header = new TextDecoder().decode(bytes.subarray(10, start));
  const [, type] = /'descr': '([^']+)'/.exec(header) ?? [];
  const [, sizes] = /'shape': \(([^)]*)\)/.exec(header) ?? [];
  if (!["<f8", "<i4"].includes(type) || header.includes("'fortran_order': True")) {
    throw new TypeError(`a .npy file of ${header.trim()}; expected row-major <f8 or <i4`);
  }
  const { buffer } = bytes.slice(start);
  const shape = sizes.split(",").filter((size) => size.trim()).map(Number);
  return { array: type === "<f8" ? new Float64Array(buffer) : new Int32Array(buffer), shape };
}
