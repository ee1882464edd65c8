import NAMES from "../../data/column-names.json" with { type: "json" };
import { FEATURES, KS_INTRA_PROB, PUBLISHED_LABELS, SURVEYS } from "../catalogue/features.ts";
import { FEATURE_SCALE } from "../catalogue/published-numbers.ts";

// nothing here but names and numbers: a page of the browser carries this file too

/** A column as its file names it. */
export interface TableColumn {
  readonly name: string;
  readonly unit?: string;
}

/** How one column of a user's table becomes one of ours: value x factor + offset. */
export interface MappedColumn {
  /** `name`, `ra`, `dec`, `class`, `catalogue`, a feature, one of {@link EXTRAS} or a limit. */
  readonly target: string;
  /** Column of the table, and its place. */
  readonly column: string;
  readonly index: number;
  /** Unit as the table or the user states it. */
  readonly unit?: string;
  readonly factor: number;
  readonly offset: number;
}

/** A table's header understood. */
export interface ColumnMap {
  readonly mapped: readonly MappedColumn[];
  /** Columns that are not used, with the reason where there is one. */
  readonly ignored: readonly string[];
  /** Features that the table lacks: missing in every row, or worked out. */
  readonly absent: readonly string[];
}

/** A user's own word on a column: `flux_h=Fcsc_h:erg/s/cm2`. */
export interface ColumnChoice {
  readonly target: string;
  readonly column: string;
  readonly unit?: string;
}

/** Numbers besides the features that a table may bring. */
export const EXTRAS = ["significance", "offset_arcsec"] as const;
/**
 * What a table may say of a band besides its value: by target, a flag that the value is an upper
 * limit (`l_Gmag`, `Gmag_ul`), or the limit itself (`limit_G`, `Gmag_limit`).
 */
export const BAND_LIMITS: ReadonlyMap<string, { readonly band: string; readonly isFlag: boolean }> =
  new Map(
    SURVEYS.flatMap(({ bands }) => bands).flatMap((band) =>
      ["l_", "limit_"].map((head) => [head + band, { band, isFlag: head === "l_" }] as const)
    ),
  );
/** Texts that a table may bring. */
export const TEXT_COLUMNS: readonly string[] = ["name", "class", "catalogue"];
/** Columns that go with a source into every product, as they are: the CSC's flags, where from. */
export const CARRIED: readonly { readonly name: string; readonly type: "text" | "boolean" }[] = [
  ...["extent", "pileup", "sat_src", "conf", "streak_src", "var"].map((flag) => ({
    name: `${flag}_flag`,
    type: "boolean" as const,
  })),
  { name: "selected", type: "boolean" },
  { name: "release", type: "text" },
  { name: "label_name", type: "text" },
];
const XRAY_FLUXES = ["flux_b", "flux_u", "flux_s", "flux_m", "flux_h"];

/** Names that other catalogues have for our columns: `data/column-names.json`, which says how. */
const ALIASES: Readonly<Record<string, readonly string[] | undefined>> = NAMES.names;

/** Catalogues that joined tables append to a column's name. */
const SUFFIX = /_(csc|gaia|2mass|allwise|wise|sdss|galex)$/i;

/** Factors to our units, the usual spelling first. Prefixes are told by case: mJy is a thousandth, MJy a million. */
const UNITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "erg.s**-1.cm**-2": {
    ...{ "erg/s/cm2": 1, "ergs/s/cm2": 1, "erg/cm2/s": 1, "ergs/cm2/s": 1 },
    ...{ "W/m2": 1e3, "mW/m2": 1 },
  },
  "ph.s**-1.cm**-2": {
    ...{ "photon/s/cm2": 1, "photons/s/cm2": 1, "ph/s/cm2": 1, "photon/cm2/s": 1 },
    ...{ "photons/cm2/s": 1, "ct/s/cm2": 1 },
  },
  mag: { mag: 1, "mag(AB)": 1, "AB mag": 1, "Vega mag": 1, mmag: 1e-3 },
  deg: {
    ...{ deg: 1, degree: 1, degrees: 1, d: 1 },
    ...{ arcmin: 1 / 60, arcsec: 1 / 3600, rad: 180 / Math.PI },
  },
  uJy: { uJy: 1, microJy: 1, mJy: 1e3, Jy: 1e6, MJy: 1e12 },
};
/** Texts behind a sexagesimal position that are no factor. */
const SEXAGESIMAL = /^["“]?(h:m:s|d:m:s|hms|dms)["”]?$/i;

const KNOWN = new Map([...FEATURES, KS_INTRA_PROB].map((feature) => [feature.name, feature]));
const OBSERVED = SURVEYS.map(({ observed }) => observed);
/** Targets that a column which is not used may have been meant for. */
const VALUES = [...TEXT_COLUMNS, "ra", "dec", ...EXTRAS, ...OBSERVED, ...KNOWN.keys()];
const TARGETS = [...VALUES, ...BAND_LIMITS.keys()];

