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
