import { separationArcsec } from "@csc-classify/sky";
import { valueOf } from "./cells.ts";
import { isXrayPrefix, type NameMeaning, strangePrefix } from "./column-names.ts";
import type { Question } from "./questions.ts";
import { type Candidate, type CandidatePair, conversion, type SeenTable } from "./seen-table.ts";

// a page of the browser carries this file too: which of several positions is the sources' own

/** How far apart two positions of one object may be: positions of two decimals of a second. */
const SAME_ARCSEC = 2;

/** What a position is chosen from. */
interface PositionColumns {
  readonly seen: SeenTable;
  /** Candidates for right ascension and for declination. */
  readonly ras: readonly Candidate[];
  readonly decs: readonly Candidate[];
  /** Places of the columns that the user has chosen. */
  readonly chosen: { readonly ra?: number; readonly dec?: number };
  /** Pairs by names of no survey, which may be the X-ray source's. */
  readonly strange: readonly CandidatePair[];
  /** Place of the column of the X-ray flux; -1 where none is known. */
  readonly flux: number;
}

/** Places of the columns that are taken, or what to ask and the likeliest pair. */
type PositionChoice =
  | {
    readonly taken: { readonly ra?: number; readonly dec?: number };
    /** Places of the other columns that could have been. */
    readonly left: { readonly ra: readonly number[]; readonly dec: readonly number[] };
  }
  | { readonly question: Question; readonly likely: CandidatePair };

/** Chooses right ascension and declination that belong together; asks where two pairs differ. */
export function choosePosition(from: PositionColumns): PositionChoice {
  const { seen, ras, decs, chosen, strange, flux } = from;
  const taken = (ra?: number, dec?: number) => ({ taken: { ra, dec }, left: { ra: [], dec: [] } });
  if (chosen.ra !== undefined && chosen.dec !== undefined) return taken();
  if (chosen.ra !== undefined) return taken(undefined, nearest(chosen.ra, decs)?.index);
  if (chosen.dec !== undefined) return taken(nearest(chosen.dec, ras)?.index);
  const pairs = ras.flatMap((ra) => {
    const same = decs.filter(({ join }) => join === ra.join);
    const dec = nearest(ra.index, same.length > 0 ? same : decs);
    return dec ? [{ ra, dec, rank: ra.rank }] : [];
  }).sort((a, b) => whose(seen, b) - whose(seen, a) || a.rank - b.rank || a.ra.index - b.ra.index);
  const [best] = pairs;
  if (!best) {
    const only = (among: readonly Candidate[]) => among.length === 1 ? among[0].index : undefined;
    return taken(only(ras), only(decs));
  }
  const isOld = ({ ra }: Pick<CandidatePair, "ra">) => isBefore2000(seen.columns[ra.index].frame);
  const rivals = [...pairs.slice(1), ...strange].filter((pair) =>
    isOld(pair) === isOld(best) && !(whose(seen, best) > 0 && whose(seen, pair) < 0) &&
    differ(seen, best, pair)
  );
  if (rivals.length > 0) return positionQuestion(seen, [best, ...rivals], flux);
  // of equal ones that which stands by the flux
  const equal = pairs.filter((pair) =>
    pair.rank === best.rank && whose(seen, pair) === whose(seen, best)
  );
  const { ra, dec } = flux < 0
    ? best
    : equal.sort((a, b) =>
      distance(a.dec.index, flux) - distance(b.dec.index, flux) || a.ra.index - b.ra.index
    )[0];
  const others = (target: "ra" | "dec", one: number) =>
    pairs.map((pair) => pair[target].index).filter((index) => index !== one);
  return {
    taken: { ra: ra.index, dec: dec.index },
    left: { ra: others("ra", ra.index), dec: others("dec", dec.index) },
  };
}

/** Whether a frame is of an equinox before 2000. */
function isBefore2000(frame = ""): boolean {
  return /fk4|\b[bj]?1[89]\d\d/i.test(frame);
}

