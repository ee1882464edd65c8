import { isMissing, toFlag } from "./cells.ts";
import { plainName } from "./column-names.ts";
import type { Question } from "./questions.ts";
import type { MappedColumn, SeenTable } from "./seen-table.ts";
import { isXrayFlux, NONE } from "./targets.ts";

// a page of the browser carries this file too: which columns say that fluxes and magnitudes are limits

/** The column that says it, with the words in it that say yes; or what to ask. */
type LimitFlag = { readonly index: number; readonly yes?: string } | {
  readonly question: Question;
};

/** Where a flag is looked for. */
interface FlagSearch {
  readonly seen: SeenTable;
  /** Whether nothing is taken from a column yet, and nobody has spoken of it. */
  readonly isFree: (place: number) => boolean;
  /** Whether the flux is the only one of the table. */
  readonly isOnly: boolean;
}

/** Words for upper limits, those for measurements, and those of the first that mean nothing else. */
const LIMIT = /^(u|ul|up|uplim|upper|upper[\s_-]?lim(it)?|lim(it)?|[<≤≲]=?)$/i,
  MEASURED = /^(d|det(ected|ection)?|m|meas(ured|urement)?|v|value|ok|=|-|n|no)$/i,
  SURE_LIMIT = /^(ul|up(per)?[\s_-]?lim(it)?|lim(it)?|[<≤≲]=?)$/i;
/** More different words than this are no flag. */
const MOST_WORDS = 5;

/**
 * What says that a flux is an upper limit: a column beside it of nothing but <, one that is called its
 * limit and holds yes and no or words such as U and D, or its flag, which is asked about.
 */
export function limitFlag(
  { target, column, index }: MappedColumn,
  { seen, isFree, isOnly }: FlagSearch,
): LimitFlag | undefined {
  const isOfMarks = (place: number) => {
    const words = place in seen.columns && isFree(place) ? wordsOf(seen, place) : [];
    return words.length > 0 && words.every((word) => /^[<≤≲]$/.test(word));
  };
  const isFlux = isXrayFlux(target), letter = target.slice(-1);
  const beside = isFlux ? [index - 1, index + 1].find(isOfMarks) : undefined;
  if (beside !== undefined) return { index: beside };
  // beside a column of optical magnitudes, B, u or Hmag, its letter is that one's; b is a latitude too
  const magnitude = new RegExp(`^(${letter}_?m(ag)?|mag_?${letter})$`);
  const isOptical = seen.columns.some(({ name }) =>
    name.trim() === letter.toUpperCase() || (letter === "u" && name.trim() === letter) ||
    magnitude.test(plainName(name))
  );
  const called = [column, target, ...isFlux && !isOptical ? [letter] : []].map(plainName);
  const roles = seen.columns.flatMap(({ name }, place) => {
    const role = isFree(place) ? roleOf(plainName(name), called, isOnly) : undefined;
    return role ? [{ place, role }] : [];
  });
  for (const wanted of ["limit", "flag", "detection"] as const) {
    for (const { place, role } of roles) {
      // of a magnitude only what leaves no doubt
      if (!isFlux && (wanted === "detection" || isOfFlags(seen, place))) continue;
      const found = role === wanted
        ? flagIn(seen, place, role, { target, column, index })
        : undefined;
      if (found && (isFlux || "index" in found)) return found;
    }
  }
  return undefined;
}

/** Whether a column holds nothing but yes and no. */
function isOfFlags(seen: SeenTable, place: number): boolean {
  return wordsOf(seen, place).every((word) => !Number.isNaN(toFlag(word)));
}

