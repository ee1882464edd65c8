import NAMES from "./data/column-names.json" with { type: "json" };
import { type NearBand, nearBand } from "./near-bands.ts";
import { BAND_LIMITS, isMagnitude, TARGETS, XRAY_BANDS } from "./targets.ts";

// nothing here but names and numbers: a page of the browser carries this file too

/** What a column's name says that it is, in the company of the others. */
export type NameMeaning =
  /** One of ours: the less the rank, the better the name; `join` is what a join of tables added. */
  | { readonly target: string; readonly rank: number; readonly join: string }
  /** Something that resembles ours and is not, and what would be right. */
  | {
    readonly what: string;
    readonly right: string;
    readonly isMission: boolean;
    /** Of a flux in another band: ours that is near it. */
    readonly near?: NearBand;
    /** Whether the name says logarithm. */
    readonly isLogarithm?: true;
  }
  /** One of several of ours, which the company does not decide. */
  | { readonly unsure: readonly string[] };

/** The other columns of a table, by which names of two meanings are told apart. */
export interface Company {
  /** Names as they are written, and in small letters. */
  readonly names: ReadonlySet<string>;
}

/** Ranks of names that a join of tables changed begin here. */
const JOINED = 1000;

/** A name in small letters, blanks, hyphens and commas, whatever their length, as underscores. */
export function plainName(name: string): string {
  return name.trim().toLowerCase().replace(/[\s,\u2010-\u2015\u2212-]+/g, "_");
}

/** Aliases of every target, in the order of their dialects. */
const ALIASES = new Map<string, { readonly target: string; readonly rank: number }>();
/** Aliases of one or two letters, which count as they are written. */
const SHORT = new Map<string, string>();
const counted = new Map<string, number>();
for (const { names } of NAMES.dialects) {
  for (const [pattern, aliases = []] of Object.entries<readonly string[] | undefined>(names)) {
    const bands = /\{band\}/.test(pattern) ? Object.keys(XRAY_BANDS) : [""];
    for (const band of bands.map((flux) => flux.slice(-1))) {
      const target = pattern.replace("{band}", band);
      for (const alias of aliases.map((text) => text.replace("{band}", band))) {
        const rank = (counted.get(target) ?? 0) + 1, plain = plainName(alias);
        counted.set(target, rank);
        if (alias.length <= 2) SHORT.set(alias, target);
        else if (!ALIASES.has(plain)) ALIASES.set(plain, { target, rank });
      }
    }
  }
}
const OWN = new Map(TARGETS.map((target) => [target.toLowerCase(), target]));

/** One of several things that a name may be, and what speaks for it. */
export interface NameReading {
  /** Target. */
  readonly as: string;
  /** Spellings that leave no doubt. */
  readonly written?: readonly string[];
  /** Spellings that are another thing: Rmag is of Johnson's and Cousins' R. */
  readonly unwritten?: readonly string[];
  /** Columns of which one must be beside it. */
  readonly needs?: readonly string[];
  /** Columns of which one beside it speaks for this, and columns that speak against it. */
  readonly near?: readonly string[];
  readonly far?: readonly string[];
  /** What its values may be. */
  readonly least?: number;
  readonly most?: number;
}
const AMBIGUOUS: readonly {
  readonly names: readonly string[];
  readonly readings: readonly NameReading[];
}[] = NAMES.ambiguous;

/** What columns that resemble ours are, by the pattern of their names. */
const OTHERS = NAMES.others.map((
  { pattern, near, far, mission = false, logarithm = false, what, right },
) => ({
  pattern: new RegExp(pattern, "i"),
  near: near ?? [],
  far: far ?? [],
  meaning: { what, right, isMission: mission, ...(logarithm && { isLogarithm: true as const }) },
}));
const BOUND = new RegExp(NAMES.bounds, "i");
const JOIN_PREFIX = new RegExp(`^(${NAMES.joins.prefixes.join("|")})[_.:](.+)$`);
const JOIN_SUFFIX = new RegExp(`^(.+?)[_.](${NAMES.joins.suffixes.join("|")})$`);

/**
 * What a column's name says.
 *
 * @param values Numbers of the column, as far as they were seen: they decide between meanings.
 * @returns undefined for a name that says nothing.
 */
