import { isMissing, toNumber } from "./cells.ts";
import { NAME_UNIT, placeOfName } from "./angles.ts";
import {
  isBoundName,
  isHardness,
  isNegativeLogarithm,
  plainName,
  splitNameUnit,
  statesBand,
} from "./column-names.ts";
import { shellWord } from "./questions.ts";
import { isChandraFlux, missionOfNames } from "./column-checks.ts";
import { type NearBand, nearBand, shareWords } from "./near-bands.ts";
import {
  areLogarithms,
  conversion,
  format,
  kindOfUcd,
  LEAST_RATIO,
  logarithmsOf,
  logarithmUnit,
  type Mapping,
  MOST_RATIO,
  quantityOf,
  TYPICAL,
} from "./seen-table.ts";
import { FLUX_WORDS, isXrayFlux, NONE, XRAY_BANDS } from "./targets.ts";
import { converted } from "./units.ts";

// a page of the browser carries this file too: what a table lacks, and which columns may be meant

/** Asks where a class that should be a label is a prediction. */
export function askOfClass(mapping: Mapping): void {
  const label = mapping.mapped.get("class");
  const isPredicted = label && /^class$/i.test(label.column) &&
    mapping.seen.columns.some(({ name }) =>
      /^(class_?prob|p_agn|prob_agn|cmp(_agn)?|prob)$/i.test(name)
    );
  if (isPredicted && !mapping.labelled) {
    mapping.mapped.delete("class");
    mapping.reasons.set(label.index, "a class that a classifier gave, no label");
  } else if (isPredicted) {
    mapping.questions.push({
      text: `"${label.column}" stands beside the probabilities of a classifier: these classes ` +
        "are predicted, no labels; name the column of labels true_class",
      candidates: [],
      options: [],
    });
  }
}

/** Asks for name, class, position and flux where no column is one: by meaning, not by letters. */
export function askOfAbsent(mapping: Mapping): void {
  const has = (target: string) => mapping.mapped.has(target);
  const isAsked = (target: string) =>
    mapping.questions.some((question) => question.target === target);
  if (!has("name") && !isAsked("name") && !mapping.force.has("name")) {
    const likely = likelyNames(mapping);
    mapping.questions.push({
      text: "no column holds the sources' names" + mapping.seen.among(likely),
      target: "name",
      candidates: likely.map((i) => mapping.seen.specs[i]),
      options: likely.length > 0
        ? ["--column", `name=${mapping.seen.specs[likely[0]]}`]
        : ["--force", "name"],
    });
  }
  if (mapping.labelled && !has("class")) {
    mapping.questions.push({
      text: `no column holds the class; name it class. The table has ${mapping.seen.allColumns()}`,
      target: "class",
      candidates: [],
      options: [],
    });
  }
  const isPlaced = (has("ra") && has("dec")) || (has("gal_l") && has("gal_b"));
  if (mapping.mapped.size === 0 && isNothing(mapping)) {
    mapping.questions.splice(0, Infinity, {
      text: "none of its columns is a name, a position or an X-ray flux: is it the right table, " +
        `and its first line the header? It has ${mapping.seen.allColumns()}`,
      candidates: [],
      options: [],
    });
    return;
  }
  if (!isPlaced && !isAsked("ra") && !mapping.force.has("position")) askOfPosition(mapping);
  if (isPlaced && !mapping.force.has("position") && hasNoPosition(mapping)) {
    const columns = POSITIONS.flat().flatMap((target) => mapping.mapped.get(target) ?? [])
      .map(({ column }) => `"${column}"`);
    mapping.questions.push({
      text: `${columns.join(", ")} hold no position of any source`,
      candidates: [],
      options: ["--force", "position"],
    });
  }
  askOfLogarithms(mapping);
  const isFluxAsked = Object.keys(XRAY_BANDS).some(isAsked);
  const fluxes = [...Object.keys(XRAY_BANDS).flatMap((flux) => mapping.mapped.get(flux) ?? [])];
  const isEmpty = mapping.seen.rows.length > 0 && fluxes.length > 0 &&
    fluxes.every(({ index }) => mapping.seen.cellsOf(index).length === 0);
  if (isEmpty && !mapping.force.has("flux")) {
    mapping.questions.push({
      text: `${fluxes.map(({ column }) => `"${column}"`).join(", ")} holds no value: there is no ` +
        "X-ray flux of any source",
      candidates: [],
      options: ["--force", "flux"],
    });
  }
  const hasFlux = fluxes.length > 0;
  if (!hasFlux && !isFluxAsked && !mapping.force.has("flux")) askOfFlux(mapping);
}