/** Asks which of several fluxes a column is of that is called a limit and names none. */
export function limitOfSeveral(
  fluxes: readonly MappedColumn[],
  { seen, isFree }: Pick<FlagSearch, "seen" | "isFree">,
): Question | undefined {
  const place = seen.columns.findIndex(({ name }, i) =>
    isFree(i) && limitedName(plainName(name)) === "" && isMixed(seen, i)
  );
  if (place < 0) return undefined;
  const spec = seen.specs[place];
  const ways = [
    ...fluxes.map(({ target }) => ["--column", `l_${target}=${spec}`]),
    ["--column", `${NONE}=${spec}`],
  ];
  return {
    text: `"${spec}" says that a flux is an upper limit; of which, ${
      fluxes.map(({ column }) => `"${column}"`).join(" or ")
    }, is not said`,
    target: `l_${fluxes[0].target}`,
    candidates: [],
    options: ways[0],
    ways,
  };
}

/** What a column's name makes it to a flux: its limit, its flag, or whether it was detected. */
function roleOf(
  plain: string,
  called: readonly string[],
  isOnly: boolean,
): "limit" | "flag" | "detection" | undefined {
  const [flux, target, letter] = called;
  const isOf = (rest: string | undefined) =>
    rest !== undefined && (called.includes(rest) || (isOnly && /^(flux|fx?)?$/.test(rest)));
  if (plain === `l_${flux}` || isOf(limitedName(plain))) return "limit";
  const [, detected] = /^(?:is_)?(?:det|detected|detection|detect)(?:_?flag)?(?:_(.+))?$/
    .exec(plain)?.map((part) => part ?? "") ??
    /^(.+)_(?:is_)?(?:det|detected|detection|detect)(?:_?flag)?$/.exec(plain) ?? [];
  if (isOf(detected)) return "detection";
  const [, before, behind] =
    /^(?:[fnq]|flag|fl)_(.+)$|^(.+)_(?:flag|fl|type|kind|status)$/.exec(plain) ?? [];
  const flagged = before ?? behind;
  // F_b is a flux
  if (flagged === letter) {
    return /^(flag|fl)_|_(flag|fl|type|kind|status)$/.test(plain) ? "flag" : undefined;
  }
  return flagged === flux || flagged === target || (isOnly && flagged === "flux")
    ? "flag"
    : undefined;
}

/** What the cells of a column that may be a flux's flag make of it. */
function flagIn(
  seen: SeenTable,
  place: number,
  role: "limit" | "flag" | "detection",
  flux: Pick<MappedColumn, "target" | "column" | "index">,
): LimitFlag | undefined {
  const { name, description } = seen.columns[place], words = wordsOf(seen, place);
  if (words.length === 0) {
    return name === `l_${flux.column}` ? { index: place } : undefined;
  }
  const isSaid = /limit|detect/i.test(description ?? "");
  const beyond = isXrayFlux(flux.target) ? words.filter((word) => /^[>≥≳]=?$/.test(word)) : [];
  if (beyond.length > 0) return askedOfLower(seen, place, flux, beyond);
  if (words.every((word) => !Number.isNaN(toFlag(word)))) {
    if (role === "limit") return { index: place };
    if (role === "detection") {
      const no = words.filter((word) => toFlag(word) === 0);
      return isMixed(seen, place) ? asked(seen, place, flux, no) : undefined;
    }
    const isOther = description !== undefined && !isSaid;
    return !isOther && (isSaid || isMixed(seen, place)) ? asked(seen, place, flux) : undefined;
  }
  const limits = words.filter((word) => LIMIT.test(word));
  const isKnown = limits.length > 0 &&
    words.every((word) => limits.includes(word) || MEASURED.test(word));
  if (isKnown && (role === "limit" || limits.every((word) => SURE_LIMIT.test(word)))) {
    return { index: place, yes: limits.join(",") };
  }
  if (words.every((word) => /^[-+]?[\d.]/.test(word))) {
    return role === "limit" ? boundsInstead(seen, place, flux) : undefined;
  }
  if (words.length > MOST_WORDS || (role !== "limit" && !isKnown && !isSaid)) return undefined;
  return asked(seen, place, flux, limits.length > 0 ? limits : words.slice(0, 1));
}