export function meaningOfName(
  name: string,
  company: Company,
  values: readonly number[],
): NameMeaning | undefined {
  const plain = plainName(name);
  if (DESIGNATION_HEADER.test(plain)) return { target: "name", rank: 0.6, join: "" };
  const repeat = /^(.+)\.[1-9]$/.exec(name.trim());
  const isRepeat = repeat && (company.names.has(repeat[1]) ||
    (!/\d$/.test(repeat[1]) && meaningOfName(repeat[1], company, values)));
  if (isRepeat) {
    return {
      what: `the second of two columns named ${repeat[1]} (pandas writes .1 behind its name)`,
      right: "the first",
      isMission: false,
    };
  }
  // a column of labels is better than what may be a prediction
  if (plain === "class") return { target: "class", rank: 100, join: "" };
  const other = OTHERS.find(({ pattern, near, far }) =>
    pattern.test(plain) && !far.some((one) => company.names.has(one)) &&
    (near.length === 0 || near.some((one) => one !== plain && company.names.has(one)))
  );
  const isOwn = TARGETS.includes(name);
  // a letter says less than the company it keeps
  if (isOwn && !(other && name.length === 1)) return { target: name, rank: 0, join: "" };
  const ambiguous = AMBIGUOUS.find(({ names }) => names.includes(plain));
  if (ambiguous) return amongReadings(name, ambiguous.readings, company, values);
  if (other) return other.meaning;
  return bareMeaning(name, plain) ?? equinoxMeaning(name, company) ?? bandMeaning(plain) ??
    ciaoMeaning(plain, company) ??
    joinedMeaning(name, plain, company, values);
}

/** Longer names state neither frames nor units. */
const MOST_LETTERS = 120;

/** A name and the frame of positions that it states, as `RA_B1950` does, or `alpha1950`. */
interface FramedName {
  /** The name without it. */
  readonly bare: string;
  readonly target: "ra" | "dec";
  /** As `toIcrs` takes it. */
  readonly frame: string;
}

/** What a name of a right ascension or declination says of its frame; undefined for all others. */
export function framedName(name: string): FramedName | undefined {
  if (name.length > MOST_LETTERS) return undefined;
  const plain = plainName(name).replace(/[().]+(?!\d)/g, "_").replace(/_+$/, "").replace(/^_+/, "");
  const before = /^(?:([bj])_?((?:18|19|20)\d\d(?:\.\d+)?)|(fk[45]))_(.+)$/.exec(plain);
  const behind =
    /^(.+?)_*(?:(?:(fk[45]|b|j|ep(?:och)?|eq(?:uinox)?)_?)?((?:18|19|20)\d\d(?:\.\d+)?)|(fk[45]))_?(deg|hms|dms|hours?|hr|rad|min|sec|arcmin|arcsec|[hdms])?$/
      .exec(plain);
  const [bare, word = "", year = "", tail = ""] = before
    ? [before[4], before[1] ?? before[3], before[2]]
    : behind
    ? [behind[1], behind[2] ?? behind[4], behind[3], behind[5]]
    : [];
  const known = bare === undefined ? undefined : bareMeaning(bare, bare);
  const target = /^alpha$/.test(bare ?? "")
    ? "ra"
    : /^delta$/.test(bare ?? "")
    ? "dec"
    : known && "target" in known
    ? known.target
    : undefined;
  if (bare === undefined || (target !== "ra" && target !== "dec")) return undefined;
  const frame = frameOf(word, Number(year || "2000"), year !== "");
  return { bare: tail === "" ? bare : `${bare}_${tail}`, target, frame };
}

/** Equinoxes from 1984 on are Julian by custom; from 2010 on they are epochs of positions in ICRS. */
const FIRST_JULIAN = 1984, FIRST_EPOCH = 2010;

function frameOf(word: string, year: number, isSaid: boolean): string {
  if (word.startsWith("ep") || year >= FIRST_EPOCH || year === 1991.25) return "ICRS";
  if (!isSaid) return word === "fk4" ? "FK4 B1950" : "FK5 J2000";
  if (word === "b" || word === "fk4") return `FK4 B${year}`;
  if (word === "j" || word === "fk5" || year >= FIRST_JULIAN) return `FK5 J${year}`;
  return year === 1950 ? "FK4 B1950" : `equinox ${year}`;
}

