import { separationArcsec } from "@csc-classify/sky";
import { compactDegrees, isSexagesimal, placeOfName } from "./angles.ts";
import { standIns, statedNumber, statedValue, toNumber, valueOf } from "./cells.ts";
import {
  CHANDRA_SURVEYS,
  hasOtherTotal,
  isSurveyWord,
  plainName,
  statesEnergies,
} from "./column-names.ts";
import { MOST_FLUX } from "./flux-limits.ts";
import { nearBand, shareWords } from "./near-bands.ts";
import {
  areLogarithms,
  conversion,
  format,
  LEAST_MIPS_RATIO,
  LEAST_RATIO,
  logarithmUnit,
  type MappedColumn,
  type Mapping,
  MOST_RATIO,
  SAMPLE,
  TYPICAL,
} from "./seen-table.ts";
import { type Question, shellWord } from "./questions.ts";
import { bandColumn } from "./column-meaning.ts";
import { isMagnitude, NONE, plainUnitOf, XRAY_BANDS } from "./targets.ts";
import { converted, unitOfLogarithm } from "./units.ts";

// a page of the browser carries this file too: what columns that were found cannot mean

/** Share of rows whose position must agree with what their names state, and how well. */
const MOST_STRANGE = 0.5, NAMED_ARCSEC = 60;

/** Asks about columns that were found and whose cells say that they are not what they seem. */
export function checkColumns(mapping: Mapping): void {
  checkArrays(mapping);
  checkTexts(mapping);
  checkValues(mapping);
  checkParts(mapping);
  checkPercents(mapping);
  checkSwapped(mapping);
  checkBeyond(mapping);
  checkPlaces(mapping);
  checkMission(mapping);
  checkGalaxies(mapping);
  checkSoft(mapping);
  checkZeros(mapping);
  checkNames(mapping);
  checkBandRows(mapping);
}

function checkArrays(mapping: Mapping): void {
  for (const { target, index, column, element } of [...mapping.mapped.values()]) {
    const { arrayLength, unreadable } = mapping.seen.columns[index],
      spec = mapping.seen.specs[index];
    if (unreadable !== undefined) {
      mapping.questions.push({
        text: `column "${column}", which would be ${target}, cannot be read: ${unreadable}`,
        candidates: [],
        options: ["--column", `${NONE}=${spec}`],
      });
    } else if (arrayLength !== undefined && arrayLength !== 1 && element === undefined) {
      const size = arrayLength > 0 ? `of ${arrayLength} numbers` : "of numbers";
      mapping.questions.push({
        text: `column "${column}", which would be ${target}, is an array ${size} a row: which one?`,
        target,
        candidates: Array.from({ length: arrayLength || 1 }, (_, i) => `${spec}[${i + 1}]`),
        options: ["--column", `${target}=${spec}[1]`],
      });
    }
  }
}

/** Columns called as a magnitude that hold words, such as spectral types under G. */
function checkTexts({ mapped, seen, questions, labelled }: Mapping): void {
  // of a table to learn from every bad cell is told
  if (labelled) return;
  for (const { target, index, column } of mapped.values()) {
    if (!isMagnitude(target)) continue;
    const cells = seen.cellsOf(index);
    const isWord = (cell: unknown) => typeof cell === "string" && /^\s*\p{L}/u.test(cell);
    if (cells.length === 0 || !cells.every(isWord)) continue;
    questions.push({
      text: `"${column}" holds words such as "${cells[0]}", so that it is hardly ${target}`,
      candidates: [],
      options: ["--column", `${NONE}=${seen.specs[index]}`],
    });
  }
}