/** Asks about columns whose names say that they are the logarithms of fluxes of ours. */
function askOfLogarithms(mapping: Mapping): void {
  for (const index of freeColumns(mapping)) {
    const meaning = mapping.meanings[index], { name } = mapping.seen.columns[index];
    if (!meaning || !("what" in meaning) || !meaning.isLogarithm) continue;
    if (meaning.near?.share !== 1 || mapping.mapped.has(meaning.near.target)) continue;
    if (mapping.seen.valuesOf(index).length === 0) continue;
    const { target } = meaning.near, spec = mapping.seen.specs[index];
    const said = ["--column", `${target}=${spec}:${logarithmUnit(mapping.seen.columns[index])}`];
    mapping.questions.push({
      text: `"${name}" is ${meaning.what} by its name and its values: each is 10 to that power`,
      target,
      candidates: [],
      options: said,
      ways: [said, ["--column", `${NONE}=${spec}`]],
    });
  }
}

/** Pairs of columns that are a position. */
const POSITIONS = [["ra", "dec"], ["gal_l", "gal_b"]];

/** Whether columns of a position are empty in all rows that were looked at. */
function hasNoPosition({ mapped, seen }: Mapping): boolean {
  const isThere = (row: readonly unknown[], target: string) => {
    const column = mapped.get(target);
    return column !== undefined && !isMissing(row[column.index]);
  };
  const isPlaced = (row: readonly unknown[]) =>
    POSITIONS.some((pair) => pair.every((target) => isThere(row, target)));
  return seen.rows.length > 0 && !seen.rows.some(isPlaced);
}

/** Whether nothing of the table seems to be of sources. */
function isNothing(mapping: Mapping): boolean {
  return mapping.settled.size === 0 && likelyFluxes(mapping).length === 0 &&
    likelyAngles(mapping, "ra").length === 0 && mapping.strangePositions.length === 0 &&
    mapping.meanings.every((meaning) => meaning === undefined);
}

function askOfPosition(mapping: Mapping): void {
  const [pair] = mapping.strangePositions;
  const lacking = ["ra", "dec"].filter((target) => !mapping.mapped.has(target));
  const likely = pair
    ? lacking.map((target) => pair[target as "ra" | "dec"].index)
    : lacking.flatMap((target) => likelyAngles(mapping, target));
  const names = likely.length === 0 && lacking.length === 2 ? placingNames(mapping) : undefined;
  mapping.questions.push({
    text: `no column holds the position (${lacking.join(" and ")}, degrees)` +
      mapping.seen.among(likely) +
      (names ? `; the names in "${names}" state it, to some arcseconds` : ""),
    target: lacking[0],
    candidates: likely.slice(0, 1).map((i) => mapping.seen.specs[i]),
    options: names
      ? ["--column", `ra=${names}:${NAME_UNIT}`, "--column", `dec=${names}:${NAME_UNIT}`]
      : likely.length === lacking.length
      ? lacking.flatMap((target, i) => ["--column", `${target}=${mapping.seen.specs[likely[i]]}`])
      : ["--force", "position"],
  });
}

/** How `--column` calls the column of names, where most of them state positions, J174537.2-285610. */
function placingNames({ mapped, seen }: Mapping): string | undefined {
  const index = mapped.get("name")?.index;
  if (index === undefined || seen.rows.length === 0) return undefined;
  const placed = seen.rows.filter((row) => placeOfName(String(row[index] ?? "")));
  return 2 * placed.length > seen.rows.length ? seen.specs[index] : undefined;
}

