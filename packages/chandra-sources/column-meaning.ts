import {
  type ChandraSurvey,
  ciaoBand,
  describedBand,
  hasOtherTotal,
  isBoundName,
  meaningInSurvey,
  meaningOfLogarithm,
  meaningOfName,
  meaningOfUcd,
  type NameMeaning,
  otherBand,
  plainName,
  statesEnergies,
} from "./column-names.ts";
import { isClass } from "./classes.ts";
import { QUALITY_LETTERS, qualityTarget } from "./quality-letters.ts";
import {
  areLogarithms,
  conversion,
  kindOfUcd,
  logarithmsOf,
  quantityOf,
  type SeenTable,
} from "./seen-table.ts";
import { BAND_LIMITS, isMagnitude, isXrayFlux, XRAY_BANDS } from "./targets.ts";
import { converted, parseUnit } from "./units.ts";

// a page of the browser carries this file too: what name, unit, UCD, description and cells of a
// column say that it is

/** Columns of designations come behind those that are called names, before those that UCDs name. */
const DESIGNATION_RANK = 400;
/** Fluxes whose descriptions alone say which they are come behind those that names say. */
const DESCRIBED_RANK = 60;
/** What a description says of a flux that is corrected for absorption, and of one that is not. */
const CORRECTED =
  /\b(unabsorbed|un-absorbed|de-?absorbed|intrinsic|absorption[ -]corrected)\b|corrected for (\S+ ){0,3}absorption/i;