/** Fluxes of which half are what no survey reaches or few sources have; sexagesimal degrees. */
function checkValues(mapping: Mapping): void {
  for (const mapped of [...mapping.mapped.values()]) {
    const { target, column, index, unit } = mapped, typical = TYPICAL[target];
    if (target === "ra") checkSexagesimal(mapping, mapped);
    if (!typical || Number.isNaN(mapped.factor)) continue;
    const written = Float64Array.from(mapping.seen.rows, (row) => toNumber(row[index]));
    const fills = standIns(mapped, written);
    const rows = mapping.seen.rows.filter((row) => !fills.has(toNumber(row[index])));
    const numbers = rows.map((row) => statedNumber(row[index]));
    if (Object.hasOwn(XRAY_BANDS, target) && areLogarithms(numbers) && !mapped.isLogarithm) {
      const said = `${target}=${mapping.seen.specs[index]}:${
        logarithmUnit(mapping.seen.columns[index])
      }`;
      mapping.questions.push({
        text: `column "${column}" holds ${
          format(numbers.find((number) => !Number.isNaN(number))!)
        } ` +
          `and the like as ${target}, the logarithms of fluxes: each is 10 to that power`,
        target,
        candidates: [],
        options: ["--column", said],
        without: mapping.choices.find((one) => one.target === target),
      });
      continue;
    }
    const known = numbers.filter((number) => !Number.isNaN(number));
    const shift = Math.log10(mapped.factor), sign = mapped.isNegative ? -1 : 1;
    const areTheirs = known.length > 0 &&
      areLogarithms(known.map((number) => sign * number + shift));
    if (mapped.isLogarithm && known.length > 0 && !areTheirs) {
      askOfNoLogarithm(mapping, mapped, known);
      continue;
    }
    const values = rows.map((row) => statedValue(row[index], mapped)).filter((value) => value > 0);
    if (values.length === 0) continue;
    const middle = values.sort((a, b) => a - b)[values.length >> 1], ratio = middle / typical;
    const least = target === "mips_24um" ? LEAST_MIPS_RATIO : LEAST_RATIO;
    if ((ratio >= least && ratio <= MOST_RATIO) || mapping.force.has("values")) continue;
    const choice = mapping.choices.find((one) => one.target === target);
    const isSaid = choice !== undefined && unit !== mapping.seen.columns[index].unit;
    const range = `${format(values[0])} to ${format(values[values.length - 1])} ${
      plainUnitOf(target)
    }`;
    const what = middle > 1e20
      ? `which would be luminosities in erg/s: no fluxes; flux = luminosity / (4 pi distance^2)`
      : unit === undefined
      ? "its unit is not stated: say it, as the description of the table has it"
      : `its unit is stated as ${unit}: say the right one, as the description of the table has it`;
    mapping.questions.push({
      text: `column "${column}" holds ${range} as ${target}, where ${typical} is usual; ${what}` +
        (target === "mips_24um"
          ? ` (magnitudes are no flux density: --column ${
            shellWord(`${NONE}=${mapping.seen.specs[index]}`)
          })`
          : unit === undefined && areLogarithms(known.map((number) => -number))
          ? `; where they are logarithms without their sign, --column ${
            shellWord(`${target}=${mapping.seen.specs[index]}:-log erg/s/cm2`)
          }`
          : target !== "flux_b" && middle > MOST_FLUX && middle <= 1e20
          ? `; where it is none of X-rays, --column ${
            shellWord(`${NONE}=${mapping.seen.specs[index]}`)
          }`
          : ""),
      target,
      candidates: [],
      ...(middle > 1e20
        ? { options: withoutFlux(mapping, index), without: choice }
        : isSaid && middle <= MOST_FLUX
        ? { options: ["--force", "values"] }
        : {
          options: ["--column", `${target}=${mapping.seen.specs[index]}:UNIT`],
          without: choice,
        }),
    });
  }
}

/** Rows whose flux is 0, and their share of all, that make no list of limits. */
const LEAST_ZEROS = 3, MOST_ZEROS = 0.5;

/** Fluxes that are 0 in most rows: programs that write few decimals round them so. */
function checkZeros({ mapped, seen, force, questions }: Mapping): void {
  const fluxes = Object.keys(XRAY_BANDS).flatMap((flux) => mapped.get(flux) ?? []);
  const whole = mapped.has("flux_b") ? [mapped.get("flux_b")!] : fluxes;
  const isZero = (one: MappedColumn) => {
    const values = seen.valuesOf(one.index), zeros = values.filter((value) => value === 0).length;
    return zeros >= LEAST_ZEROS && zeros > MOST_ZEROS * values.length && !one.isLogarithm;
  };
  if (force.has("values") || whole.length === 0 || !whole.every(isZero)) return;
  const [{ index, column }] = whole, values = seen.valuesOf(index);
  questions.push({
    text: `"${column}" holds 0 in ${values.filter((value) => value === 0).length} of ` +
      `${values.length} rows: were fluxes rounded when the table was written (pandas' to_json keeps ` +
      "10 decimals, to_latex 6, to_csv all)? If these are upper limits indeed",
    candidates: [],
    options: ["--force", "values"],
  });
}

/** Names that come again for places far apart, a host's or a field's, beside numbers that do not. */
function checkNames({ mapped, seen, choices, questions }: Mapping): void {
  const name = mapped.get("name"), ra = mapped.get("ra"), dec = mapped.get("dec");
  if (!name || !ra || !dec || Number.isNaN(ra.factor + dec.factor)) return;
  if (choices.some(({ target }) => target === "name")) return;
  const first = new Map<string, readonly [number, number]>();
  let again = 0, apart = 0;
  for (const row of seen.rows) {
    const called = String(row[name.index] ?? "").trim();
    const place = [valueOf(row[ra.index], ra), valueOf(row[dec.index], dec)] as const;
    if (called === "" || Number.isNaN(place[0] + place[1])) continue;
    const before = first.get(called);
    first.set(called, before ?? place);
    if (!before) continue;
    again++;
    if (separationArcsec(...before, ...place) > APART_ARCSEC) apart++;
  }
  if (again < LEAST_AGAIN || apart <= MOST_STRANGE * again) return;
  const used = new Set([...mapped.values()].map(({ index }) => index));
  const other = seen.columns.findIndex((_, i) => {
    const cells = seen.cellsOf(i).map(String);
    return !used.has(i) && cells.length === seen.rows.length &&
      new Set(cells).size === cells.length && cells.every((cell) => !/^[+-]?\d*\.\d+/.test(cell));
  });
  if (other < 0) return;
  const spec = seen.specs[other], kept = ["--column", `name=${seen.specs[name.index]}`];
  questions.push({
    text:
      `"${name.column}" comes again in ${again} of ${seen.rows.length} rows, for places apart: it ` +
      `seems to name hosts or fields; "${spec}" differs in every row`,
    target: "name",
    candidates: [seen.specs[name.index]],
    options: ["--column", `name=${spec}`],
    ways: [["--column", `name=${spec}`], kept],
  });
}
/** How far apart sources of one name lie that are several, and how many rows show it. */
const APART_ARCSEC = 10, LEAST_AGAIN = 3;