function askOfFlux(mapping: Mapping): void {
  const others = new Map<string, string[]>();
  mapping.seen.columns.forEach(({ name, unit = "" }, i) => {
    const meaning = mapping.meanings[i];
    const quantity = quantityOf(unit), isFlux = quantity === "a flux";
    const isOther = /luminosity|photons|rate of counts/.test(quantity) ||
      (/flux density/.test(quantity) && /^f_?x?$|flux|x_?ray/i.test(name));
    if (!meaning && unit !== "" && !isFlux && isOther) {
      const words = `${unit} is ${quantity}`;
      others.set(words, [...others.get(words) ?? [], `"${mapping.seen.specs[i]}"`]);
    }
    if (!meaning || !("what" in meaning) || /^e_|_err|error|flag/i.test(name)) return;
    const words = `${meaning.what} (right would be ${meaning.right})`;
    others.set(words, [...others.get(words) ?? [], `"${mapping.seen.specs[i]}"`]);
  });
  const doubted = [...mapping.reasons].flatMap(([i, reason]) => {
    const meaning = mapping.meanings[i];
    if (!meaning || !("target" in meaning) || !isXrayFlux(meaning.target)) return [];
    return [{ target: meaning.target, spec: mapping.seen.specs[i], reason }];
  });
  const place = mapping.mapped.get("name")?.index;
  const mission = place === undefined ? undefined : missionOfNames(mapping, place);
  const strange = mission === undefined
    ? []
    : likelyFluxes(mapping).filter((i) => !isChandraFlux(mapping.seen.columns[i].name));
  if (strange.length > 0) {
    const words = `the sources' names are ${mission} (right would be Chandra's flux of the source)`;
    others.set(words, strange.map((i) => `"${mapping.seen.specs[i]}"`));
  }
  const likely = likelyFluxes(mapping).filter((i) => !strange.includes(i));
  const reasons = [
    ...[...others].map(([words, names]) => `${names.join(", ")}: ${words}`),
    ...doubted.map(({ spec, reason }) => `"${spec}": ${reason}`),
  ];
  const near = nearFluxes(mapping);
  if (near.length > 0) {
    askOfNear(mapping, near, reasons);
    return;
  }
  const best = likely[0], target = best === undefined ? "flux_b" : bandOfWords(mapping, best);
  const elements = best === undefined ? 0 : mapping.seen.columns[best].arrayLength ?? 0;
  const ofBand = likely.filter((i) => bandOfWords(mapping, i) === target)
    .map((i) => mapping.seen.specs[i]);
  mapping.questions.push({
    text: (isListOfObservations(mapping) ? "it seems to list observations, not sources; " : "") +
      `no column holds an X-ray flux (${FLUX_WORDS})` +
      (reasons.length > 0 ? `. ${reasons.join(". ")}` : "") + mapping.seen.among(likely) +
      (best === undefined
        ? ""
        : elements > 1
        ? `; it is an array of ${elements} numbers a row: which one?`
        : fluxHint(mapping, best, target)),
    target,
    candidates: elements > 1
      ? Array.from({ length: elements }, (_, i) => `${mapping.seen.specs[best]}[${i + 1}]`)
      : best === undefined
      // the only one, whatever is said of it
      ? doubted.filter((one) => one.target === target).map(({ spec }) => spec)
      : ofBand,
    options: best === undefined ? ["--force", "flux"] : [
      "--column",
      `${target}=${mapping.seen.specs[best]}${elements > 1 ? "[1]" : unitWanted(mapping, best)}`,
    ],
  });
}

/** Whether a table has what observations have: a number, an instrument, an exposure. */
function isListOfObservations({ seen }: Mapping): boolean {
  const has = (pattern: RegExp) => seen.columns.some(({ name }) => pattern.test(plainName(name)));
  return has(/^(obs_?id|obsid|seq_?num|sequence_number)$/) &&
    has(/^(instrument|detector|grating|pi|pi_lname|proposal\w*|target_name|data_mode)$/);
}

/** What must be said behind a column that is taken for a flux: nothing, a unit that is known, UNIT. */
function unitWanted(mapping: Mapping, index: number): string {
  if (!isPlausibleFlux(mapping, index)) return ":UNIT";
  return isLoggedFlux(mapping, index) ? `:${logarithmUnit(mapping.seen.columns[index])}` : "";
}

