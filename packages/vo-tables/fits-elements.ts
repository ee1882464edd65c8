type Read = (view: DataView, at: number) => number | bigint | boolean | undefined;

const TRUTH: Readonly<Record<number, boolean>> = {
  84: true,
  116: true,
  49: true,
  1: true,
  70: false,
  102: false,
  48: false,
};

/**
 * Bytes of one element and how it is read, by the letter of its FITS form; big-endian, as in
 * VOTable (FITS standard 4.0, section 7.3). Truth is T, t, 1 or the byte 1; F, f or 0; all else is
 * missing.
 */
export const ELEMENTS: Readonly<Record<string, readonly [bytes: number, read: Read]>> = {
  L: [1, (view, at) => TRUTH[view.getUint8(at)]],
  B: [1, (view, at) => view.getUint8(at)],
  I: [2, (view, at) => view.getInt16(at)],
  J: [4, (view, at) => view.getInt32(at)],
  K: [8, (view, at) => view.getBigInt64(at)],
  E: [4, (view, at) => view.getFloat32(at)],
  D: [8, (view, at) => view.getFloat64(at)],
  A: [1, () => undefined],
};
