// runs in a browser's page too

/** A unit that was understood. */
interface Unit {
  /** Value in the units of {@link BASE}, one of this unit. */
  readonly factor: number;
  /** Powers of the base units in the order of the alphabet, such as `kg s-3`; "" for a number. */
  readonly dimension: string;
  /** Of a magnitude whose zero point is stated. */
  readonly system?: "AB" | "Vega";
}

/** How values of one unit become ours: value x factor + offset, of logarithms 10^value x factor. */
export interface Conversion {
  readonly factor: number;
  readonly offset: number;
  /** Whether the values are logarithms to base 10. */
  readonly isLogarithm?: true;
  /** Whether these lack their sign: 14 for 1e-14. */
  readonly isNegative?: true;
}

/** A value of a unit in ours; NaN stays. */
export function converted(
  value: number,
  { factor, offset, isLogarithm, isNegative }: Conversion,
): number {
  return isLogarithm ? 10 ** (isNegative ? -value : value) * factor : value * factor + offset;
}

/** Units by their spellings: factor and dimension in metres, kilograms, seconds, photons, degrees. */
const BASE: readonly (readonly [
  names: string,
  factor: number,
  dimension: string,
  prefixes?: string,
])[] = [
  ["W watt watts", 1, "kg1 m2 s-3", "m u n p f a z k M G"],
  ["J joule joules", 1, "kg1 m2 s-2", "m u n k M"],
  ["erg ergs", 1e-7, "kg1 m2 s-2"],
  ["eV electronvolt", 1.602176634e-19, "kg1 m2 s-2", "k M G"],
  ["Jy jansky janskys", 1e-26, "kg1 s-2", "n u m k M"],
  ["m metre meter metres meters", 1, "m1", "c m k u n"],
  ["A AA angstrom angstroms", 1e-10, "m1"],
  ["micron microns", 1e-6, "m1"],
  ["s sec secs second seconds", 1, "s1", "k m u"],
  ["min", 60, "s1"],
  ["yr", 31_557_600, "s1"],
  ["Hz hertz", 1, "s-1", "k M G"],
  ["ph phot photon photons", 1, "ph1"],
  ["ct cts count counts cnt", 1, "ct1", "k"],
  ["deg degs degree degrees", 1, "deg1"],
  ["arcmin arcmins arcminute arcminutes amin", 1 / 60, "deg1"],
  ["arcsec arcsecs arcsecond arcseconds asec", 1 / 3600, "deg1", "m u"],
  ["rad rads radian radians", 180 / Math.PI, "deg1", "m"],
  ["mas", 1 / 3.6e6, "deg1"],
  ["h hr hrs hour hours hourangle", 15, "hour1"],
  ["mag mags magnitude magnitudes", 1, "mag1", "m"],
  ["cgs", 1e-3, "kg1 s-3"],
  ["solLum Lsun L_sun Lsol", 3.828e26, "kg1 m2 s-3"],
  ["pc parsec", 3.0856775814913673e16, "m1", "k M"],
  ["atom atoms", 1, ""],
  ["none dimensionless unitless adu sigma", 1, ""],
  ["percent %", 0.01, ""],
];
const PREFIXES: Readonly<Record<string, readonly [factor: number, word: string]>> = {
  z: [1e-21, "zepto"],
  a: [1e-18, "atto"],
  f: [1e-15, "femto"],
  p: [1e-12, "pico"],
  n: [1e-9, "nano"],
  u: [1e-6, "micro"],
  m: [1e-3, "milli"],
  c: [1e-2, "centi"],
  k: [1e3, "kilo"],
  M: [1e6, "mega"],
  G: [1e9, "giga"],
};

