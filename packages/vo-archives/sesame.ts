import pl from "nodejs-polars";
import { ArchiveError } from "./archive-error.ts";
import { ask, type TapOptions } from "./ask.ts";

/** Address of the name resolver of the CDS: SIMBAD, then NED, then VizieR. */
export const SESAME_URL = "https://cds.unistra.fr/cgi-bin/nph-sesame";

const NAME = "CDS name resolver";

/**
 * Where an object of a name lies, by Sesame (https://cds.unistra.fr/cgi-bin/Sesame).
 *
 * @returns ICRS degrees; undefined where no catalogue knows the name.
 * @throws ArchiveError when the service fails.
 */
export async function resolveName(
  name: string,
  { url: base = SESAME_URL, ...options }: TapOptions & { readonly url?: string } = {},
): Promise<{ ra: number; dec: number } | undefined> {
  const request = {
    service: NAME,
    url: `${base}/-oI/SNV?${encodeURIComponent(name)}`,
    query: name,
    maxBytes: 1e6,
  };
  let isUnknown = false;
  const read = (bytes: Uint8Array) => {
    const table = readPosition(bytes, name);
    if (table.frame.height > 0) return table;
    // not to be kept: a catalogue may be down today, and learn the name tomorrow
    isUnknown = true;
    throw new ArchiveError({ ...request, kind: "query", problem: "unknown", remedy: "none" });
  };
  try {
    const { frame } = await ask(request, read, options);
    const [ra, dec] = frame.row(0) as number[];
    return { ra, dec };
  } catch (error) {
    if (isUnknown && error instanceof ArchiveError && error.problem === "unknown") return undefined;
    throw error;
  }
}

/** The position of `%J 83.63 +22.01 = ...`; a table of one row, or of none. */
function readPosition(bytes: Uint8Array, name: string) {
  const text = new TextDecoder().decode(bytes);
  const [, ra, dec] = /^%J\s+(\d+(?:\.\d*)?)\s+([+-]?\d+(?:\.\d*)?)\s/m.exec(text) ?? [];
  const place = ra === undefined ? [] : [[Number(ra), Number(dec)]];
  const isPlace = place.every(([ra, dec]) => ra < 360 && Math.abs(dec) <= 90);
  const isNone = /nothing found|no known catalog|\*{3}/i.test(text);
  if (!isPlace || (place.length === 0 && !isNone)) {
    throw new ArchiveError({
      kind: "format",
      service: NAME,
      query: name,
      problem: `the answer is "${text.trim().slice(0, 80)}", expected a position`,
      remedy: "give right ascension, declination and radius instead",
      transient: true,
    });
  }
  const column = (i: number) => place.map((one) => one[i]);
  const frame = pl.DataFrame([
    pl.Series("ra", column(0), pl.Float64),
    pl.Series("dec", column(1), pl.Float64),
  ]);
  const columns = ["ra", "dec"].map((name) => ({ name, datatype: "double" }));
  return { frame, columns, overflow: false };
}
