/** Shown in place of a missing value. */
export const MISSING = "–";

/** Whether a cell holds no value: null, undefined or NaN. */
export function isMissing(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

/**
 * A formatter for the numbers of one column: the same number of decimals in each row, four
 * significant digits of the largest by default; very large and very small numbers as powers of ten.
 *
 * @param values The column; missing values and texts are passed over.
 * @param decimals Digits after the point, if you know better.
 */
export function numberFormat(
  values: readonly unknown[],
  decimals?: number,
): (value: number | bigint) => string {
  const numbers = values.filter((value): value is number =>
    typeof value === "number" && Number.isFinite(value)
  );
  if (decimals === undefined && numbers.every(Number.isInteger)) return groupDigits;
  const sizes = numbers.map(Math.abs).filter((size) => size > 0);
  const largest = Math.max(...sizes, 0), least = Math.min(...sizes, Infinity);
  if (decimals === undefined && (largest >= 1e7 || least < 1e-4)) return powerOfTen;
  const digits = decimals ?? Math.min(5, Math.max(0, 3 - Math.floor(Math.log10(largest || 1))));
  return (value) => groupDigits(Number(value).toFixed(digits));
}

/** 269366 as 269 366 with narrow spaces; four digits stay together. A minus is a real minus. */
function groupDigits(value: number | bigint | string): string {
  const [whole, fraction] = String(value).replace("-", "\u2212").split(".");
  const grouped = whole.replace(/\D/g, "").length < 5
    ? whole
    : whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** 1.23e-14 as 1.23 × 10⁻¹⁴. */
function powerOfTen(value: number | bigint): string {
  const number = Number(value);
  if (number === 0 || !Number.isFinite(number)) return String(number);
  const size = Math.abs(number);
  if (size >= 1e-3 && size < 1e5) return groupDigits(Number(number.toPrecision(4)));
  const [mantissa, exponent] = number.toExponential(2).split("e");
  return `${groupDigits(mantissa)}\u00a0×\u00a010${superscript(Number(exponent))}`;
}

function superscript(exponent: number): string {
  return String(exponent).replace(/[-\d]/g, (digit) => digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[+digit]);
}