/** Whether a frame is ours, as near as makes no difference. */
export function isJ2000(frame: string): boolean {
  return /^(ICRS|FK5 J2000)$/.test(frame);
}

/**
 * A right ascension or declination whose name states its frame. One of an epoch, `RA_2016` or
 * `ra_epoch2000`, is a counterpart's where another is there.
 */
function equinoxMeaning(name: string, { names }: Company): NameMeaning | undefined {
  const framed = framedName(name);
  if (!framed) return undefined;
  const { target, frame } = framed;
  const isOther = (one: string) =>
    new RegExp(`(^|_)${target === "ra" ? "ra" : "dec?"}(_|$)`).test(one) &&
    !isBoundName(one) && !framedName(one);
  if (frame === "ICRS" && [...names].some(isOther)) return undefined;
  return { target, rank: isJ2000(frame) ? EQUINOX_RANK : OLD_RANK, join: "" };
}
/** Behind all names of dialects; other equinoxes than J2000 behind those of joined tables too. */
const EQUINOX_RANK = 90, OLD_RANK = 3 * JOINED;

/**
 * What a name that says logarithm, as `log_flux_b` or `log F(0.5-8 keV)`, is the logarithm of: an X-ray
 * flux of ours, or one in a band near ours.
 *
 * @returns undefined for other names.
 */