/** What {@link mapColumns} may be told besides the columns. */
export interface MapOptions {
  /** Features of the model. */
  readonly features: readonly string[];
  readonly choices?: readonly ColumnChoice[];
  /** Goes on without X-ray flux or position. */
  readonly force?: boolean;
  /** Whether a class is asked for: a table to learn from. */
  readonly labelled?: boolean;
}

/**
 * Maps columns to what the model needs: first as the user says, then by name (any case, known
 * aliases) and by the unit that a column states. The authors' own 41 labels, of which six are
 * shifted, go by the meaning that `PUBLISHED_LABELS` gives them, and back from their scale of 0-10.
 *
 * @param complaints Receives a sentence for each thing that must be settled first.
 */
export function mapColumns(
  columns: readonly TableColumn[],
  { features, choices = [], force = false, labelled = false }: MapOptions,
  complaints: string[],
): ColumnMap {
  const isAuthors = PUBLISHED_LABELS.every((label) => columns.some(({ name }) => name === label));
  const mapped = new Map<string, MappedColumn & { rank: number }>(), ignored: string[] = [];
  const take = (target: string, index: number, unit: string | undefined, rank: number) => {
    const column = columns[index].name;
    const factor = unitFactor(target, unit);
    if (factor === undefined) complaints.push(unitComplaint(column, unit, target));
    else mapped.set(target, { target, column, index, unit, factor, offset: 0, rank });
  };
  const taken = new Set<number>();
  for (const { target, column, unit } of choices) {
    const index = columns.findIndex(({ name }) => name === column);
    if (!TARGETS.includes(target)) {
      complaints.push(
        `--column ${target}=${column}: there is no "${target}"; ${nearest(target, TARGETS)}`,
      );
    } else if (index < 0) {
      const names = columns.map(({ name }) => name);
      complaints.push(`--column ${target}=${column}: no such column; ${nearest(column, names)}`);
    } else {
      taken.add(index);
      take(target, index, unit ?? columns[index].unit, -1);
    }
  }
  const ranked = columns.flatMap(({ name, unit }, index) => {
    if (taken.has(index)) return [];
    if (isAuthors && PUBLISHED_LABELS.includes(name)) return [];
    const best = TARGETS.map((target) => ({ target, rank: rankOf(name, target) }))
      .reduce((a, b) => b.rank < a.rank ? b : a);
    if (best.rank < Infinity) return [{ index, unit, ...best }];
    ignored.push(name);
    return [];
  }).sort((a, b) => a.rank - b.rank);
  for (const { index, unit, target, rank } of ranked) {
    const before = mapped.get(target), column = columns[index].name;
    if (!before) take(target, index, unit, rank);
    else if (before.rank === rank) {
      complaints.push(
        `"${before.column}" and "${column}" may both be ${target}: say which with ` +
          `--column ${target}=${before.column}`,
      );
    } else ignored.push(`${column} (${target} is taken from ${before.column})`);
  }
  if (isAuthors) {
    PUBLISHED_LABELS.forEach((label, i) => {
      const index = columns.findIndex(({ name }) => name === label),
        { min, max } = FEATURE_SCALE[i];
      const target = FEATURES[i].name;
      const scale = { factor: (max - min) / 10, offset: min, unit: "0-10 of the authors" };
      if (!mapped.has(target)) {
        mapped.set(target, { target, column: label, index, rank: 0, ...scale });
      }
    });
  }
  if (!force) complaints.push(...doubtful(ignored, mapped));
  complainOfAbsence(mapped, columns.map(({ name }) => name), { force, labelled }, complaints);
  const absent = features.filter((feature) => !mapped.has(feature));
  const inOrder = [...mapped.values()].sort((a, b) => a.index - b.index);
  return { mapped: inOrder.map(({ rank: _, ...column }) => column), ignored, absent };
}

/** Unused columns whose names are a slip away from that of something the table lacks. */
function doubtful(ignored: readonly string[], mapped: ReadonlyMap<string, unknown>): string[] {
  const bare = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return ignored.flatMap((name) => {
    const isNear = (known: string) =>
      bare(known).length >= 4 && Math.abs(known.length - name.length) <= 8 &&
      editDistance(bare(known), bare(name)) <= 1;
    const target = VALUES.find((target) =>
      !mapped.has(target) && [target, ...ALIASES[target] ?? []].some(isNear)
    );
    if (!target) return [];
    return `"${name}" may be ${target}: say so with --column ${target}=${name}, or rename it ` +
      "(--force goes on without it)";
  });
}