/** Asks about a flag, or the words in it that would say yes. */
function asked(
  seen: SeenTable,
  place: number,
  { target, column }: Pick<MappedColumn, "target" | "column">,
  yes: readonly string[] = [],
): LimitFlag {
  const spec = seen.specs[place], { description } = seen.columns[place];
  const said = yes.length > 0 ? `:${yes.join(",")}` : "";
  const taken = ["--column", `l_${target}=${spec}${said}`], out = ["--column", `${NONE}=${spec}`];
  const is = description === undefined
    ? `holds ${wordsOf(seen, place).slice(0, MOST_WORDS).map((word) => `"${word}"`).join(", ")}`
    : `is "${description.slice(0, 100)}"`;
  const word = yes.length > 0 ? yes.join(" or ") : "1";
  return {
    question: {
      text:
        `"${spec}" stands beside "${column}" and ${is}: where ${word} says that the flux is an ` +
        "upper limit (else leave it out)",
      target: `l_${target}`,
      candidates: [],
      options: taken,
      ways: [taken, out],
    },
  };
}

/** Asks about signs that a flux is more than its number, which is no upper limit. */
function askedOfLower(
  seen: SeenTable,
  place: number,
  { target, column }: Pick<MappedColumn, "target" | "column">,
  beyond: readonly string[],
): LimitFlag {
  const spec = seen.specs[place];
  const others = wordsOf(seen, place).filter((word) => LIMIT.test(word));
  const said = others.length > 0 ? `l_${target}=${spec}:${others.join(",")}` : `${NONE}=${spec}`;
  const n = seen.rows.filter((row) => beyond.includes(String(row[place] ?? "").trim())).length;
  return {
    question: {
      text: `"${spec}" says ${beyond.join(", ")} in ${n} of ${seen.rows.length} rows: there ` +
        `"${column}" is a lower limit, which counts as a measurement unless you leave its cell empty`,
      target: `l_${target}`,
      candidates: [],
      options: ["--column", said],
    },
  };
}

/** Asks whether numbers that are called limits are those of fluxes that are missing beside them. */
function boundsInstead(
  seen: SeenTable,
  place: number,
  { target, column, index }: Pick<MappedColumn, "target" | "column" | "index">,
): LimitFlag | undefined {
  const alone = seen.rows.filter((row) => isMissing(row[index]) && !isMissing(row[place])).length;
  if (alone === 0) return undefined;
  const spec = seen.specs[place];
  const taken = ["--column", `${target}_hilim=${spec}`], out = ["--column", `${NONE}=${spec}`];
  return {
    question: {
      text:
        `"${spec}" holds numbers in ${alone} rows where "${column}" holds none: where they are ` +
        "the upper limits of that flux",
      target: `${target}_hilim`,
      candidates: [],
      options: taken,
      ways: [taken, out],
    },
  };
}

/** Whether a column says yes in some rows and no, or nothing, in others. */
function isMixed(seen: SeenTable, place: number): boolean {
  const flags = seen.rows.map((row) => toFlag(row[place]));
  return seen.cellsOf(place).every((cell) => !Number.isNaN(toFlag(cell))) &&
    flags.some((flag) => flag === 1) && flags.some((flag) => flag !== 1);
}

/** The different words of a column. */
function wordsOf(seen: SeenTable, place: number): string[] {
  return [...new Set(seen.cellsOf(place).map((cell) => String(cell).trim()))];
}

/** What a plain name says is a limit, `flux_b` of `flux_b_is_ul`, "" of `upper_limit`. */
function limitedName(plain: string): string | undefined {
  const [whole, before, behind = ""] =
    /^(?:(?!is_|upper_)(.+?)_)?(?:is_?)?(?:upper_?lim(?:it)?|uplim|ul|lim(?:it)?|non_?det(?:ect(?:ed|ion))?|undetected|cens(?:ored)?)(?:_?flag)?(?:_(.+))?$/
      .exec(plain) ?? [];
  return whole === undefined ? undefined : before ?? behind;
}