/** Numbers that are no logarithms of fluxes though their unit says so; they may be fluxes. */
function askOfNoLogarithm(
  { seen, choices, questions }: Mapping,
  { target, column, index, unit = "" }: MappedColumn,
  numbers: readonly number[],
): void {
  const inner = unitOfLogarithm(unit) ?? "", how = conversion(target, inner);
  const middle = numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
  const ratio = "problem" in how ? NaN : converted(middle, how) / TYPICAL[target];
  const isFlux = ratio >= LEAST_RATIO && ratio <= MOST_RATIO;
  questions.push({
    text: `column "${column}" holds ${format(numbers[0])} and the like as ${target}; its unit ` +
      `${unit} says a logarithm, which these are not`,
    target,
    candidates: [],
    options: ["--column", `${target}=${seen.specs[index]}:${isFlux ? inner : "UNIT"}`],
    without: choices.find((choice) => choice.target === target),
  });
}

/** What goes on without a column that holds no flux: without any, where it is the only one. */
function withoutFlux({ seen, mapped, force }: Mapping, index: number): string[] {
  const others = Object.keys(XRAY_BANDS).filter((flux) =>
    mapped.has(flux) && mapped.get(flux)!.index !== index
  );
  const out = ["--column", `${NONE}=${seen.specs[index]}`];
  return others.length > 0 || force.has("flux") ? out : [...out, "--force", "flux"];
}

/** How many times the whole a part of it may be in the middle of its rows, or a sum of all fall short. */
const MOST_PART = 5;

/** Fluxes of parts of the broad band that are many times the broad one, or nothing of it. */
function checkParts(mapping: Mapping): void {
  const { mapped, seen, choices, force, questions } = mapping;
  const broad = mapped.get("flux_b"),
    isSaid = (target: string) =>
      choices.some((choice) => choice.target === target && /:/.test(choice.spec));
  if (!broad || Number.isNaN(broad.factor) || force.has("values")) return;
  const of = (row: readonly unknown[], one: MappedColumn) => statedValue(row[one.index], one);
  const middle = (ratios: readonly number[]) => {
    const there = ratios.filter((ratio) => ratio > 0 && ratio < Infinity).sort((a, b) => a - b);
    return there.length >= LEAST_PLACES ? there[there.length >> 1] : NaN;
  };
  const parts = ["flux_s", "flux_m", "flux_h"].flatMap((target) => mapped.get(target) ?? []);
  const usable = parts.filter(({ factor }) => !Number.isNaN(factor));
  const wrong = usable.filter((part) =>
    middle(seen.rows.map((row) => of(row, part) / of(row, broad))) > MOST_PART
  );
  const sum = usable.length < 3 ? NaN : middle(
    seen.rows.map((row) => usable.reduce((all, part) => all + of(row, part), 0) / of(row, broad)),
  );
  const strange = sum * MOST_PART < 1 ? usable : wrong;
  if (
    strange.length === 0 ||
    questions.some(({ target }) => target && mapped.has(target) && XRAY_BANDS[target])
  ) {
    return;
  }
  const names = strange.map(({ column }) => `"${column}"`).join(", ");
  const isAllSaid = [broad, ...strange].every(({ target }) => isSaid(target));
  questions.push({
    text: strange === wrong
      ? `${names} is more than ${MOST_PART} times "${broad.column}", of which it is a part: the unit ` +
        "of one of them is another than it seems; say both"
      : `${names} together are less than a ${MOST_PART}th of "${broad.column}", of which they are all: ` +
        "the unit of one of them is another than it seems; say both",
    candidates: [],
    options: isAllSaid ? ["--force", "values"] : [broad, ...strange].flatMap((
      { target, index },
    ) => isSaid(target) ? [] : ["--column", `${target}=${seen.specs[index]}:UNIT`]),
  });
}