/** Whose a position is by its description: 1 the X-ray source's, -1 a counterpart's, 0 not said. */
function whose(seen: SeenTable, { ra }: Pick<CandidatePair, "ra">): number {
  const { description = "" } = seen.columns[ra.index];
  const xray = description.search(/x-?ray|chandra|\bcxo|\bacis/i);
  const other = description.search(
    /counterpart|optical|infrared|near-?IR|2MASS|\bgaia|wise|spitzer|radio|\bhost|galaxy/i,
  );
  // "the optical counterpart of the X-ray source" speaks of the counterpart
  if (other >= 0 && (xray < 0 || other < xray)) return -1;
  return xray >= 0 ? 1 : 0;
}

/** The candidate nearest to a place; of two as near the one behind. */
function nearest(place: number, among: readonly Candidate[]): Candidate | undefined {
  return [...among].sort((a, b) =>
    distance(place, a.index) - distance(place, b.index) || b.index - a.index
  )[0];
}

/**
 * Pairs of columns such as X_RA, X_DEC, which may be the X-ray source's.
 *
 * @param isAny Whether of any name, or only of those that speak of X-rays.
 */
export function strangePositions(
  seen: SeenTable,
  settled: ReadonlySet<number>,
  meanings: readonly (NameMeaning | undefined)[],
  isAny: boolean,
): CandidatePair[] {
  const parts = seen.columns.map(({ name }) => strangePrefix(name));
  return parts.flatMap((ra, i) => {
    if (ra?.target !== "ra" || settled.has(i)) return [];
    if (!isAny && !isXrayPrefix(ra.prefix)) return [];
    const dec = parts.findIndex((part) => part?.target === "dec" && part.prefix === ra.prefix);
    if (dec < 0 || meanings[i] && "target" in meanings[i]) return [];
    const at = (index: number) => ({ index, rank: 5000, join: ra.prefix });
    return [{ ra: at(i), dec: at(dec), rank: 5000 }];
  });
}

function differ(seen: SeenTable, a: CandidatePair, b: CandidatePair): boolean {
  if (seen.rows.length === 0) return a.rank === b.rank;
  const places = [a, b].map((pair) => placesOf(seen, pair.ra.index, pair.dec.index));
  return seen.rows.some((_, row) => {
    const [[ra1, dec1], [ra2, dec2]] = places.map((place) => place[row]);
    return separationArcsec(ra1, dec1, ra2, dec2) > SAME_ARCSEC;
  });
}

/** Degrees of the rows that were seen, by two columns. */
function placesOf(seen: SeenTable, ra: number, dec: number): (readonly [number, number])[] {
  const [readRa, readDec] = ([["ra", ra], ["dec", dec]] as const).map(([target, index]) => {
    const how = conversion(target, seen.columns[index].unit);
    return (row: readonly unknown[]) =>
      "problem" in how ? NaN : valueOf(row[index], { target, ...how });
  });
  return seen.rows.map((row) => [readRa(row), readDec(row)] as const);
}

/** Asks which of some pairs is the sources' position, X-ray ones and those by the flux first. */
function positionQuestion(
  seen: SeenTable,
  pairs: readonly CandidatePair[],
  flux: number,
): { readonly question: Question; readonly likely: CandidatePair } {
  const isXray = ({ ra }: { readonly ra: Candidate }) => isXrayPrefix(ra.join);
  const likely = [...pairs].sort((a, b) =>
    Number(isXray(b)) - Number(isXray(a)) ||
    (flux < 0 ? 0 : distance(a.dec.index, flux) - distance(b.dec.index, flux))
  );
  const words = likely.map(({ ra, dec }) =>
    `${seen.placed(ra.index)} with ${seen.placed(dec.index)}`
  );
  const ways = likely.map(({ ra, dec }) => [
    "--column",
    `ra=${seen.specs[ra.index]}`,
    "--column",
    `dec=${seen.specs[dec.index]}`,
  ]);
  const question = {
    text: `the sources' position may be ${words.join(", or ")}: these lie apart, one may be a ` +
      "counterpart's; say which",
    target: "ra",
    candidates: likely.map(({ ra }) => seen.specs[ra.index]),
    options: ways[0],
    ways,
  };
  return { question, likely: likely[0] };
}

function distance(a: number, b: number): number {
  return Math.abs(a - b);
}
