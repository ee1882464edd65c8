const PARTS =
  /^([+-]?)\s*(\d+)\s*([\s:hd°])\s*(\d+)(?:\s*[\s:m'′]\s*(\d+(?:\.\d*)?)\s*(?:s|"|″|'')?|(\.\d+)\s*[m'′]?)$/i;

/** What the first number of a sexagesimal angle counts. */
export type SexagesimalUnit = "hours" | "degrees";

/**
 * Degrees of a right ascension such as `05 35 17.3`, `05:35:17.3`, `05h35m17.3s`, `05 35.29` or `83d49m19.5s`:
 * a letter of the text says whether it counts hours or degrees, else `unit` does.
 *
 * Rounded catalogues write 60 seconds, which carries.
 *
 * @throws SyntaxError on any other notation, RangeError on hours above 23 or degrees above 359,
 * minutes or seconds above 60.
 */
export function parseRa(text: string, unit: SexagesimalUnit = "hours"): number {
  const { value, letter } = parse(text, 'hours, minutes and seconds such as "05 35 17.3"');
  const isHours = letter === "h" || (letter === undefined && unit === "hours");
  const [most, word] = isHours ? [24, "h"] : [360, "degrees"];
  if (value < 0 || value >= most) {
    throw new RangeError(`right ascension "${text}" is not 0 to ${most} ${word}`);
  }
  return isHours ? value * 15 : value;
}

/**
 * Degrees of a declination such as `-05 23 28`, `-05:23:28` or `-05d23m28s`; `-00 30 00` is -0.5.
 *
 * @throws SyntaxError on any other notation, hours among them, RangeError beyond 90 degrees or
 * above 60 minutes or seconds.
 */
export function parseDec(text: string): number {
  const expected = 'degrees, minutes and seconds such as "-05 23 28"';
  const { value, letter } = parse(text, expected);
  if (letter === "h") throw new SyntaxError(`"${text}" counts hours; expected ${expected}`);
  if (Math.abs(value) > 90) throw new RangeError(`declination "${text}" is beyond 90 degrees`);
  return value;
}

function parse(
  text: string,
  expected: string,
): { readonly value: number; readonly letter?: "h" | "d" } {
  const parts = PARTS.exec(text.trim());
  if (!parts) throw new SyntaxError(`"${text}" is not a position; expected ${expected}`);
  // parts of a minute stand for the seconds: 05 35.04
  const [, sign, whole, mark, minutes, seconds = "0", share = ""] = parts;
  if (Number(minutes + share) > 60 || Number(seconds) > 60) {
    throw new RangeError(`"${text}" has more than 60 minutes or seconds`);
  }
  const value = Number(whole) + Number(minutes + share) / 60 + Number(seconds) / 3600;
  const letter = /h/i.test(mark) ? "h" : /[d°]/i.test(mark) ? "d" : undefined;
  return { value: sign === "-" ? -value : value, letter };
}