/** Probabilities in per cent. */
function checkPercents({ mapped, seen, choices, questions }: Mapping): void {
  for (const { target, column, index, unit = "", factor } of mapped.values()) {
    if (!/_prob_b$/.test(target) || unit !== "" || factor !== 1) continue;
    const values = seen.valuesOf(index).filter((value) => value >= 0);
    const most = Math.max(...values);
    if (values.filter((value) => value > 1).length < LEAST_PERCENT * values.length) continue;
    if (values.length === 0 || most > 100) continue;
    questions.push({
      text: `"${column}" holds ${format(Math.min(...values))} to ${format(most)} as ${target}, a ` +
        "probability of 0 to 1: is it in per cent?",
      target,
      candidates: [],
      options: ["--column", `${target}=${seen.specs[index]}:%`],
      ways: [
        ["--column", `${target}=${seen.specs[index]}:%`],
        ["--column", `${NONE}=${seen.specs[index]}`],
      ],
      without: choices.find((choice) => choice.target === target),
    });
  }
}
/** Share of probabilities beyond 1 that are no slips. */
const LEAST_PERCENT = 0.1;

/** Sexagesimal cells in a column whose unit is degrees may count hours nevertheless. */
function checkSexagesimal(
  mapping: Mapping,
  { column, index, unit, sexagesimal }: MappedColumn,
): void {
  const texts = mapping.seen.rows.map((row) => String(row[index] ?? "")).filter((text) =>
    isSexagesimal(text) && !/[hd°]/i.test(text)
  );
  const isBeyond = texts.some((text) => Number(/\d+/.exec(text)?.[0]) > 24);
  const choice = mapping.choices.find(({ target }) => target === "ra");
  const isSaid = choice !== undefined && /:(hms|dms|h:m:s|d:m:s)$/i.test(choice.spec);
  const isPlainDegrees = sexagesimal === "degrees" && /^deg/i.test(unit ?? "");
  if (texts.length === 0 || isSaid || (isBeyond ? sexagesimal !== "hours" : !isPlainDegrees)) {
    return;
  }
  const spec = mapping.seen.specs[index];
  mapping.questions.push({
    text: isBeyond
      ? `column "${column}" has ${texts.find((text) => Number(/\d+/.exec(text)?.[0]) > 24)}, ` +
        "which is no hour: it seems to count degrees"
      : `column "${column}" is in ${unit} and has ${texts[0]}: does that count hours or degrees?`,
    target: "ra",
    candidates: [`${spec}:hms`, `${spec}:dms`],
    options: ["--column", `ra=${spec}:${isBeyond ? "dms" : "hms"}`],
    without: choice,
  });
}

/** Latitudes of more than 90 degrees, where the longitudes would do for latitudes. */
function checkSwapped(mapping: Mapping): void {
  const pairs = [["ra", "dec"], ["gal_l", "gal_b"]] as const;
  for (const [longitude, latitude] of pairs.slice(0, mapping.mapped.has("ra") ? 1 : 2)) {
    const l = mapping.mapped.get(longitude), b = mapping.mapped.get(latitude);
    if (!l || !b || mapping.seen.rows.length === 0 || Number.isNaN(l.factor + b.factor)) continue;
    const isBeyond = mapping.seen.rows.map((row) => Math.abs(valueOf(row[b.index], b)) > 90);
    const isWithin = mapping.seen.rows.every((row) => !(Math.abs(valueOf(row[l.index], l)) > 90));
    if (!isWithin || 2 * isBeyond.filter(Boolean).length <= mapping.seen.rows.length) continue;
    const why = `"${b.column}" is beyond 90 degrees in most rows, "${l.column}" in none: they seem`;
    mapping.questions.push(swapQuestion(mapping, l, b, why));
  }
}

/** Share of rows whose declination may be none before the column is in doubt, and arcseconds of angles. */
const MOST_BEYOND = 0.1, DEGREE_ARCSEC = 3600;

/** Declinations beyond 90 degrees in more rows than slips make: another unit, or another quantity. */
function checkBeyond(mapping: Mapping): void {
  const { mapped, seen, questions, choices } = mapping;
  const ra = mapped.get("ra"), dec = mapped.get("dec");
  if (!ra || !dec || Number.isNaN(ra.factor + dec.factor)) return;
  if (questions.some(({ target }) => target === "ra" || target === "dec")) return;
  const of = (one: MappedColumn) => seen.rows.map((row) => valueOf(row[one.index], one));
  const there = of(dec).filter((value) => !Number.isNaN(value));
  // what comes again stands for a missing value
  const beyond = new Set(there.filter((value) => Math.abs(value) > 90));
  if (beyond.size <= 1 || beyond.size <= MOST_BEYOND * there.length) return;
  const fits = (values: readonly number[], most: number) =>
    values.every((value) => !(Math.abs(value) > most * DEGREE_ARCSEC));
  const specs = [ra, dec].map(({ target, index }) => `${target}=${seen.specs[index]}`);
  const isWhole = (one: MappedColumn, unit: "hours" | "degrees", most: number) =>
    seen.rows.every((row) => {
      const text = String(row[one.index] ?? "").trim();
      return /^[+-]?\d{5,6}(\.\d*)?$/.test(text) && Math.abs(compactDegrees(text, unit)) <= most;
    });
  const isCompact = isWhole(ra, "hours", 360) && isWhole(dec, "degrees", 90);
  const isArcsec = !isCompact && fits(of(ra), 360) && fits(of(dec), 90);
  const unit = isArcsec ? "arcsec" : "UNIT";
  questions.push({
    text:
      `"${dec.column}" is beyond 90 degrees in ${beyond.size} of ${there.length} rows: it is no ` +
      "declination in degrees" +
      (isCompact
        ? "; its numbers seem to be degrees, minutes and seconds without colons, 053502.1"
        : ""),
    target: "dec",
    candidates: [],
    options: specs.flatMap((spec) => [
      "--column",
      `${spec}:${isCompact ? (spec.startsWith("ra=") ? "hms" : "dms") : unit}`,
    ]),
    without: choices.find(({ target }) => target === "dec"),
  });
}