/** What else may be said of a column that may be a flux. */
function fluxHint(mapping: Mapping, index: number, target: string): string {
  if (!isPlausibleFlux(mapping, index)) {
    return zeroHint(mapping, index) + photonHint(mapping, index) +
      "; its unit must be said: UNIT stands for it";
  }
  const power = isLoggedFlux(mapping, index) ? "; each value is 10 to that power" : "";
  return power + bandHint(mapping, index, target);
}

/** How fluxes of a band that nothing states are brought to ours. */
function bandHint(mapping: Mapping, index: number, target: string): string {
  const { seen } = mapping;
  const { description = "", unit, name } = seen.columns[index];
  // where the name states our energies there is nothing to bring
  const isOurs = new RegExp(`(^|\\D)${XRAY_BANDS[target].join("[-_]")}(\\.0)?(\\D|$)`).test(name);
  if (isOurs) return "";
  const other = PAPERS[target], near = other && nearBand(other);
  if (!near || statesBand(description, XRAY_BANDS[target])) return "";
  const factor = `${shareWords(near.share)} `;
  const said = isLoggedFlux(mapping, index)
    ? logarithmUnit(seen.columns[index], factor)
    : factor + (unit || "erg/s/cm2");
  const spec = `${target}=${seen.specs[index]}:${said}`;
  return `; where its band is ${other.join("-")} keV, as in most papers, say ${shellWord(spec)} ` +
    "(docs/dialects.md has the factors of others)";
}
/** Bands of most papers beside ours, keV. */
const PAPERS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  flux_b: [0.5, 8],
  flux_h: [2, 8],
};

/** What most numbers being 0 may come from. */
function zeroHint({ seen }: Mapping, index: number): string {
  const values = seen.valuesOf(index), zeros = values.filter((value) => value === 0).length;
  return values.length > 2 && 2 * zeros > values.length
    ? `; it holds 0 in ${zeros} of ${values.length} rows: were fluxes rounded when the table was ` +
      "written (pandas' to_json keeps 10 decimals)?"
    : "";
}

/** What numbers far above energy fluxes may be. */
function photonHint({ seen }: Mapping, index: number): string {
  const values = [...seen.valuesOf(index)].filter((value) => value > 0).sort((a, b) => a - b);
  const middle = values[values.length >> 1];
  const isUnsaid = (seen.columns[index].unit ?? "") === "";
  return isUnsaid && middle > LEAST_PHOTONS && middle < MOST_PHOTONS
    ? `; numbers such as ${
      format(middle)
    } are those of fluxes of photons in ph/cm2/s, which are no ` +
      "energy fluxes"
    : "";
}
/** Fluxes of photons that Chandra's sources have, ph/cm2/s. */
const LEAST_PHOTONS = 1e-9, MOST_PHOTONS = 1e-3;

/** A column of a flux in a band that is near one of ours. */
interface NearFlux extends NearBand {
  readonly index: number;
}

/** Columns of fluxes in bands that are near ours, of each of ours the nearest. */
function nearFluxes(mapping: Mapping): NearFlux[] {
  const place = mapping.mapped.get("name")?.index;
  if (place !== undefined && missionOfNames(mapping, place) !== undefined) return [];
  const found = freeColumns(mapping).flatMap((index): NearFlux[] => {
    const { name, unit } = mapping.seen.columns[index], meaning = mapping.meanings[index];
    if (!meaning || !("what" in meaning) || !meaning.near || isBoundName(name)) return [];
    return "problem" in conversion("flux_b", unit) ? [] : [{ ...meaning.near, index }];
  });
  const change = ({ share }: NearFlux) => Math.abs(Math.log(share));
  return ["flux_b", "flux_h"].flatMap((ours) =>
    found.filter(({ target }) => target === ours).sort((a, b) => change(a) - change(b)).slice(0, 1)
  );
}