/** What the unit of a column that should hold energy fluxes measures, and what would be right. */
const OTHER_QUANTITIES: Readonly<Record<string, string>> = {
  "kg1 m2 s-3": "a luminosity, not a flux: divide it by 4 pi times the distance squared",
  "m-2 ph1 s-1":
    "a flux of photons, not of energy: multiply each by its source's mean photon energy",
  "ct1 m-2 s-1":
    "a flux of photons, not of energy: multiply each by its source's mean photon energy",
  "ct1 s-1": "a rate of counts, not a flux: convert it with the response of the instrument",
  ct1: "counts, not a flux: convert them with exposure and response of the instrument",
  "kg1 s-2": "a flux density or a fluence, not a flux in an energy band",
  "kg1 m-1 s-3": "a flux per wavelength, not a flux in an energy band",
  mag1: "a magnitude, not a flux",
};

/** Every spelling with its prefixes. */
const SPELLINGS = new Map<string, Unit>();
/** The same without case, where that is not ambiguous (mW and MW are). */
const ANY_CASE = new Map<string, Unit | undefined>();
for (const [names, factor, dimension, prefixes = ""] of BASE) {
  for (const name of names.split(" ")) {
    add(name, { factor, dimension });
    for (const prefix of prefixes.split(" ").filter(Boolean)) {
      const [power, word] = PREFIXES[prefix], scaled = { factor: factor * power, dimension };
      add(prefix + name, scaled);
      if (name.length > 1 || /^[JW]$/.test(name)) add(word + name, scaled);
    }
  }
}

function add(name: string, unit: Unit): void {
  if (!SPELLINGS.has(name)) SPELLINGS.set(name, unit);
  const lower = name.toLowerCase(), before = ANY_CASE.get(lower);
  const isSame = before && before.factor === unit.factor && before.dimension === unit.dimension;
  ANY_CASE.set(lower, ANY_CASE.has(lower) && !isSame ? undefined : unit);
}