function swapQuestion(
  { seen }: Mapping,
  longitude: MappedColumn,
  latitude: MappedColumn,
  why: string,
): Question {
  return {
    text: `${why} to have changed places`,
    target: longitude.target,
    candidates: [],
    options: [
      "--column",
      `${longitude.target}=${seen.specs[latitude.index]}`,
      "--column",
      `${latitude.target}=${seen.specs[longitude.index]}`,
    ],
  };
}

/** Positions that the names of sources, such as 2CXO J174537.2-285610, contradict. */
function checkPlaces(mapping: Mapping): void {
  const name = mapping.mapped.get("name"),
    ra = mapping.mapped.get("ra"),
    dec = mapping.mapped.get("dec");
  const isTaken = ra && dec && !Number.isNaN(ra.factor + dec.factor);
  if (isTaken && (!name || mapping.frame !== undefined)) checkAngles(mapping, [ra, dec]);
  const l = mapping.mapped.get("gal_l"), b = mapping.mapped.get("gal_b");
  if (!isTaken && l && b) checkAngles(mapping, [l, b]);
  if (!isTaken || !name || mapping.frame !== undefined) return;
  let named = 0, strange = 0, hours = 0, radians = 0, swapped = 0, example = "";
  for (const row of mapping.seen.rows) {
    const place = placeOfName(String(row[name.index] ?? ""));
    const [a, d] = [valueOf(row[ra.index], ra), valueOf(row[dec.index], dec)];
    if (!place || Number.isNaN(a + d)) continue;
    named++;
    if (separationArcsec(...place, a, d) <= NAMED_ARCSEC) continue;
    strange++;
    example ||= `${row[name.index]} at ${format(a)}, ${format(d)}`;
    if (separationArcsec(...place, 15 * a, d) <= NAMED_ARCSEC) hours++;
    if (separationArcsec(...place, a * RADIAN, d * RADIAN) <= NAMED_ARCSEC) radians++;
    if (separationArcsec(...place, d, a) <= NAMED_ARCSEC) swapped++;
  }
  if (named === 0) checkAngles(mapping, [ra, dec]);
  if (strange <= MOST_STRANGE * named) return;
  const said = `the names of ${strange} of ${named} sources state other positions than ` +
    `"${ra.column}" and "${dec.column}": ${example}`;
  const choice = mapping.choices.find(({ target }) => target === "ra");
  const isSwapAsked = mapping.questions.some(({ target }) => target === "ra");
  if (swapped === strange && !choice && !isSwapAsked) {
    mapping.questions.push(swapQuestion(mapping, ra, dec, `${said}; these seem`));
    return;
  }
  if (Math.max(hours, radians) < strange || (choice && ra.unit !== undefined)) {
    mapping.remarks.push(`Be warned: ${said}.`);
    return;
  }
  askOfUnit(mapping, [ra, dec], radians === strange ? "rad" : "hour", `${said}; `);
}
const RADIAN = 180 / Math.PI;

/** Asks whether a position is in radians, or its right ascension in hours. */
function askOfUnit(
  { seen, choices, questions }: Mapping,
  [longitude, latitude]: readonly [MappedColumn, MappedColumn],
  unit: "rad" | "hour",
  why: string,
): void {
  const spec = seen.specs[longitude.index], { target } = longitude;
  const both = (one: string) => {
    const first = ["--column", `${target}=${spec}:${one}`];
    if (unit === "hour") return first;
    return [...first, "--column", `${latitude.target}=${seen.specs[latitude.index]}:${one}`];
  };
  questions.push({
    text: why +
      (unit === "rad"
        ? `"${longitude.column}" and "${latitude.column}" seem to be in radians`
        : `"${longitude.column}" seems to be in hours`),
    target,
    candidates: [`${spec}:deg`],
    options: both(unit),
    ways: [both(unit), both("deg")],
    without: choices.find((choice) => choice.target === target),
  });
}