/** Offers fluxes of bands that are near ours, times what ours have of them. */
function askOfNear(
  mapping: Mapping,
  near: readonly NearFlux[],
  reasons: readonly string[],
): void {
  const words = near.map(({ target, share, range, index }) => {
    const spec = mapping.seen.specs[index];
    if (share === 1) return `"${spec}" is ${target}, if it is Chandra's`;
    return `"${spec}" times ${shareWords(share)} is near ${target} (${
      range.map(shareWords).join(" to ")
    } for photon indices of 1.4 to 2)`;
  });
  const options = near.flatMap(({ target, share, index }) => {
    const { unit } = mapping.seen.columns[index], spec = mapping.seen.specs[index];
    const said = unit || (isPlausibleFlux(mapping, index) ? "erg/s/cm2" : undefined);
    const factor = share === 1 ? "" : `${shareWords(share)} `;
    if (isLoggedFlux(mapping, index)) {
      return [
        "--column",
        `${target}=${spec}:${logarithmUnit(mapping.seen.columns[index], factor)}`,
      ];
    }
    return ["--column", `${target}=${spec}:${said === undefined ? "UNIT" : factor + said}`];
  });
  const isUnsaid = options.some((option) => option.endsWith(":UNIT"));
  mapping.questions.push({
    text: `no column holds an X-ray flux (${FLUX_WORDS}). ${reasons.join(". ")}. ` +
      words.join(", ") +
      (isUnsaid ? "; its unit must be said: UNIT stands for it, with that factor before it" : ""),
    target: near[0].target,
    candidates: [],
    options: [...options, "--force", "bands"],
  });
}

/** The band that a column's description or name speaks of: the broad one where none does. */
function bandOfWords(mapping: Mapping, index: number): string {
  const { description = "" } = mapping.seen.columns[index];
  const stated = Object.keys(XRAY_BANDS).find((flux) => statesBand(description, XRAY_BANDS[flux]));
  if (stated) return stated;
  const name = plainName(mapping.seen.label(index));
  if (/hard|(^|_)h[bc]?(_|$)|^f_?h$/.test(name)) return "flux_h";
  if (/medium|(^|_)m(_|$)|^f_?m$/.test(name)) return "flux_m";
  return /soft|(^|_)s[bc]?(_|$)|^f_?s$/.test(name) ? "flux_s" : "flux_b";
}

/** Columns that may be names: by UCD, by the end of their names, then texts that all differ. */
function likelyNames(mapping: Mapping): number[] {
  const free = freeColumns(mapping);
  const named = free.filter((i) => {
    const { ucd = "", name } = mapping.seen.columns[i], bare = plainName(name);
    return /^meta\.id/i.test(ucd) ||
      (/(^|_)(source|object|designation|ident)$|name$/.test(bare) &&
        !/^(prob|file|path)/.test(bare));
  });
  const texts = free.filter((i) => {
    // a flag of some rows differs in them too
    if (isBoundName(mapping.seen.columns[i].name)) return false;
    const cells = mapping.seen.cellsOf(i);
    const isText = cells.some((cell) =>
      typeof cell === "string" &&
      (Number.isNaN(toNumber(cell)) || placeOfName(`J${cell.trim()}`) !== undefined)
    );
    return isText && cells.length === mapping.seen.rows.length &&
      new Set(cells).size === cells.length;
  });
  const called = (pattern: RegExp) =>
    free.filter((i) => pattern.test(plainName(mapping.seen.columns[i].name)));
  const ofSources = called(/^(x|xray|x_ray)?_?(source|src)_?(id|no\.?|num|number)$/);
  // of several texts those that no words of a kind fill
  const kinds = called(/type|class|note|comment|remark|^ref/);
  const numbered = called(/(^|_)(id|no\.?|num|number|seq|srcid|component)$|^[a-z]{1,6}id$/);
  const ids = texts.filter((i) => !kinds.includes(i));
  return [...new Set([...named, ...ofSources, ...ids, ...numbered, ...texts])];
}