const NOT_CORRECTED = /\b(not|un|without)[ -]?((\S+ )?correct|(\S+ )?unabsorbed)|\(not /i;
const CORRECTED_FLUX: NameMeaning = {
  what: "a flux corrected for absorption, as its description says",
  right: "the flux as it is observed",
  isMission: false,
};

/** What a column is by its name and description, or else its cells, or else its UCD. */
export function meaningOfColumn(
  seen: SeenTable,
  index: number,
  survey?: ChandraSurvey,
): NameMeaning | undefined {
  return statedMeaning(seen, index, survey) ?? meaningOfFrame(seen, index) ??
    meaningOfBand(seen, index) ??
    meaningOfCells(seen, index) ??
    meaningOfUcd(seen.columns[index].ucd ?? "");
}

/**
 * What a column is by its name, and by the energies that its description states.
 *
 * @param survey The survey of Chandra's that gave the sources their names.
 */
export function statedMeaning(
  seen: SeenTable,
  index: number,
  survey?: ChandraSurvey,
): NameMeaning | undefined {
  const { name, unit, description = "" } = seen.columns[index];
  const how = conversion("flux_b", unit);
  const numbers = seen.valuesOf(index);
  const values = "problem" in how ? numbers : numbers.map((value) => converted(value, how));
  if (numbers.length === 0 || areLogarithms(logarithmsOf(seen, index))) {
    const logarithm = meaningOfLogarithm(
      seen.label(index),
      seen.company,
      survey,
    );
    if (logarithm) return logarithm;
  }
  const byName = meaningOfName(seen.label(index), seen.company, values);
  const isOpen = !byName ||
    ("target" in byName && Object.hasOwn(XRAY_BANDS, byName.target) &&
      (name !== byName.target || hasOtherTotal(seen.company)));
  const bySurvey = isOpen && survey && !(unit && "problem" in how) && !statesEnergies(description)
    ? meaningInSurvey(name, survey)
    : undefined;
  const meaning = bySurvey ?? surveySaid(byName, description);
  if (meaning && "what" in meaning && meaning.isLogarithm && !meaning.near) {
    const stated = otherBand(description, []);
    const of = stated && "what" in stated && stated.near?.share === 1
      ? stated.near.target
      : stated && "what" in stated
      ? stated.what
      : undefined;
    if (of) return { ...meaning, ...stated, what: `the logarithm of ${of}`, isLogarithm: true };
  }
  const isCorrected = CORRECTED.test(description) && !NOT_CORRECTED.test(description);
  if (isCorrected && (!meaning || ("target" in meaning && isXrayFlux(meaning.target)))) {
    if (/flux/i.test(description) || /flux|^fx?_?[a-z]?$/i.test(name)) return CORRECTED_FLUX;
  }
  const bands = meaning && "target" in meaning
    ? [XRAY_BANDS[meaning.target]].filter(Boolean)
    : meaning === undefined && (unit ? !("problem" in how) : /flux|^fx?_?[a-z]?$/i.test(name))
    ? Object.values(XRAY_BANDS)
    : [];
  return bands.length > 0 && otherBand(description, bands) ||
    byLetters(seen, index, meaning) || byDescription(seen, index);
}

/** Which of several meanings a description decides that names the survey; the meaning as it is else. */
function surveySaid(
  meaning: NameMeaning | undefined,
  description: string,
): NameMeaning | undefined {
  if (!meaning || !("unsure" in meaning)) return meaning;
  const named = meaning.unsure.filter((target) =>
    (/_sdss$/.test(target) && /\bsdss\b/i.test(description)) ||
    (/^(G|Bp|Rp)$/.test(target) && /\bgaia\b/i.test(description))
  );
  return named.length === 1 ? { target: named[0], rank: 2, join: "" } : meaning;
}

/** What l and b are of a position in Galactic coordinates, as astropy names them: `coord.l`. */
function meaningOfFrame(seen: SeenTable, index: number): NameMeaning | undefined {
  const { name, frame = "" } = seen.columns[index], [, axis] = /\.([lb])$/.exec(name) ?? [];
  if (axis === undefined || !/^galactic/i.test(frame)) return undefined;
  return { target: `gal_${axis}`, rank: 700, join: "" };
}

/** A column that says of which band the fluxes of each row are, and our fluxes of those. */
export function bandColumn(
  seen: SeenTable,
): { readonly index: number; readonly fluxes: readonly (string | undefined)[] } | undefined {
  const index = seen.columns.findIndex(({ name }) =>
    /^(energy_?)?band(_?name)?$/.test(plainName(name))
  );
  if (index < 0) return undefined;
  const words = new Set(seen.cellsOf(index).map((cell) => plainName(String(cell))));
  // the CSC's letters, where there are no others
  const areLetters = [...words].every((word) => /^[busmhw]$/.test(word));
  const fluxes = [...words].map((word) => {
    if (areLetters) return word === "w" ? undefined : `flux_${word}`;
    const [least, most] = word.match(/\d+(\.\d+)?/g)?.map(Number) ?? [];
    return ciaoBand(word) ??
      Object.keys(XRAY_BANDS).find((flux) =>
        XRAY_BANDS[flux][0] === least && XRAY_BANDS[flux][1] === most
      );
  });
  return fluxes.some((flux) => flux !== undefined) ? { index, fluxes } : undefined;
}

/** What a flux of no band is, as those of CIAO's srcflux, where a column beside it states one for all. */
function meaningOfBand(seen: SeenTable, index: number): NameMeaning | undefined {
  const [form, bound] = /^(?:net_)?(?:e(?:nergy)?_?)?(?:flux|fx)(?:_aper)?(?:_(lo|hi)(?:lim)?)?$/
    .exec(plainName(seen.columns[index].name)) ?? [];
  const band = form === undefined ? undefined : bandColumn(seen);
  if (band?.fluxes.length !== 1) return undefined;
  const target = band.fluxes[0] + (bound ? `_${bound}lim` : "");
  return { target, rank: DESCRIBED_RANK, join: "" };
}

/** What cells say of a column whose name says nothing: designations name sources. */
function meaningOfCells(seen: SeenTable, index: number): NameMeaning | undefined {
  return seen.holdsDesignations(index)
    ? { target: "name", rank: DESIGNATION_RANK, join: "" }
    : undefined;
}

/** What the description of a column in a unit of fluxes says, where its name says nothing. */
function byDescription(seen: SeenTable, index: number): NameMeaning | undefined {
  const { name, unit = "", ucd = "", description = "" } = seen.columns[index];
  if (unit === "" || quantityOf(unit) !== "a flux" || isBoundName(name)) return undefined;
  if (kindOfUcd(ucd) === "error" || kindOfUcd(ucd) === "flag") return undefined;
  const target = describedBand(description);
  return target === undefined ? undefined : { target, rank: DESCRIBED_RANK, join: "" };
}

/** Of letters of quality whose they are: 2MASS has three, WISE four, by whatever name. */
function byLetters(
  seen: SeenTable,
  index: number,
  meaning: NameMeaning | undefined,
): NameMeaning | undefined {
  if (!meaning || "what" in meaning) return meaning;
  const known = "target" in meaning ? meaning : undefined;
  const targets = "unsure" in meaning ? meaning.unsure : [meaning.target];
  if (!targets.some((one) => QUALITY_LETTERS.some(({ target }) => target === one))) {
    return meaning;
  }
  const cells = seen.rows.map((row) => row[index]);
  if (cells.length === 0) return known;
  const target = qualityTarget(cells);
  return target === undefined ? undefined : { rank: 2, join: "", ...known, target };
}

/**
 * Bands in which no table of X-ray sources has only objects as bright as this: photon indices, indices
 * of colour and norms of spectra are.
 */
const BRIGHT_BANDS = /^(G|Bp|Rp|J|H|Ks|[ugriz]_sdss|[FN]UV)$/, MOST_BRIGHT = 3.5, LEAST_BRIGHT = 3;

/** What descriptions of errors, bounds, limits and backgrounds of fluxes begin with. */
const NO_VALUE =
  /^\W*((\d+(\.\d+)?|one|two|three)[-\s]*(sigma|%|per ?cent)\s*)?(statistical |mean |total |the )*((upper|lower)[\s-]+(limit|bound|confidence|error)(?!\s+(flag|if|when|where))|limiting|sensitivity|(background|bkg)(?![\s-]*(sub|corr|removed|free))|(error|uncertainty)(?![\s-]*(weight|flag))|standard deviation)/i;

/** Surveys whose bands of the same letter are far from ours, by our bands. */
const OTHER_SURVEYS: readonly (readonly [ours: RegExp, others: RegExp])[] = [
  [/^(G|Bp|Rp)$/, /pan-?starrs|\bps1\b|skymapper|decam|\bdes\b|sdss|\bvst\b|vphas|johnson|bessel/i],
  [/^W[12]$/, /irac|spitzer/i],
];

/** Why a column cannot be what its name says: its unit, its UCD, its description or its values. */
export function contradiction(seen: SeenTable, index: number, target: string): string | undefined {
  return statedContradiction(seen, index, target) ?? valuesContradiction(seen, index, target);
}

/** {@link contradiction} by what is written of the column. */
export function statedContradiction(
  seen: SeenTable,
  index: number,
  target: string,
): string | undefined {
  const { unit = "", ucd = "", name, description = "" } = seen.columns[index];
  const understood = unit === "" ? undefined : parseUnit(unit);
  const how = conversion(target, unit), isOwn = name === target;
  if (understood && "problem" in how && !isOwn && isXrayFlux(target)) {
    return `${unit} is ${how.problem}`;
  }
  const kind = kindOfUcd(ucd), isPlace = /^(ra|dec|gal_[lb])$/.test(target);
  const wanted = isXrayFlux(target)
    ? "flux"
    : isMagnitude(target)
    ? "magnitude"
    : isPlace
    ? "position"
    : undefined;
  if (kind && wanted && kind !== wanted) {
    return `its UCD ${ucd} is that of ${kind === "error" ? "an" : "a"} ${kind}`;
  }
  if (isMagnitude(target)) {
    if (/\babsolute\b|de-?reddened|extinction[ -]corrected/i.test(description)) {
      return `is "${description.slice(0, 60)}"`;
    }
    const strange = OTHER_SURVEYS.find(([ours]) => ours.test(target))?.[1];
    if (strange?.test(description) && !/gaia|all?wise/i.test(description)) {
      return `is "${description.slice(0, 60)}", of another survey`;
    }
  }
  if (isXrayFlux(target) && NO_VALUE.test(description)) {
    return `is "${description.slice(0, 60)}"`;
  }
  if (isXrayFlux(target) && /em\.(opt|ir|uv|radio|gamma)/i.test(ucd)) {
    return `its UCD ${ucd} is not of X-rays`;
  }
  return undefined;
}

/** {@link contradiction} by the cells. */
function valuesContradiction(seen: SeenTable, index: number, target: string): string | undefined {
  const { unit = "", name } = seen.columns[index], values = seen.valuesOf(index);
  const isLabel = target === "class" && !/class/i.test(name), cells = seen.cellsOf(index);
  if (isLabel && cells.length > 0 && !cells.some((cell) => isClass(String(cell).trim()))) {
    return `holds "${String(cells[0]).slice(0, 40)}", no class`;
  }
  if (values.length === 0) return undefined;
  const least = Math.min(...values), most = Math.max(...values);
  if (BAND_LIMITS.get(target)?.isFlag && values.some((value) => value !== 0 && value !== 1)) {
    return `holds ${least} to ${most}, no flags`;
  }
  const isBright = BRIGHT_BANDS.test(target) && values.length >= LEAST_BRIGHT;
  if (
    isMagnitude(target) && unit === "" && least >= -1 && most > 0 &&
    most <= (isBright ? MOST_BRIGHT : 1)
  ) {
    return `holds ${least} to ${most}, no magnitudes`;
  }
  const isFlag = values.every((value) => value === 0 || value === 1) && most === 1;
  if (isXrayFlux(target) && isFlag) return "holds 0 and 1, a flag";
  return undefined;
}
