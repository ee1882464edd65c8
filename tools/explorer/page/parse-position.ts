import { parseDec, parseRa } from "@csc-classify/vo-tables/browser";

/** A position on the sky, ICRS, degrees. */
export interface Position {
  readonly ra: number;
  readonly dec: number;
}

const DEGREES = /^([+-]?\d+(?:\.\d*)?)°?\s*[,\s]\s*([+-]?\d+(?:\.\d*)?)°?$/;

/**
 * Reads a position as people write it: `10.684 +41.269` in degrees, or sexagesimal as
 * `00 42 44.3 +41 16 09`, `00:42:44.3, +41:16:09`, `00h42m44.3s +41d16m09s`.
 *
 * @throws Error saying what is wrong with the text and what is understood.
 */
export function parsePosition(text: string): Position {
  const trimmed = text.trim().replaceAll("−", "-");
  const degrees = DEGREES.exec(trimmed);
  if (degrees) return checked(Number(degrees[1]), Number(degrees[2]), text);
  const parts = /^[\d\s:hmsd°'"+.,-]+$/.test(trimmed) ? splitSexagesimal(trimmed) : undefined;
  if (!parts) {
    throw new SyntaxError(`“${text}” is not a position; try 10.684 +41.269 or 00:42:44 +41:16:09`);
  }
  return checked(parseRa(parts[0]), parseDec(parts[1]), text);
}

/** Right ascension and declination parts, cut at a comma, at the sign, or in the middle. */
function splitSexagesimal(text: string): [string, string] | undefined {
  const comma = text.split(",");
  if (comma.length === 2) return [comma[0].trim(), comma[1].trim()];
  const sign = text.search(/[+-]/);
  if (sign > 0) return [text.slice(0, sign).trim(), text.slice(sign)];
  const words = text.split(/\s+/);
  if (words.length % 2 === 1) return undefined;
  const half = words.length / 2;
  return [words.slice(0, half).join(" "), words.slice(half).join(" ")];
}

function checked(ra: number, dec: number, text: string): Position {
  if (!(ra >= 0 && ra <= 360)) throw new RangeError(`right ascension in “${text}” is not 0–360°`);
  if (!(Math.abs(dec) <= 90)) throw new RangeError(`declination in “${text}” is beyond ±90°`);
  return { ra, dec };
}
