import { superscript } from "../../../lib/tables/feature-words.ts";
import { wrapDegrees } from "@csc-classify/sky";

/** A number in `digits` significant digits without needless zeros; "—" when missing. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "—";
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    return `${Number(mantissa)}×10${superscript(Number(exponent))}`;
  }
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/** A probability; values above 0.999 keep the digits that the thresholds need. */
export function formatProbability(value: number): string {
  return value > 0.999 ? value.toFixed(5) : value.toFixed(3);
}

/** An angular distance in the unit that suits it. */
export function formatDistance(arcsec: number): string {
  if (Number.isNaN(arcsec)) return "—";
  if (arcsec < 120) return `${arcsec.toFixed(2)}″`;
  return arcsec < 7200 ? `${(arcsec / 60).toFixed(2)}′` : `${(arcsec / 3600).toFixed(2)}°`;
}

/** A right ascension in degrees as `HH:MM:SS.sss`, rounded; 23:59:59.9996 wraps to zero. */
export function formatRa(degrees: number, decimals = 3): string {
  return sexagesimal(wrapDegrees(degrees) / 15, decimals, 24);
}

/** A declination in degrees as `+DD:MM:SS.ss`, rounded. */
export function formatDec(degrees: number, decimals = 2): string {
  const negative = degrees < 0 || Object.is(degrees, -0);
  return (negative ? "-" : "+") + sexagesimal(Math.abs(degrees), decimals, Infinity);
}

function sexagesimal(value: number, decimals: number, turn: number): string {
  // round once, in units of the last decimal, so that no part ever shows 60
  const unit = 10 ** decimals;
  const ticks = Math.round(value * 3600 * unit) % (turn * 3600 * unit);
  const seconds = ticks % (60 * unit) / unit;
  const minutes = Math.floor(ticks / (60 * unit));
  const two = (n: number) => String(n).padStart(2, "0");
  const width = decimals === 0 ? 2 : 3 + decimals;
  return [
    two(Math.floor(minutes / 60)),
    two(minutes % 60),
    seconds.toFixed(decimals).padStart(width, "0"),
  ].join(":");
}