function complainOfAbsence(
  mapped: ReadonlyMap<string, unknown>,
  names: readonly string[],
  { force, labelled }: { readonly force: boolean; readonly labelled: boolean },
  complaints: string[],
): void {
  const found = `the table has ${listed(names)}`;
  const ask = (target: string, unit = "") =>
    `${found}; ${nearest(target, names)}, or say which with --column ${target}=COLUMN${unit}`;
  if (!mapped.has("name")) complaints.push(`no column holds the sources' names: ${ask("name")}`);
  if (labelled && !mapped.has("class")) {
    complaints.push(`no column holds the class: ${ask("class")}`);
  }
  if (force) return;
  const isPlaced = (mapped.has("ra") && mapped.has("dec")) ||
    (mapped.has("gal_l") && mapped.has("gal_b"));
  if (!isPlaced) {
    const lacking = mapped.has("ra") ? "dec" : "ra";
    complaints.push(`no column holds the position: ${ask(lacking, ":deg")}`);
  }
  if (!XRAY_FLUXES.some((flux) => mapped.has(flux))) {
    complaints.push(
      `no column holds an X-ray flux: ${ask("flux_b", ":erg/s/cm2")} (--force goes on without)`,
    );
  }
}

function listed(names: readonly string[]): string {
  const more = names.length > 30 ? ` and ${names.length - 30} more` : "";
  return names.slice(0, 30).join(", ") + more;
}

/** "the nearest is ..." among names. */
function nearest(wanted: string, names: readonly string[]): string {
  const [best] = names.map((name) => ({
    name,
    distance: editDistance(name.slice(0, 60).toLowerCase(), wanted.slice(0, 60).toLowerCase()),
  })).sort((a, b) => a.distance - b.distance);
  return best ? `the nearest is "${best.name}"` : "there is none";
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

/**
 * Reads `target=column` or `target=column:unit`.
 *
 * @throws TypeError saying the form.
 */
export function parseChoice(text: string): ColumnChoice {
  const match = /^([^=]+)=(.+?)(?::([^:]+))?$/.exec(text.trim());
  if (!match) throw new TypeError(`"${text}": use feature=column or feature=column:unit`);
  const [, target, column, unit] = match;
  return { target: target.trim(), column: column.trim(), unit: unit?.trim() };
}

/**
 * How well a column's name fits: 0 for ours, then the aliases in their order, then those with a
 * catalogue's name behind (photometry only: a counterpart's name and position are not the
 * source's). Infinity when it does not fit.
 */
function rankOf(name: string, target: string): number {
  if (name === target) return 0;
  const lower = name.toLowerCase();
  if (target.length > 1 && lower === target.toLowerCase()) return 0.5;
  const alias =
    ALIASES[target]?.findIndex((alias) => alias.length === 1 ? alias === name : alias === lower) ??
      -1;
  if (alias >= 0) return alias + 1;
  const limit = BAND_LIMITS.get(target);
  if (limit) {
    const [, before, behind] = (limit.isFlag ? /^l_(.+)$|^(.+)_ul$/i : /^limit_(.+)$|^(.+)_limit$/i)
      .exec(name) ?? [];
    return rankOf(before ?? behind ?? "", limit.band);
  }
  const bare = name.replace(SUFFIX, "");
  return bare !== name && KNOWN.get(target)?.unit === "mag" ? 100 + rankOf(bare, target) : Infinity;
}

/** Our unit of a target. */
export function unitOf(target: string): string {
  if (target === "ra" || target === "dec") return "deg";
  if (target === "offset_arcsec") return "arcsec";
  const limit = BAND_LIMITS.get(target);
  return KNOWN.get(limit && !limit.isFlag ? limit.band : target)?.unit ?? "";
}

/** Our unit of a target as people write it. */
export function plainUnitOf(target: string): string {
  return Object.keys(UNITS[unitOf(target)] ?? {})[0] ?? unitOf(target);
}

function unitFactor(target: string, unit?: string): number | undefined {
  const ours = unitOf(target);
  if (unit === undefined || unit === "" || unit === ours) return 1;
  if (ours === "deg" && SEXAGESIMAL.test(unit)) return 1;
  const [, scale, base] = /^(?:(1e[+-]?\d+|10\^?\*{0,2}[+-]?\d+)\s*[ *.x]?\s*)?(.*)$/i.exec(unit)!;
  const power = scale === undefined
    ? 1
    : Number(scale.toLowerCase().startsWith("1e") ? scale : `1e${scale.replace(/^10\^?\**/, "")}`);
  const plain = base.replaceAll("**", "").replaceAll("^", "")
    .replace(/[.\s*]?\b(s|cm|m)-(\d)/g, (_, of, n) => `/${of}${n === "1" ? "" : n}`)
    .replace(/[µμ]/, "u").replace(/^Erg/i, "erg").trim();
  if (ours === "" || !Object.hasOwn(UNITS, ours)) {
    return ["", "1", "none", "dimensionless", "arcsec"].includes(plain.toLowerCase())
      ? power
      : undefined;
  }
  const factor = UNITS[ours][plain] ?? (plain === "" && scale !== undefined ? 1 : undefined);
  return factor === undefined ? undefined : factor * power;
}

function unitComplaint(column: string, unit: string | undefined, target: string): string {
  const understood = Object.keys(UNITS[unitOf(target)] ?? {}).join(", ") || "no unit";
  return `column "${column}": unit "${unit}" is not understood for ${target}; use ${understood} ` +
    `in the header or with --column ${target}=${column}:UNIT`;
}