/**
 * Positions in no stated unit that would be degrees of one corner of the sky, and in radians or hours
 * are all over it. A field of sky, where the numbers lie close together, says nothing of its unit.
 */
function checkAngles(mapping: Mapping, pair: readonly [MappedColumn, MappedColumn]): void {
  if (pair.some(({ unit = "" }) => unit !== "")) return;
  const rows = mapping.seen.rows.map((row) => pair.map(({ index }) => toNumber(row[index])))
    .filter((places) => !places.some(Number.isNaN));
  if (rows.length < LEAST_PLACES) return;
  const [longitudes, latitudes] = [0, 1].map((i) => rows.map((places) => places[i]));
  const least = Math.min(...longitudes), most = Math.max(...longitudes);
  const low = Math.min(...latitudes), high = Math.max(...latitudes);
  const isRadians = least >= -Math.PI && most <= 2 * Math.PI && low >= -Math.PI / 2 &&
    high <= Math.PI / 2 && most - least > WIDE_RADIANS[0] && high - low > WIDE_RADIANS[1];
  const isHours = pair[0].target === "ra" && least >= 0 && most <= 24 &&
    most - least > WIDE_HOURS[0] && high - low > WIDE_HOURS[1];
  if (!isRadians && !isHours) return;
  // the beginning of a longer table in the order of right ascension is a corner of the sky
  const isBeginning = mapping.seen.rows.length >= SAMPLE &&
    longitudes.every((longitude, i) => i === 0 || longitude >= longitudes[i - 1]);
  if (isBeginning) return;
  const range = `"${pair[0].column}" is ${format(least)} to ${format(most)}, "${pair[1].column}" ` +
    `${format(low)} to ${format(high)} in ${rows.length} rows, and no unit is stated: `;
  askOfUnit(mapping, pair, isRadians ? "rad" : "hour", range);
}
/** Rows that tell a unit, and how widely longitudes and latitudes of a part of the sky spread. */
const LEAST_PLACES = 10, WIDE_RADIANS = [2.5, 1.2], WIDE_HOURS = [12, 60];

/** Designations that other missions give to sources, and whose they are. */
const DESIGNATIONS: readonly (readonly [form: RegExp, mission: string])[] = [
  [/^(\dXMM|XMM(U|SL|XCS)?\d?\b|XMM-|\d?XLSS)/i, "XMM-Newton's (band 8 is 0.2-12 keV)"],
  [/^(\deRASS|eRASS|eFEDS|SRG[AEetuz]*\b)/i, "eROSITA's (0.2-2.3 keV in eRASS1)"],
  [/^(\d?L?SXPS|\d?SWXRT)\b/i, "Swift's (0.3-10 keV)"],
  [/^\d?(RXS|RXP|RXH|WGA)\b/i, "ROSAT's (0.1-2.4 keV)"],
  [/^NuSTAR/i, "NuSTAR's (3-24 keV)"],
];
/** The same that are given to what a mission found, and stay its names wherever it is observed. */
const DISCOVERIES: typeof DESIGNATIONS = [
  [/^(SWIFT[\s_]*J|\d?PBC[\s_]*J)\d/i, "Swift's (XRT 0.3-10, BAT 14-195 keV)"],
  [/^RX[\s_]*J\d/i, "ROSAT's (0.1-2.4 keV)"],
  [/^IGR[\s_]*J\d/i, "INTEGRAL's (17-60 keV)"],
  [/^\d?MAXI[\s_]*J\d/i, "MAXI's (2-10 or 4-10 keV)"],
  [/^\d?(AX|ASCA)[\s_]*J\d/i, "ASCA's (0.7-10 keV)"],
  [/^\d?SAX[\s_]*J\d/i, "BeppoSAX's (2-10 keV)"],
  [/^(XTE|XSS)[\s_]*J\d/i, "RXTE's (2-10 keV and above)"],
  [/^Suzaku[\s_]*J\d/i, "Suzaku's (0.5-10 keV)"],
  [/^EPW?[\s_]*(J\d|\d{6}[a-z]\b)/i, "Einstein Probe's (0.5-4 keV)"],
  [/^[1-4]FGL[\s_]*J\d/i, "Fermi's (gamma rays)"],
];
/** Columns of fluxes whose names leave no doubt that they are Chandra's. */
const CHANDRA_FLUX = /flux_aper|flux_ap\b|csc|cxo|chandra/i;

/** Whether a column's name says that it holds a flux of Chandra's. */
export function isChandraFlux(name: string): boolean {
  return CHANDRA_FLUX.test(name);
}

