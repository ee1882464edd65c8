/**
 * The name that the Chandra Source Catalog gives to a position: coordinates cut off, not rounded.
 * A page keeps the names that are others.
 */
export function cscName(ra: number, dec: number): string {
  if (Number.isNaN(ra) || Number.isNaN(dec)) return "";
  const two = (value: number) => String(value).padStart(2, "0");
  const tenths = Math.floor(ra * 2400) % 864_000, arcsec = Math.floor(Math.abs(dec) * 3600);
  const h = two(Math.floor(tenths / 36_000)), m = two(Math.floor(tenths / 600) % 60);
  const s = (tenths % 600 / 10).toFixed(1).padStart(4, "0");
  const d = two(Math.floor(arcsec / 3600)), minutes = two(Math.floor(arcsec / 60) % 60);
  return `2CXO J${h}${m}${s}${dec < 0 ? "-" : "+"}${d}${minutes}${two(arcsec % 60)}`;
}

/** An unpacked coordinate without the dust of its arithmetic, so that writer and page agree. */
export function degrees(value: number): number {
  return Math.round(value * 1e7) / 1e7;
}
