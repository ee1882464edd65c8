import { wrapDegrees } from "./positions.ts";

const PARTS = /^([+-]?)\s*(\d+)[\s:hd°]+(\d+)[\s:m']+(\d+(?:\.\d*)?)\s*[s"]?$/;

/**
 * Degrees of a right ascension such as `05 35 17.3`, `05:35:17.3` or `05h35m17.3s`.
 *
 * Rounded catalogues write 60 seconds, which carries.
 *
 * @throws SyntaxError on any other notation, RangeError on hours above 23, minutes or seconds
 * above 60.
 */
export function parseRa(text: string): number {
  const hours = parse(text, 'hours, minutes and seconds such as "05 35 17.3"');
  if (hours < 0 || hours >= 24) throw new RangeError(`right ascension "${text}" is not 0 to 24 h`);
  return hours * 15;
}

/**
 * Degrees of a declination such as `-05 23 28`, `-05:23:28` or `-05d23m28s`; `-00 30 00` is -0.5.
 *
 * @throws SyntaxError on any other notation, RangeError beyond 90 degrees or above 60 minutes
 * or seconds.
 */
export function parseDec(text: string): number {
  const degrees = parse(text, 'degrees, minutes and seconds such as "-05 23 28"');
  if (Math.abs(degrees) > 90) throw new RangeError(`declination "${text}" is beyond 90 degrees`);
  return degrees;
}

function parse(text: string, expected: string): number {
  const parts = PARTS.exec(text.trim());
  if (!parts) throw new SyntaxError(`"${text}" is not a position; expected ${expected}`);
  const [, sign, whole, minutes, seconds] = parts;
  if (Number(minutes) > 60 || Number(seconds) > 60) {
    throw new RangeError(`"${text}" has more than 60 minutes or seconds`);
  }
  const value = Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600;
  return sign === "-" ? -value : value;
}

/** A right ascension in degrees as `HH:MM:SS.sss`, rounded; 23:59:59.9996 wraps to zero. */
export function formatRa(degrees: number, decimals = 3): string {
  return format(wrapDegrees(degrees) / 15, decimals, 24);
}

/** A declination in degrees as `+DD:MM:SS.ss`, rounded. */
export function formatDec(degrees: number, decimals = 2): string {
  const negative = degrees < 0 || Object.is(degrees, -0);
  return (negative ? "-" : "+") + format(Math.abs(degrees), decimals, Infinity);
}

function format(value: number, decimals: number, turn: number): string {
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