/** Fluxes of sources that bear another mission's names, unless their own columns say Chandra's. */
function checkMission(mapping: Mapping): void {
  const { seen, mapped } = mapping, place = mapped.get("name")?.index;
  const fluxes = Object.keys(XRAY_BANDS).flatMap((flux) => mapped.get(flux) ?? []);
  if (place === undefined || fluxes.length === 0 || mapping.force.has("bands")) return;
  const says = ({ index, column }: MappedColumn) =>
    `${column} ${seen.columns[index].description ?? ""}`;
  if (fluxes.some((flux) => CHANDRA_FLUX.test(says(flux)))) return;
  // what others found has the medium band from Chandra alone
  const isOfCsc = mapped.has("flux_b") && mapped.has("flux_m");
  const mission = missionOfNames(mapping, place, isOfCsc ? DESIGNATIONS : undefined);
  if (mission === undefined) return checkSurvey(mapping, fluxes);
  mapping.questions.push({
    text: `the sources' names are ${mission}: "${fluxes[0].column}" is hardly Chandra's flux, ` +
      "which alone is wanted; go on only if it is",
    candidates: [],
    options: ["--force", "bands"],
  });
}

/**
 * Fluxes that are called as ours beside names of a survey of Chandra's with bands of its own, where
 * neither a medium band nor a description says that they are the CSC's.
 */
function checkSurvey(mapping: Mapping, fluxes: readonly MappedColumn[]): void {
  const { seen, mapped, choices, questions } = mapping;
  const survey = CHANDRA_SURVEYS.find(({ designation }) => seen.isNamedBy(designation));
  if (!survey || mapped.has("flux_m") || mapped.has("flux_u")) return;
  const own = fluxes.flatMap((flux) => {
    const { target, column, index, isLogarithm } = flux;
    const isSaid = choices.some((choice) => choice.target === target);
    const { description = "" } = seen.columns[index];
    const band = survey.bands[WORDS_OF_SURVEYS[target]], ours = XRAY_BANDS[target];
    const isOurs = !band || (band[0] === ours[0] && band[1] === ours[1]);
    if (column !== target || isSaid || isOurs || isLogarithm || statesEnergies(description)) {
      return [];
    }
    const near = nearBand([band[0], band[1]]), spec = seen.specs[index];
    const said = near?.target === target
      ? `${target}=${spec}:${shareWords(near.share)} ${flux.unit ?? "erg/s/cm2"}`
      : `${NONE}=${spec}`;
    return [{ column, words: `"${column}" may be ${band.join("-")} keV`, said }];
  });
  // one of our names alone is taken at its word
  if (own.length < 2) return;
  const theirs = own.flatMap(({ said }) => ["--column", said]);
  questions.push({
    text: `the sources' names are those of ${survey.title}: ${
      own.map(({ words }) => words).join(", ")
    } (where they are Chandra's in our bands, say --force bands); with the factors that bring these ` +
      "near ours",
    candidates: [],
    options: theirs,
    ways: [theirs, ["--force", "bands"]],
  });
}
/** Words of surveys for our bands. */
const WORDS_OF_SURVEYS: Readonly<Record<string, string>> = {
  flux_b: "full",
  flux_s: "soft",
  flux_h: "hard",
};

/** The missions, other than Chandra, that gave the sources most of their names: that of the most. */
export function missionOfNames(
  { seen }: Mapping,
  place: number,
  designations: typeof DESIGNATIONS = [...DESIGNATIONS, ...DISCOVERIES],
): string | undefined {
  const header = seen.columns[place].name;
  const names = seen.rows.map((row) => String(row[place] ?? "").trim());
  const counts = designations.map(([form, mission]) => ({
    mission,
    n: form.test(header) ? Infinity : names.filter((name) => form.test(name)).length,
  }));
  const strange = counts.reduce((sum, { n }) => sum + n, 0);
  const [most] = counts.sort((a, b) => b.n - a.n);
  return strange > 0 && strange > MOST_STRANGE * names.length ? most.mission : undefined;
}

/** Columns of catalogues of galaxies: GLADE, HyperLEDA, HECATE, the PGC and the GWGC. */
const GALAXY = /^(glade\w*|pgc(_?(no|num|name|id))?|gwgc\w*|hyperleda\w*|hecate\w*)$/;

/** Bands that no catalogue of galaxies has. */
const GAIA = ["G", "Bp", "Rp"];

/** Magnitudes beside the number of a galaxy are often the galaxy's, in which the source lies. */
function checkGalaxies({ seen, mapped, meanings, choices, questions }: Mapping): void {
  const galaxies = seen.columns.filter(({ name }) => GALAXY.test(plainName(name)));
  const magnitudes = [...mapped.values()].filter(({ target, index }) => {
    const meaning = meanings[index], { description = "", name } = seen.columns[index];
    const isJoined = meaning && "target" in meaning && isSurveyWord(meaning.join);
    return isMagnitude(target) && !GAIA.includes(target) && !isJoined && !choices.some((choice) =>
      choice.target === target
    ) &&
      !/gaia|2mass|wise|mpro|phot_|^j_m$|^[hk]_m$/i.test(name + description);
  });
  if (galaxies.length === 0 || magnitudes.length === 0) return;
  const names = (columns: readonly { readonly column: string }[]) =>
    columns.map(({ column }) => `"${column}"`).join(", ");
  const out = magnitudes.flatMap(({ index }) => ["--column", `${NONE}=${seen.specs[index]}`]);
  const taken = magnitudes.flatMap((
    { target, index },
  ) => ["--column", `${target}=${seen.specs[index]}`]);
  questions.push({
    text:
      `${names(magnitudes)} stand beside "${galaxies[0].name}", the name of a galaxy, and may be ` +
      `the galaxy's, in which the source lies (where they are the source's own, say ${
        taken.map(shellWord).join(" ")
      }); to be left out`,
    candidates: [],
    options: out,
    ways: [out, taken],
  });
}