function likelyAngles(mapping: Mapping, target: string): number[] {
  const pattern = target === "ra"
    ? /^_?ra(_|j?\d|deg|$)|^right_?asc|^alpha/
    : /^_?dec?(_|j?\d|deg|l|$)|^delta/;
  const ucd = target === "ra" ? /^pos\.eq\.ra/i : /^pos\.eq\.dec/i;
  const free = freeColumns(mapping).filter((i) => !isBoundName(mapping.seen.columns[i].name));
  const found = free.filter((i) => ucd.test(mapping.seen.columns[i].ucd ?? ""));
  const named = free.filter((i) =>
    pattern.test(plainName(mapping.seen.columns[i].name)) && mapping.seen.valuesOf(i).length > 0
  );
  return [...new Set([...found, ...named])].slice(0, 1);
}

/** Names of fluxes in bands above ours, of the background, of limits and of errors. */
const NO_SOURCE_FLUX = /(ultra|very)_?hard|fluence|bkg|background|sensitiv|^(d|del|delta|sig)flux/i;

/** Columns that may be fluxes: by unit, UCD, name, or values as fluxes have them. */
function likelyFluxes(mapping: Mapping): number[] {
  const isBroad = (i: number) =>
    /broad|full|tot|_b$|^fb|^b_?flux/.test(plainName(mapping.seen.columns[i].name));
  return freeColumns(mapping).filter((i) => {
    const { name: whole, unit = "", ucd = "" } = mapping.seen.columns[i],
      { name } = splitNameUnit(whole),
      values = mapping.seen.valuesOf(i);
    const meaning = mapping.meanings[i];
    if (isBoundName(name) || isHardness(name) || NO_SOURCE_FLUX.test(name)) return false;
    const isLogged = isLoggedFlux(mapping, i) && meaning && "what" in meaning && !meaning.near &&
      meaning.isLogarithm;
    if (isLogged) return true;
    if ((meaning && "what" in meaning) || mapping.reasons.has(i)) return false;
    if (kindOfUcd(ucd) === "magnitude") return false;
    const isFlux = unit !== "" && !("problem" in conversion("flux_b", unit));
    const isArray = (mapping.seen.columns[i].arrayLength ?? 1) > 1;
    if (isArray) return isFlux || (unit === "" && /^flux/.test(plainName(name)));
    if (values.length === 0) return false;
    // a unit that nobody understands says nothing
    if (unit !== "" && !/^(not understood|unclear)/.test(quantityOf(unit))) return isFlux;
    return kindOfUcd(ucd) === "flux" ||
      /flux|^f_?x|_fx$|^f[bmhs]$|^f_?1\d$|^f_(e|chandra|cxo)$/.test(plainName(name)) ||
      isPlausibleFlux(mapping, i);
  }).sort((a, b) =>
    Number(isPlausibleFlux(mapping, b)) - Number(isPlausibleFlux(mapping, a)) ||
    Number(isBroad(b)) - Number(isBroad(a))
  );
}

/** Whether a column, by its name of a logarithm or a flux, holds logarithms of fluxes. */
function isLoggedFlux({ seen }: Mapping, index: number): boolean {
  const { name, unit } = seen.columns[index], how = conversion("flux_b", unit);
  const isStated = !("problem" in how) && how.isLogarithm;
  return areLogarithms(logarithmsOf(seen, index)) &&
    (isStated || isNegativeLogarithm(name) || /^lo?g|flux|^f_?x|_fx$/i.test(plainName(name)));
}

function isPlausibleFlux(mapping: Mapping, index: number): boolean {
  if (isLoggedFlux(mapping, index)) return true;
  const how = conversion("flux_b", mapping.seen.columns[index].unit);
  if ("problem" in how) return false;
  const values = mapping.seen.valuesOf(index).map((value) => converted(value, how))
    .filter((value) => value > 0).sort((a, b) => a - b);
  const ratio = values[values.length >> 1] / TYPICAL.flux_b;
  return ratio >= LEAST_RATIO && ratio <= MOST_RATIO;
}

/** Columns that nothing is taken from. */
function freeColumns(mapping: Mapping): number[] {
  const used = new Set([...mapping.mapped.values()].map(({ index }) => index));
  return mapping.seen.columns.flatMap((_, i) => used.has(i) || mapping.settled.has(i) ? [] : [i]);
}