export function meaningOfLogarithm(
  name: string,
  company: Company,
  survey?: ChandraSurvey,
): NameMeaning | undefined {
  const [, inner] = LOGARITHM.exec(name.trim()) ?? [];
  if (inner === undefined) return undefined;
  const isClosed = inner.split("(").length >= inner.split(")").length;
  const bare = isClosed ? inner : inner.replace(/\)$/, "");
  const meaning = (survey && meaningInSurvey(bare, survey)) ?? meaningOfName(bare, company, []);
  if (!meaning || "unsure" in meaning) return undefined;
  const said = { right: "the flux itself", isMission: false, isLogarithm: true as const };
  if ("what" in meaning) {
    const what = `the logarithm of ${meaning.what}`;
    if (meaning.near) return { ...meaning, ...said, what };
    // of a band that is none near ours nothing can be made
    return meaning.isMission ? { ...meaning, what } : undefined;
  }
  const { target } = meaning;
  if (!Object.hasOwn(XRAY_BANDS, target)) return undefined;
  return { ...said, what: `the logarithm of ${target}`, near: { target, share: 1, range: [1, 1] } };
}
const LOGARITHM =
  /^(?:(?:[-\u2212\u2013]|neg(?:ative)?|minus)[\s_]*)?l(?:o?g)_?(?:10)?[\s_(]*([^\s_(].*)$/i;

/** Whether a name says that its values are logarithms without their sign, `-log F`. */
export function isNegativeLogarithm(name: string): boolean {
  return /^\s*([-\u2212\u2013]|neg(ative)?|minus)[\s_]*lo?g/i.test(name);
}

/** A survey of Chandra's whose source names are known, and with them the bands of its fluxes. */
export interface ChandraSurvey {
  readonly title: string;
  /** What the names of its sources, or the header above them or of its other columns, begin with. */
  readonly designation: RegExp;
  /** Energies of a band, keV, by the word for it: full, hard, soft; bc, hc, sc. */
  readonly bands: Readonly<Record<string, readonly number[] | undefined>>;
}

/** Surveys of Chandra's with bands of their own. */
export const CHANDRA_SURVEYS: readonly ChandraSurvey[] = NAMES.chandraSurveys.map(
  ({ title, designation, bands }) => ({ title, designation: new RegExp(designation, "i"), bands }),
);

/** What a flux of a survey is whose name says full, hard or soft: `fb_flux`, `FluxH`, `bc_flux_1p4`. */
export function meaningInSurvey(
  name: string,
  { title, bands }: ChandraSurvey,
): NameMeaning | undefined {
  const bare = plainName(name).replace(/energy_?(?=flux)/, "").replace(/[_.]?\d[\dp.]*$/, "");
  const said = /^(?:(.*?)_?(?:flux|fx)|(?:flux|fx?|f_x|sx)_?(.*))$/.exec(bare);
  const band = said ? bands[BAND_WORDS[said[2] ?? said[1]] ?? ""] : undefined;
  if (band === undefined || isBoundName(name)) return undefined;
  const [least, most] = band;
  const target = Object.keys(XRAY_BANDS).find((flux) =>
    XRAY_BANDS[flux][0] === least && XRAY_BANDS[flux][1] === most
  );
  if (target) return { target, rank: 50, join: "" };
  return anotherBand([least, most], `as the names of ${title} say`);
}
/** Words of surveys for their bands. */
const BAND_WORDS: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  [
    ["full", "|full|fb|f|b|bb|broad|total|tot|t|x"],
    ["hard", "hard|hb|h"],
    ["soft", "soft|sb|s"],
    ["bc", "bc"],
    ["hc", "hc"],
    ["sc", "sc"],
  ].flatMap(([band, words]) => words.split("|").map((word) => [word, band])),
);

/** The readings that name, values and company allow: one, several, or none. */
function amongReadings(
  name: string,
  readings: readonly NameReading[],
  { names }: Company,
  values: readonly number[],
): NameMeaning | undefined {
  const possible = readings.filter((
    { as, unwritten = [], needs, far = [], least = -Infinity, most = Infinity },
  ) =>
    !unwritten.includes(name) && (!needs || needs.some((one) => names.has(one))) &&
    far.every((one) => one === name || !names.has(one)) &&
    values.every((value) => value >= least && value <= most) &&
    (!Object.hasOwn(XRAY_BANDS, as) || values.length === 0 || values.some((value) => value !== 0))
  );
  const target = ({ as }: NameReading): NameMeaning => ({ target: as, rank: 1, join: "" });
  const joined = name.trim().replace(/[\s-]+/g, "_");
  const written = possible.find(({ written = [] }) =>
    written.includes(name) || written.includes(joined)
  );
  if (written) return target(written);
  const near = possible.filter(({ near = [] }) =>
    near.some((one) => one !== name && names.has(one))
  );
  if (near.length === 1) return target(near[0]);
  // one letter or two say too little alone
  return possible.length > 0 && name.length > 2
    ? { unsure: [...new Set(possible.map(({ as }) => as))] }
    : undefined;
}

/** A name as a dialect has it. */
function bareMeaning(name: string, plain: string): NameMeaning | undefined {
  const short = SHORT.get(name);
  if (short) return { target: short, rank: isMagnitude(short) ? 50 : 1, join: "" };
  const own = plain.length > 1 ? OWN.get(plain) : undefined;
  if (own) return { target: own, rank: 0.5, join: "" };
  const alias = ALIASES.get(plain);
  if (alias) return { ...alias, join: "" };
  // W1_AB, whose zero point the unit then says
  const [, said] = /^(.+)_(?:ab|vega)$/.exec(plain) ?? [];
  const magnitude = said === undefined ? undefined : bandOf(innerName(name, said), said);
  if (magnitude && "target" in magnitude && isMagnitude(magnitude.target)) return magnitude;
  const limit = /^l_(.+)$|^(.+)_ul$/.exec(plain), bound = /^limit_(.+)$|^(.+)_limit$/.exec(plain);
  const inner = limit?.[1] ?? limit?.[2] ?? bound?.[1] ?? bound?.[2];
  const of = inner === undefined ? undefined : bandOf(innerName(name, inner), inner);
  const target = of && "target" in of ? (limit ? "l_" : "limit_") + of.target : "";
  return of && "target" in of && BAND_LIMITS.has(target) ? { ...of, target } : undefined;
}

/** The band of a limit's name, which may be one that has two meanings elsewhere. */
function bandOf(name: string, plain: string): NameMeaning | undefined {
  const readings = AMBIGUOUS.flatMap(({ readings }) => readings);
  const written = readings.find((reading) => reading.written?.includes(name));
  return written ? { target: written.as, rank: 1, join: "" } : bareMeaning(name, plain);
}

/** The part of a name as it is written, by its plain form. */
function innerName(name: string, plain: string): string {
  const at = plainName(name).indexOf(plain);
  return name.trim().slice(at, at + plain.length);
}

/** CIAO's words for the bands that the CSC has. */
const CIAO_BANDS: Readonly<Record<string, string | undefined>> = {
  broad: "flux_b",
  ultrasoft: "flux_u",
  ultra_soft: "flux_u",
  soft: "flux_s",
  medium: "flux_m",
  hard: "flux_h",
};

/** A flux whose band's word stands as *, and its bounds. */
const CIAO_FLUX =
  /^(?=.*\*)(?:\*_)?(?:(?:net|src|e(?:nergy)?)_?)?(?:flux|fx?)(?:_aper)?(?:_(lo|hi)(?:lim)?)?(?:_\*)?(?:_(lo|hi)(?:lim)?)?$/;

/** Our flux of one of CIAO's words for a band. */
export function ciaoBand(word: string): string | undefined {
  return Object.hasOwn(CIAO_BANDS, word) ? CIAO_BANDS[word] : undefined;
}

/**
 * A flux called by one of CIAO's bands, `flux_broad`, `SOFT_FLUX` or `net_flux_aper_hard_lo`, beside one
 * of the medium band, which no other convention calls so; without a broad one it is asked about.
 *
 * Source: https://cxc.cfa.harvard.edu/ciao/ahelp/srcflux.html
 */
function ciaoMeaning(plain: string, { names }: Company): NameMeaning | undefined {
  const [, word] = /(?:^|_)(broad|ultra_?soft|soft|medium|hard|wide)(?=_|$)/.exec(plain) ?? [];
  if (word === undefined) return undefined;
  const form = CIAO_FLUX.exec(plain.replace(word, "*"));
  if (!form) return undefined;
  const flux = plain.replace(/_(lo|hi)(lim)?(?=_|$)/, "");
  const has = (band: string) => names.has(flux.replace(word, band));
  if (!has("medium")) return undefined;
  const target = ciaoBand(word);
  if (target === undefined) {
    return {
      what: "a flux in CIAO's wide band (0.1-10 keV)",
      right: "its broad band",
      isMission: false,
    };
  }
  const bound = form[1] ?? form[2];
  if (bound) return { target: `${target}_${bound}lim`, rank: 55, join: "" };
  return has("broad") ? { target, rank: 55, join: "" } : { unsure: [target] };
}

/** A flux whose name states its energies, `flux_0.5_7` or `F2-10keV`. */
function bandMeaning(plain: string): NameMeaning | undefined {
  // F(0.5-7), F_{0.5-7} and F_X (0.5-7 keV) as F_0.5-7, and energy flux as flux
  const bare = plain.replace(/[${}\\]/g, "").replace(/[,^]_?(?=\d)/g, "_")
    .replace(/_?\((\d[^()]*)\)$/, "_$1")
    .replace(/^e(nergy)?_?(?=flux)/, "");
  const match =
    /^(?:(?:e?_?flux|fx|f_x|f|sx|s)_?(?:x_)?(?:(?:obs|abs|observed|absorbed|chandra|cxo|acis)_)*(?:[busmh]_)?)?(\d+(?:[.p]\d+)?)_(?:to_)?(\d+(?:[.p]\d+)?)(_?k?ev)?(_\(?chandra\)?)?$/
      .exec(bare);
  // bare numbers are no energies without their unit
  if (!match || (/^\d/.test(bare) && !match[3])) return undefined;
  if (!match) return undefined;
  const [least, most] = match.slice(1, 3).map((text) =>
    Number(text.replace("p", ".").replace(/^0(?=\d)/, "0."))
  ).map((energy, _, [first]) =>
    /^_?ev$/.test(match[3]) || first >= LEAST_EV ? energy / 1000 : energy
  );
  const target = Object.keys(XRAY_BANDS).find((flux) =>
    XRAY_BANDS[flux][0] === least && XRAY_BANDS[flux][1] === most
  );
  if (match[4] && least === 0.3 && most === 8) return { target: "flux_ned", rank: 50, join: "" };
  // without a name before it a range is Chandra's where it says so
  if (target && (!/^\d/.test(bare) || match[4])) return { target, rank: 50, join: "" };
  return anotherBand([least, most], target ? "of no named telescope" : "another band");
}

/**
 * Whether a table calls its total flux as the CSC does not, `flux_f` or `flux_t`: `flux_s` and
 * `flux_h` beside it are then the soft and hard bands of that table, whatever they are.
 */
export function hasOtherTotal({ names }: Company): boolean {
  return OTHER_TOTALS.some((name) => names.has(name));
}
const OTHER_TOTALS = ["flux_f", "flux_t", "flux_fb", "flux_full", "flux_tot", "flux_total"];

/** Energies from here on are in eV, whatever is beside them. */
const LEAST_EV = 100;

/** Energies of a band, keV. */
type Energies = readonly [least: number, most: number];

const areSame = (one: Energies, other: Energies) => one[0] === other[0] && one[1] === other[1];

/** The energies that a description states, `Hard (2-7 keV)`. */
function energiesIn(description: string): Energies[] {
  return Array.from(
    description.matchAll(STATED_BAND),
    ([, least, most]) => [Number(least), Number(most)],
  );
}

/** Whether a description states the energies of a band, `Hard (2-7 keV)`. */
export function statesBand(description: string, band: Energies): boolean {
  return energiesIn(description).some((stated) => areSame(stated, band));
}

/** Whether a description states energies of a band in keV. */
export function statesEnergies(description: string): boolean {
  return energiesIn(description).length > 0;
}

/** What a flux is whose description states energies, none of them those of the bands given. */
export function otherBand(
  description: string,
  bands: readonly Energies[],
): NameMeaning | undefined {
  const inKeV = energiesIn(description);
  const stated = inKeV.length > 0 ? inKeV : energiesOfNumbers(description);
  if (stated.length === 0) return undefined;
  return stated.some((one) => bands.some((band) => areSame(one, band)))
    ? undefined
    : anotherBand(stated[0], "another band");
}

/** Numbers without a unit, `(0.3-8)`, that can only be the energies of a band. */
function energiesOfNumbers(description: string): Energies[] {
  return Array.from(description.matchAll(BARE_BAND)).flatMap(([, from, to]): Energies[] => {
    const least = Number(from), most = Number(to);
    const isBand = least >= 0.1 && least <= 2.5 && most > least && most <= 12;
    const isEnergy = from.includes(".") || to.includes(".") || most >= 7;
    return isBand && isEnergy ? [[least, most]] : [];
  });
}
/**
 * Which of our bands a column holds whose description says so, `Observed flux in the 2-7 keV band`;
 * undefined for errors and bounds of it, and where it speaks of several bands.
 */
export function describedBand(description: string): string | undefined {
  if (!/\bflux/i.test(description) || NO_FLUX.test(description)) return undefined;
  const stated = [...description.matchAll(STATED_BAND)];
  return stated.length === 1
    ? Object.keys(XRAY_BANDS).find((flux) => statesBand(description, XRAY_BANDS[flux]))
    : undefined;
}
const NO_FLUX =
  /err|uncert|sigma|limit|bound|lower|upper|confid|corrected|un-?absor|de-?absor|absorption|intrinsic|photon|\blog|ratio|model|\bfit|luminos|flag|variab|peak|max|signif|counts/i;
/** A range in brackets, `Hard flux (2-10)`. */
const BARE_BAND = /[([](\d+(?:\.\d+)?)\s*[-\u2013\u2212]\s*(\d+(?:\.\d+)?)[)\]]/g;
const STATED_BAND = /(\d+(?:\.\d+)?)(?:\s*keV)?\s*(?:-|\u2013|\u2212|to)\s*(\d+(?:\.\d+)?)\s*keV/gi;

function anotherBand(band: readonly [number, number], whose: string): NameMeaning {
  const near = nearBand(band);
  return {
    what: `a flux in ${band.join("-")} keV, ${whose}`,
    right: "a flux in one of Chandra's bands",
    isMission: true,
    ...(near && { near }),
  };
}

/** A name to which a survey's or a table's was added when tables were joined. */
function joinedMeaning(
  name: string,
  plain: string,
  company: Company,
  values: readonly number[],
): NameMeaning | undefined {
  for (const { words, bands } of Object.values(NAMES.surveys)) {
    const all: Readonly<Record<string, readonly string[]>> = bands;
    for (const word of words) {
      const bare = plain.startsWith(`${word}_`)
        ? plain.slice(word.length + 1)
        : plain.endsWith(`_${word}`)
        ? plain.slice(0, -word.length - 1)
        : undefined;
      if (bare === undefined) continue;
      const known = bareMeaning(innerName(name, bare), bare);
      const target = Object.keys(all).find((band) => all[band].includes(bare)) ??
        (known && "target" in known && Object.hasOwn(all, known.target) ? known.target : undefined);
      if (target) return { target, rank: JOINED, join: word };
    }
  }
  // of one quantity VizieR's b_ and B_ are bounds; A_G is an extinction, M_G an absolute magnitude
  const isBound = /^[a-c]_(flux|f90)[a-z]$|^[a-cm]_(g|bp|rp|j|h|ks?|w[1-4]|[fn]uv)$/.test(plain);
  const prefix = isBound ? null : JOIN_PREFIX.exec(plain),
    suffix = prefix ? null : JOIN_SUFFIX.exec(plain);
  const [bare, join] = prefix ? [prefix[2], prefix[1]] : suffix ? [suffix[1], suffix[2]] : [];
  if (bare === undefined || join === undefined) return undefined;
  const meaning = meaningOfName(innerName(name, bare), company, values);
  return meaning && "target" in meaning
    ? { ...meaning, rank: JOINED + meaning.rank, join }
    : meaning;
}

/** Whether what a join added to a name is a survey's: gaia, tmass, allwise. */
export function isSurveyWord(join: string): boolean {
  return Object.values(NAMES.surveys).some(({ words }) => words.includes(join));
}

/** Targets of the UCDs, of both versions, that say what a column is whatever it is called. */
const UCD_TARGETS: readonly (readonly [ucd: RegExp, target: string, rank: number])[] = [
  [/^(meta\.id;meta\.main|id_main)$/i, "name", 500],
  [/^(pos\.eq\.ra;meta\.main|pos_eq_ra_main)$/i, "ra", 500],
  [/^(pos\.eq\.dec;meta\.main|pos_eq_dec_main)$/i, "dec", 500],
  [/^(pos\.eq\.ra|pos_eq_ra)$/i, "ra", 600],
  [/^(pos\.eq\.dec|pos_eq_dec)$/i, "dec", 600],
  [/^(pos\.galactic\.lon|pos_gal_lon)$/i, "gal_l", 600],
  [/^(pos\.galactic\.lat|pos_gal_lat)$/i, "gal_b", 600],
];

/** What a column's UCD says where its name says nothing: names and positions. */
export function meaningOfUcd(ucd: string): NameMeaning | undefined {
  const [, target, rank] = UCD_TARGETS.find(([pattern]) => pattern.test(ucd.trim())) ?? [];
  return target === undefined || rank === undefined ? undefined : { target, rank, join: "" };
}

/**
 * A name and the unit of fluxes that it ends in, or its power of ten: `flux_b_erg_s_cm2`,
 * `flux_b_1e-15_cgs`, `F_X/1e-14`, `flux_b*1e14`; the name as it is where it has none.
 */
export function splitNameUnit(name: string): { readonly name: string; readonly unit?: string } {
  if (name.length > MOST_LETTERS) return { name };
  const [, bare, sign = "", power, energy = "", word = ""] = NAME_WITH_UNIT.exec(name.trim()) ?? [];
  const hasUnit = energy !== "" || word !== "";
  if (bare === undefined || (power === undefined && !hasUnit)) return { name };
  if (!/flux|^f_?[a-z]?(_|$)|^s_?[a-z]?(_|$)/i.test(bare)) return { name };
  const exponent = Number(/[+-]?\d+$/.exec(power ?? "")?.[0] ?? 0);
  // what is divided by 1e-14 or multiplied by 1e14 counts in 1e-14
  const isMeant = exponent === 0 || (exponent < 0 && !/[*×x]/.test(sign)) ||
    (exponent > 0 && /[*×x_]/.test(sign));
  if (!isMeant || (!hasUnit && Math.abs(exponent) < LEAST_POWER)) return { name };
  const factor = exponent === 0 ? "" : `1e-${Math.abs(exponent)}`;
  const unit = hasUnit && !word && !/^erg/i.test(energy) ? `${energy}/m2` : "erg/s/cm2";
  return { name: bare, unit: hasUnit ? `${factor} ${unit}`.trim() : factor };
}
/** A name, what parts it from a power of ten, the power, and a unit. */
const NAME_WITH_UNIT =
  /^(.*?[^\s_/*×])(?:[\s_]*([/*×]|[\s_]x(?=[\s_]*1)|[\s_])[\s_]*)(?:in[\s_]+)?(?:x?((?:1e|e|10\^|10\*\*)-?\d+|10-\d+(?=[\s_]*[a-z]))[\s_]*)?(?:(ergs?|mw|w)[\s_/]*(?:per[\s_]*)?(?:s|sec|cm\^?-?2|m\^?-?2)[\s_/a-z\d^-]*|(cgs))?$/i;
/** Powers of ten of smaller numbers than fluxes have are none of a unit. */
const LEAST_POWER = 9;

/** The unit that a name states, such as that of `RA_hours`. */
export function impliedUnit(name: string, target: string): string | undefined {
  if (target !== "ra" && target !== "dec") return undefined;
  const [, ending = ""] = /_(hours?|hrs?|h|rad|hms|dms)$/.exec(plainName(name)) ?? [];
  return /^h(ou)?rs?$|^h$|^hour$/.test(ending) ? "hour" : ending || undefined;
}

/** Whether a name is that of an error, a bound, a flag: nothing that may be meant for a value. */
export function isBoundName(name: string): boolean {
  const plain = plainName(name);
  return BOUND.test(plain) && !XRAY_FLUX.test(plain);
}
/** Fluxes that are called as flags are: F_X, F_b, F_0.5-8keV. */
const XRAY_FLUX =
  /^f_([xbtusmh](_\(|$)|(x_)?(tot|total|full|broad|hard|medium|soft|abs|obs|e|chandra|cxo|csc|acis)$|\d)/;

/** Whether a name is that of a hardness ratio, which some give a flux's UCD: HR1, hard_hm, HR_hms. */
export function isHardness(name: string): boolean {
  return /^hr(_?[a-z]{0,3}\d?)$|^hardness|^hard_?(hm|hs|ms|ratio|\d|$)/.test(plainName(name));
}

/** Headers over designations whose acronym they have: CXO J, CXOU J, CXOGNC J, 2CXO_J. */
const DESIGNATION_HEADER = /^\d?cxo[a-z0-9]*_?j$/;
/** Designations of Chandra's sources: 2CXO J..., CXOU J..., CXOGNC J..., with blanks or without. */
const DESIGNATION = /^\s*\d?CXO[A-Z0-9]*[\s:_-]*J?\d{6}/i;
/** The same under a header that says CXO, such as `CXOU J`. */
const BARE_DESIGNATION = /^\s*J?\d{6}(\.\d+)?\s*[+\u2212\u2013-]\d{4,6}/i;

/** Whether a cell of a column is the designation of a Chandra source. */
export function isDesignation(cell: string, column: string): boolean {
  return DESIGNATION.test(cell) || (/cxo/i.test(column) && BARE_DESIGNATION.test(cell));
}

/** The part of a name before a known one, `src_` of `SRC_RA`; undefined where there is none. */
export function strangePrefix(
  name: string,
): { readonly target: string; readonly prefix: string } | undefined {
  const [, prefix, bare] = /^([a-z0-9]+)_(.+)$/.exec(plainName(name).replace(/^x_ray_/, "xray_")) ??
    [];
  const meaning = bare === undefined ? undefined : bareMeaning(innerName(name, bare), bare);
  if (!meaning || !("target" in meaning) || isMagnitude(meaning.target)) return undefined;
  return { target: meaning.target, prefix };
}

/** Whether a prefix such as that of `X_RA` speaks of the X-ray source. */
export function isXrayPrefix(prefix: string): boolean {
  return NAMES.xrayPrefixes.includes(prefix);
}

/** Whether a text stands for a missing value: empty, dashes, dots, `masked` and the like. */
export function isMissingMark(text: string): boolean {
  const first = text.charCodeAt(0);
  // what begins with a digit is none: most cells do
  if (first >= 48 && first <= 57) return false;
  const trimmed = text.trim();
  return /^(?:[-\u2013\u2014.\u2026]*|\*+)$/.test(trimmed) || MISSING.has(trimmed.toLowerCase()) ||
    /^(?:nan|--+|\.{3})\s*(?:±|\+\/?-)\s*(?:nan|--+|\.{3})$/i.test(trimmed);
}
const MISSING = new Set(NAMES.missingMarks);

/** Numbers that archives write for a missing flux, erg/s/cm2. */
export const FILLS: readonly number[] = NAMES.fills;