/** Rows of several bands, of which each would count as a source. */
function checkBandRows({ seen, mapped, settled, questions }: Mapping): void {
  const band = bandColumn(seen);
  if (!band || band.fluxes.length < 2 || settled.has(band.index)) return;
  // where bands have columns, it says which one found the source
  if (Object.keys(XRAY_BANDS).filter((flux) => mapped.has(flux)).length > 1) return;
  const spec = seen.specs[band.index];
  const words = new Set(seen.cellsOf(band.index).map(String));
  questions.push({
    text:
      `"${spec}" says that rows are of several bands, ${[...words].slice(0, 5).join(", ")}: make ` +
      "one row of each source, with a column a band; if it says nothing of the fluxes",
    candidates: [],
    options: ["--column", `${NONE}=${spec}`],
  });
}

/** A soft band without a medium one beside it, which outside the CSC is mostly 0.5-2 keV. */
function checkSoft({ mapped, seen, choices, questions }: Mapping): void {
  const soft = mapped.get("flux_s"), place = mapped.get("name")?.index;
  const isShort = (one?: MappedColumn) => /^f_?[busmh]$/i.test(one?.column.trim() ?? "");
  const medium = mapped.get("flux_m");
  if (
    !soft || (medium && !(isShort(soft) && isShort(medium))) ||
    choices.some(({ target }) => target === "flux_s")
  ) return;
  const says = seen.label(soft.index) + (seen.columns[soft.index].description ?? "");
  const isCsc = [seen.columns[place ?? -1]?.name, seen.rows[0]?.[place ?? -1]].some((text) =>
    /2CXO/i.test(String(text ?? ""))
  );
  if (
    (soft.column === soft.target && !hasOtherTotal(seen.company)) || CHANDRA_FLUX.test(says) ||
    /keV|_1[.p]2/i.test(says) || isCsc
  ) {
    return;
  }
  const spec = seen.specs[soft.index];
  if (medium) {
    const isOfCsc = seen.columns.some(({ name }) =>
      /csc|^_?2?cxo$|muwclass|class_?prob/i.test(name)
    );
    const short = Object.keys(XRAY_BANDS).flatMap((flux) => {
      const one = mapped.get(flux);
      return one && isShort(one) && !choices.some(({ target }) => target === flux) ? [one] : [];
    });
    if (isOfCsc) return;
    const said = (to: (one: MappedColumn) => string) =>
      short.flatMap((one) => ["--column", `${to(one)}=${seen.specs[one.index]}`]);
    questions.push({
      text: `${
        short.map(({ column }) => `"${column}"`).join(", ")
      } are taken for the CSC's bands ` +
        "(soft 0.5-1.2, medium 1.2-2, hard 2-7 keV); other papers' are others, such as 0.3-1, 1-2 and " +
        `2-8 keV, and none of ours (then say ${
          said(() => NONE).map(shellWord).join(" ")
        }); if they ` +
        "are the CSC's",
      target: "flux_s",
      candidates: [],
      options: said(({ target }) => target),
      ways: [said(({ target }) => target), said(() => NONE)],
    });
    return;
  }
  const hard = mapped.get("flux_h");
  // a hard band of the same kind, whose energies nothing states
  const isAlike = hard && (hard.column !== hard.target || hasOtherTotal(seen.company)) &&
    !/keV|_7|2[-_]/i.test(
      seen.label(hard.index) + (seen.columns[hard.index].description ?? ""),
    ) && !choices.some(({ target }) => target === "flux_h");
  const outs = isAlike ? [spec, seen.specs[hard.index]] : [spec];
  const out = outs.flatMap((one) => ["--column", `${NONE}=${one}`]);
  questions.push({
    text: `"${soft.column}" may be 0.5-1.2 keV, as in the CSC, or 0.5-2 keV, as in most tables ` +
      "without a medium band; the second is none of ours, and hard is then mostly 2-8 keV" +
      (isAlike
        ? ` (say ${shellWord(`flux_h=${seen.specs[hard.index]}:0.88 ${hard.unit ?? "erg/s/cm2"}`)})`
        : ""),
    target: "flux_s",
    candidates: [spec],
    options: out,
    ways: [out, ["--column", `flux_s=${spec}`]],
  });
}