const MAGNITUDE =
  /^[\s[({]*(ab|vega|st)?[\s_.\-:,[({]*(m?mags?|magnitudes?)[\s_.\-:,[({]*(ab|vega|st)?[\s\])}]*$/i;
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * Reads a unit in the notations of VOUnits, CDS, OGIP, FITS and people: `erg/s/cm2`,
 * `10**-15 mW.m**-2`, `1000 ERG S^-1 CM^-2`, `erg / (s cm2)`, `mag(AB)`.
 *
 * @returns undefined for a text that is none of them, for logarithms, and for what may be two
 * things, such as MJY in capitals or 10e-15, which many write for 1e-15.
 */
export function parseUnit(text: string): Unit | undefined {
  const system = /^\s*(ab|vega)\s*$/i.exec(text)?.[1].toUpperCase();
  if (system) return { factor: 1, dimension: "mag1", system: system === "AB" ? "AB" : "Vega" };
  const magnitude = MAGNITUDE.exec(text);
  if (!magnitude) return /^\s*(x\s*)?10e/i.test(text) ? undefined : new UnitParser(text).parse();
  const [, before, word, behind] = magnitude, said = (before ?? behind)?.toUpperCase();
  const unit = { factor: /^mm/i.test(word) ? 1e-3 : 1, dimension: "mag1" };
  if (said === undefined) return unit;
  return said === "ST" ? undefined : { ...unit, system: said === "AB" ? "AB" : "Vega" };
}

type Powers = ReadonlyMap<string, number>;
interface Term {
  readonly factor: number;
  readonly powers: Powers;
}

/** `terms := term {[.*] term | / term}`, `term := number | unit [power] | ( terms )`. */
class UnitParser {
  readonly #text: string;
  /** Whether the case of letters says nothing. */
  readonly #isCapitals: boolean;
  #at = 0;

  constructor(text: string) {
    this.#text = text.replace(/\$(?=\s*\^)/g, "").replace(
      /[⁺⁻]?[⁰¹²³⁴-⁹]+/g,
      (power) =>
        "^" +
        [...power].map((digit) =>
          digit === "⁻" ? "-" : digit === "⁺" ? "" : String(SUPERSCRIPTS.indexOf(digit))
        ).join(""),
    )
      .replace(/([\^_])\s*\{\s*([^{}]*?)\s*\}/g, "$1$2")
      .replace(/\\(?:mathrm|rm|,|;| )|[${}]/g, " ")
      .replace(/σ/g, "sigma").replace(/[°º]/g, "deg").replace(/[′']/g, "arcmin").replace(
        /[″"]/g,
        "arcsec",
      )
      .replace(/\\circ\b/g, "deg").replace(/\^\s*deg/g, "deg")
      .replace(/\bper\b/gi, "/").replace(/[µμ]/g, "u").replace(/[\u2010-\u2015\u2212]/g, "-")
      .replace(/[·×⋅]/g, ".")
      .replace(/^\s*x\s*(?=1\d*(?:e|\^|\*|-|$))/i, "").trim();
    this.#isCapitals = !/[a-z]/.test(this.#text);
  }

  /** The whole text as a unit; undefined where it is none. */
  parse(): Unit | undefined {
    const terms = this.#terms();
    if (!terms || this.#at < this.#text.length) return undefined;
    const powers = [...terms.powers].filter(([, power]) => power !== 0).sort();
    const dimension = powers.map(([name, power]) => name + power).join(" ");
    return { factor: terms.factor, dimension };
  }

  #terms(): Term | undefined {
    let factor = 1;
    const powers = new Map<string, number>();
    let sign = 1;
    while (this.#at < this.#text.length && !this.#peek(/\)/y)) {
      if (this.#take(/\s*\/\s*/y)) sign = -1;
      else this.#take(/[\s.*]+/y);
      if (this.#at === this.#text.length) break;
      if (this.#peek(/\)/y)) break;
      const term = this.#term();
      if (!term) return undefined;
      factor *= term.factor ** sign;
      for (const [name, power] of term.powers) {
        powers.set(name, (powers.get(name) ?? 0) + sign * power);
      }
      sign = 1;
    }
    return sign === 1 ? { factor, powers } : undefined;
  }

  #term(): Term | undefined {
    if (this.#take(/\(/y)) {
      const inner = this.#terms();
      return this.#take(/\)/y) ? inner : undefined;
    }
    const ten = this.#take(/10(?:(?:\*\*|\^)(?:\(([+-]?\d+)\)|([+-]?\d+))|\+?([+-]\d+))/y);
    if (ten) {
      return { factor: Number(`1e${ten[1] ?? ten[2] ?? ten[3]}`), powers: new Map() };
    }
    const number = this.#take(/\d+(?:\.\d+)?(?:e[+-]?\d+(?![\d.]))?/iy);
    if (number) return { factor: Number(number[0]), powers: new Map() };
    const word = this.#take(
      /([a-z_%]+)(?:\s*(?:\*\*|\^)\s*\(\s*([+-]?\d+)\s*\)|\s*(?:\*\*|\^)\s*([+-]?\d+)|([+-]?\d+))?/iy,
    );
    if (!word) return undefined;
    const unit = (this.#isCapitals ? undefined : SPELLINGS.get(word[1])) ??
      ANY_CASE.get(word[1].toLowerCase());
    if (!unit) return undefined;
    const power = Number(word[2] ?? word[3] ?? word[4] ?? 1);
    const powers = unit.dimension.split(" ").filter(Boolean).map((part): [string, number] => {
      const [, name, own] = /^([a-z]+)(-?\d+)$/.exec(part)!;
      return [name, Number(own) * power];
    });
    return { factor: unit.factor ** power, powers: new Map(powers) };
  }

  #peek(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    this.#at += match?.[0].length ?? 0;
    return match;
  }
}

/**
 * AB magnitude of an object whose Vega magnitude is 0, by band.
 *
 * Sources: 2MASS and SDSS, Blanton & Roweis 2007 (doi:10.1086/510127), table 1; WISE, Cutri et al.
 * 2012, Explanatory Supplement to the WISE All-Sky Data Release, section IV.4.h, table 3; Gaia,
 * Riello et al. 2021 (doi:10.1051/0004-6361/202039587), tables of zero points.
 */
const AB_MINUS_VEGA: Readonly<Record<string, number>> = {
  u_sdss: 0.91,
  g_sdss: -0.08,
  r_sdss: 0.16,
  i_sdss: 0.37,
  z_sdss: 0.54,
  J: 0.91,
  H: 1.39,
  Ks: 1.85,
  W1: 2.699,
  W2: 3.339,
  W3: 5.174,
  W4: 6.62,
  G: 0.1136,
  Bp: 0.0155,
  Rp: 0.3561,
};
/** Bands whose magnitudes we hold in AB; the others are Vega's. */
const AB_BANDS = new Set(["FUV", "NUV", "u_sdss", "g_sdss", "r_sdss", "i_sdss", "z_sdss"]);

/** What may stand for the unit of a flux without its dimension: a power of ten. */
const MOST_BARE = 1e-9;
/** Dimension of an energy flux. */
const FLUX = "kg1 s-3";

/** Units that may be two things, or that no factor makes ours. */
const UNCLEAR: readonly (readonly [form: RegExp, problem: string])[] = [
  [/^\s*(x\s*)?10e/i, "unclear, for 10e-15 is 1e-14 to a computer and 1e-15 to many who write it"],
  [/^[^a-z]*M(JY|W\b)/, "unclear in capitals: milli or mega"],
  [
    /^\s*\[|\blog|\bdex/i,
    "a logarithm of what is not said; of a flux say log erg/s/cm2 or log W/m2, else put the values " +
    "themselves into the column",
  ],
];

/** Logarithms of quantities as VizieR, astropy and people write them: [mW/m2], dex(W/m2), log W/m2. */
const LOGARITHM = /^\s*-?(?:\[([^[\]]+)\]|(?:log(?:_?10)?|dex)\b\s*(\S.*?))\s*$/i;

/** The unit whose values the logarithms are of; undefined for a unit of no logarithms. */
export function unitOfLogarithm(unit: string): string | undefined {
  const [, bracketed, called] = LOGARITHM.exec(unit) ?? [];
  return bracketed ?? called?.replace(/^\[(.*)\]$/, "$1");
}

/**
 * How values in a stated unit become ours.
 *
 * @param ours Our unit of the target, "" for a number without one.
 * @returns What is wrong with the unit, in words that follow "is", where it cannot be.
 */
export function conversionOf(
  unit: string,
  target: string,
  ours: string,
): Conversion | { readonly problem: string } {
  const theirs = parseUnit(unit), wanted = parseUnit(ours)!;
  const inner = unitOfLogarithm(unit);
  if (!theirs && inner !== undefined && wanted.dimension === FLUX && parseUnit(inner)) {
    const how = conversionOf(inner, target, ours);
    if ("problem" in how) return how;
    return { ...how, isLogarithm: true, ...(/^\s*-/.test(unit) && { isNegative: true }) };
  }
  if (!theirs) {
    return { problem: UNCLEAR.find(([form]) => form.test(unit))?.[1] ?? "not understood" };
  }
  // CSC's photons are counts divided by effective area
  const dimension = wanted.dimension.includes("ph1")
    ? theirs.dimension.replace("ct1 m-2 s-1", "m-2 ph1 s-1")
    : theirs.dimension;
  if (dimension === "" && wanted.dimension === FLUX && theirs.factor <= MOST_BARE) {
    // "F_X (10^-14)", of erg/s/cm2 as papers have it
    return { factor: theirs.factor, offset: 0 };
  }
  if (dimension !== wanted.dimension) {
    const isFlux = wanted.dimension === FLUX;
    return { problem: isFlux && OTHER_QUANTITIES[theirs.dimension] || "not understood" };
  }
  // without the last digits, which powers of ten are off by
  const factor = Number((theirs.factor / wanted.factor).toPrecision(12));
  const system = AB_BANDS.has(target) ? "AB" : "Vega";
  if (theirs.system === undefined || theirs.system === system) return { factor, offset: 0 };
  const offset = AB_MINUS_VEGA[target];
  if (offset === undefined) return { problem: `of the ${theirs.system} system, ours is ${system}` };
  return { factor, offset: system === "AB" ? offset : -offset };
}
