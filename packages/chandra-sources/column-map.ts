import { separationArcsec } from "@csc-classify/sky";
import type { TableColumn } from "@csc-classify/vo-tables/browser";
import { FEATURES, PUBLISHED_LABELS } from "./features.ts";
import { FEATURE_SCALE } from "./published-numbers.ts";
import { askOfAbsent, askOfClass } from "./absent-columns.ts";
import { type JoinedColumn, NAME_UNIT } from "./angles.ts";
import { toNumber, valueOf } from "./cells.ts";
import { checkColumns } from "./column-checks.ts";
import {
  CHANDRA_SURVEYS,
  type ChandraSurvey,
  describedBand,
  impliedUnit,
  isBoundName,
  isXrayPrefix,
  meaningInSurvey,
  meaningOfLogarithm,
  meaningOfName,
  meaningOfUcd,
  type NameMeaning,
  otherBand,
  plainName,
  strangePrefix,
} from "./column-names.ts";
import { type NearBand, shareWords } from "./near-bands.ts";
import { QUALITY_LETTERS, qualityTarget } from "./quality-letters.ts";
import type { ColumnChoice, Doubt, Question } from "./questions.ts";
import {
  areLogarithms,
  type Candidate,
  type CandidatePair,
  conversion,
  kindOfUcd,
  logarithmUnit,
  type MappedColumn,
  type Mapping,
  quantityOf,
  SeenTable,
} from "./seen-table.ts";
import {
  BAND_LIMITS,
  isMagnitude,
  isXrayFlux,
  NONE,
  TARGETS,
  unitsOf,
  XRAY_BANDS,
} from "./targets.ts";
import { converted, parseUnit } from "./units.ts";

// a page of the browser carries this file too

/** A table's header understood. */
export interface ColumnMap {
  readonly mapped: readonly MappedColumn[];
  /** Columns that are not used, with the reason where there is one. */
  readonly ignored: readonly string[];
  /** Features that the table lacks: missing in every row, or worked out. */
  readonly absent: readonly string[];
  /** Frame of the position where its columns state one. */
  readonly frame?: string;
  /** What a user should know of how columns were chosen. */
  readonly remarks: readonly string[];
  /** What must be settled first; the map is of use only without. */
  readonly questions: readonly Question[];
}

/** What {@link mapColumns} may be told besides the columns. */
export interface MapOptions {
  /** Features of the model. */
  readonly features: readonly string[];
  readonly choices?: readonly ColumnChoice[];
  /** Doubts that are settled. */
  readonly force?: readonly Doubt[];
  /** Whether a class is asked for: a table to learn from. */
  readonly labelled?: boolean;
}

/** How far apart two positions of one object may be: positions of two decimals of a second. */
const SAME_ARCSEC = 2;
/** Columns of designations come behind those that are called names, before those that UCDs name. */
const DESIGNATION_RANK = 400;
/** Fluxes whose descriptions alone say which they are come behind those that names say. */
const DESCRIBED_RANK = 60;

/**
 * Maps columns to what the model needs: first as the user says, then by name, unit, UCD, the other
 * columns and the values that were seen. What none of these decides becomes a question. The authors'
 * own 41 labels, of which six are shifted, go by the meaning that `PUBLISHED_LABELS` gives them, and
 * back from their scale of 0-10.
 *
 * @param rows The first rows, by which values are judged; none say nothing.
 */
export function mapColumns(
  columns: readonly (TableColumn & Partial<Pick<JoinedColumn, "from">>)[],
  options: MapOptions,
  rows: readonly (readonly unknown[])[] = [],
): ColumnMap {
  return new ColumnMapper(columns, options, rows).map();
}

class ColumnMapper {
  readonly seen: SeenTable;
  readonly options: MapOptions;
  readonly #force: ReadonlySet<Doubt>;
  /** The survey of Chandra's that gave the sources their names, where it has bands of its own. */
  readonly #survey: ChandraSurvey | undefined;
  /** Places of columns that others were made of: hours, minutes, seconds. */
  readonly #parts: ReadonlySet<number>;
  readonly #meanings: (NameMeaning | undefined)[] = [];
  readonly #mapped = new Map<string, MappedColumn>();
  readonly #reasons = new Map<number, string>();
  readonly #settled = new Set<number>();
  readonly #remarks: string[] = [];
  readonly #questions: Question[] = [];

  constructor(
    columns: Parameters<typeof mapColumns>[0],
    options: MapOptions,
    rows: readonly (readonly unknown[])[],
  ) {
    [this.seen, this.options] = [new SeenTable(columns, rows), options];
    this.#force = new Set(options.force);
    this.#parts = new Set(columns.flatMap(({ from = [] }) => from));
    this.#survey = CHANDRA_SURVEYS.find((survey) => this.seen.isNamedBy(survey.designation));
  }

  map(): ColumnMap {
    this.#takeChoices();
    const isAuthors = PUBLISHED_LABELS.every((label) =>
      this.seen.columns.some(({ name }) => name === label)
    );
    const candidates = this.#candidates(isAuthors);
    this.#takePosition(candidates);
    const join = this.#meaningJoin(this.#mapped.get("ra")?.index);
    for (const [target, found] of candidates) {
      if (target !== "ra" && target !== "dec") this.#takeBest(target, found, join);
    }
    this.#takeLimitFlags();
    this.#dropStrangeBounds();
    if (isAuthors) this.#takeAuthors();
    const mapping = this.#mapping();
    askOfClass(mapping);
    checkColumns(mapping);
    askOfAbsent(mapping);
    const inOrder = [...this.#mapped.values()].sort((a, b) => a.index - b.index);
    const used = new Set(inOrder.map(({ index }) => index));
    const frame = this.#frame();
    return {
      mapped: inOrder,
      ignored: this.seen.columns.flatMap(({ name }, i) => {
        if (used.has(i)) return [];
        const reason = this.#reasons.get(i);
        return [reason ? `${name} (${reason})` : name];
      }),
      absent: this.options.features.filter((feature) => !this.#mapped.has(feature)),
      ...(frame !== undefined && { frame }),
      remarks: this.#remarks,
      questions: this.options.labelled
        // no command line speaks of a table to learn from
        ? this.#questions.map((question) => ({
          ...question,
          text: `${question.text} (rename columns, write units behind: flux_b [W/m2])`,
          candidates: [],
          options: [],
        }))
        : this.#questions,
    };
  }

  #mapping(): Mapping {
    return {
      seen: this.seen,
      mapped: this.#mapped,
      meanings: this.#meanings,
      reasons: this.#reasons,
      settled: this.#settled,
      strangePositions: this.#strangePositions(true),
      frame: this.#frame(),
      choices: this.options.choices ?? [],
      force: this.#force,
      labelled: this.options.labelled ?? false,
      questions: this.#questions,
      remarks: this.#remarks,
    };
  }

  // ---- what the user says

  #takeChoices(): void {
    for (const choice of this.options.choices ?? []) {
      const { target, spec } = choice;
      if (target !== NONE && !TARGETS.includes(target)) {
        const own = TARGETS.find((one) => one.toLowerCase() === target.toLowerCase());
        this.#questions.push({
          text: `--column ${target}=${spec}: there is no "${target}"; there are ` +
            `${TARGETS.filter((one) => !/^(l_|limit_)|lim$/.test(one)).join(", ")}, and ${NONE}`,
          candidates: [],
          options: own ? ["--column", `${own}=${spec}`] : [],
          without: choice,
        });
        continue;
      }
      const found = this.#resolve(spec);
      if ("problem" in found) {
        this.#questions.push({
          text: `--column ${target}=${spec}: ${found.problem}`,
          target,
          candidates: found.candidates,
          options: found.candidates.length > 0
            ? ["--column", `${target}=${found.candidates[0]}`]
            : [],
          without: choice,
        });
        continue;
      }
      const { index, unit, element } = found;
      // names stay names beside the position that they state
      if (unit !== NAME_UNIT) this.#settled.add(index);
      if (target === NONE) this.#reasons.set(index, "left out, as you say");
      else if (!this.#isOtherThing(choice, index, unit)) {
        this.#take(target, index, { unit, element, choice });
      }
    }
  }

  /** Column, unit and element of what stands behind the equals sign. */
  #resolve(
    spec: string,
  ):
    | { readonly index: number; readonly unit?: string; readonly element?: number }
    | { readonly problem: string; readonly candidates: readonly string[] } {
    const ends = [...spec.matchAll(/:/g)].map(({ index }) => index).reverse();
    for (const end of [spec.length, ...ends]) {
      const name = spec.slice(0, end).trim(), unit = spec.slice(end + 1).trim() || undefined;
      const places = this.seen.columns.flatMap((column, i) => column.name === name ? [i] : []);
      if (places.length === 1) return { index: places[0], unit };
      if (places.length > 1) {
        return {
          problem: `there are ${places.length} columns of that name: ${this.seen.listed(places)}`,
          candidates: places.map((i) => this.seen.specs[i] + (unit ? `:${unit}` : "")),
        };
      }
      const numbered = this.seen.specs.indexOf(name);
      if (numbered >= 0) return { index: numbered, unit };
      const [, whole, element] = /^(.+)\[(\d+)\]$/.exec(name) ?? [];
      const array = whole === undefined ? -1 : this.seen.specs.indexOf(whole);
      if (array >= 0 && this.seen.columns[array].arrayLength !== undefined) {
        return { index: array, unit, element: Number(element) };
      }
    }
    const same = this.seen.columns.flatMap(({ name }, i) =>
      plainName(name) === plainName(spec) ? [this.seen.specs[i]] : []
    );
    return {
      problem: `no such column; the table has ${this.seen.allColumns()}`,
      candidates: same,
    };
  }

  /** Asks where the user takes what is another thing by its name for one of ours. */
  #isOtherThing(choice: ColumnChoice, index: number, unit?: string): boolean {
    const { name } = this.seen.columns[index], { target } = choice;
    const meaning = this.#meaningOf(index);
    if (!meaning || !("what" in meaning) || !isXrayFlux(target)) return false;
    // whose values say whether it is one
    if (meaning.isLogarithm && meaning.near?.share === 1) return false;
    const how = conversion(target, unit);
    if (meaning.isLogarithm && !meaning.near && !("problem" in how) && how.isLogarithm) {
      return false;
    }
    if (this.#force.has("bands")) {
      this.#remarks.push(`"${name}", ${meaning.what}, is taken for ${target}, as you say.`);
      return false;
    }
    const near = this.#nearChoice(choice, index, meaning.near);
    if (near !== undefined) {
      this.#questions.push({
        text: `"${name}" is ${meaning.what}; ${target} is ${bandWords(target)}: times ` +
          `${shareWords(meaning.near!.share)} it is near`,
        target,
        candidates: [],
        options: ["--column", near, "--force", "bands"],
        without: choice,
      });
      return true;
    }
    const isHuge = this.seen.valuesOf(index).some((value) => value > 1e20);
    this.#questions.push({
      text: `"${name}" is ${meaning.what}; ${target} is ${bandWords(target)}, and right would be ` +
        `${meaning.right}`,
      target,
      candidates: [],
      ...(isHuge
        ? { options: ["--force", "flux"], without: choice }
        : { options: ["--force", "bands"] }),
    });
    return true;
  }

  /** A user's choice of a flux in a band near ours, with the factor that brings it there. */
  #nearChoice({ target, spec }: ColumnChoice, index: number, near?: NearBand): string | undefined {
    const { unit } = this.seen.columns[index];
    if (near?.target !== target || near.share === 1 || unit === undefined) return undefined;
    if (spec !== this.seen.specs[index] || "problem" in conversion(target, unit)) return undefined;
    if (areLogarithms(this.seen.valuesOf(index))) {
      return `${target}=${spec}:${logarithmUnit(unit, `${shareWords(near.share)} `)}`;
    }
    return `${target}=${spec}:${shareWords(near.share)} ${unit}`;
  }

  // ---- what names, units, UCDs and values say

  #candidates(isAuthors: boolean): Map<string, Candidate[]> {
    const found = new Map<string, Candidate[]>();
    this.seen.columns.forEach(({ name }, index) => {
      if (this.#settled.has(index)) return;
      if (isAuthors && PUBLISHED_LABELS.includes(name)) return;
      if (this.#parts.has(index)) {
        this.#reasons.set(index, "a part of an angle");
        return;
      }
      const meaning = this.#meaningOf(index) ?? this.#meaningOfCells(index) ??
        meaningOfUcd(this.seen.columns[index].ucd ?? "");
      this.#meanings[index] = meaning;
      if (!meaning) return;
      if ("what" in meaning) {
        this.#reasons.set(index, meaning.what);
      } else if ("unsure" in meaning) {
        const open = meaning.unsure.filter((target) => !this.#mapped.has(target));
        if (open.length > 0) this.#askWhich(index, open);
      } else if (!this.#mapped.has(meaning.target)) {
        const isOwn = name === meaning.target, isFew = this.seen.valuesOf(index).length < 3;
        const problem = this.#contradiction(index, meaning.target);
        if (problem === undefined || (isOwn && isFew && !isXrayFlux(meaning.target))) {
          const { target, ...candidate } = meaning;
          found.set(target, [...found.get(target) ?? [], { index, ...candidate }]);
        } else if (isOwn && !isXrayFlux(meaning.target)) {
          this.#questions.push({
            text: `"${name}" ${problem}, so that it is hardly ${meaning.target}`,
            candidates: [],
            options: ["--column", `${NONE}=${this.seen.specs[index]}`],
          });
        } else this.#reasons.set(index, problem);
      } else {
        const { column } = this.#mapped.get(meaning.target)!;
        this.#reasons.set(index, `${meaning.target} is taken from ${column}`);
      }
    });
    return found;
  }

  /** What a column is by its name, and by the energies that its description states. */
  #meaningOf(index: number): NameMeaning | undefined {
    const { name, unit, description = "" } = this.seen.columns[index];
    const how = conversion("flux_b", unit);
    const numbers = this.seen.valuesOf(index);
    const values = "problem" in how ? numbers : numbers.map((value) => converted(value, how));
    if (numbers.length === 0 || areLogarithms(numbers)) {
      const logarithm = meaningOfLogarithm(
        this.seen.label(index),
        this.seen.company,
        this.#survey,
      );
      if (logarithm) return logarithm;
    }
    const byName = meaningOfName(this.seen.label(index), this.seen.company, values);
    const isOpen = !byName ||
      ("target" in byName && Object.hasOwn(XRAY_BANDS, byName.target) && name !== byName.target);
    const bySurvey = isOpen && this.#survey && !(unit && "problem" in how)
      ? meaningInSurvey(name, this.#survey)
      : undefined;
    const meaning = bySurvey ?? byName;
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
      this.#byLetters(index, meaning) || this.#byDescription(index);
  }

  /** What cells say of a column whose name says nothing: designations name sources. */
  #meaningOfCells(index: number): NameMeaning | undefined {
    return this.seen.holdsDesignations(index)
      ? { target: "name", rank: DESIGNATION_RANK, join: "" }
      : undefined;
  }

  /** What the description of a column in a unit of fluxes says, where its name says nothing. */
  #byDescription(index: number): NameMeaning | undefined {
    const { name, unit = "", ucd = "", description = "" } = this.seen.columns[index];
    if (unit === "" || quantityOf(unit) !== "a flux" || isBoundName(name)) return undefined;
    if (kindOfUcd(ucd) === "error" || kindOfUcd(ucd) === "flag") return undefined;
    const target = describedBand(description);
    return target === undefined ? undefined : { target, rank: DESCRIBED_RANK, join: "" };
  }

  /** Of letters of quality whose they are: 2MASS has three, WISE four, by whatever name. */
  #byLetters(index: number, meaning: NameMeaning | undefined): NameMeaning | undefined {
    if (!meaning || "what" in meaning) return meaning;
    const known = "target" in meaning ? meaning : undefined;
    const targets = "unsure" in meaning ? meaning.unsure : [meaning.target];
    if (!targets.some((one) => QUALITY_LETTERS.some(({ target }) => target === one))) {
      return meaning;
    }
    const cells = this.seen.rows.map((row) => row[index]);
    if (cells.length === 0) return known;
    const target = qualityTarget(cells);
    return target === undefined ? undefined : { rank: 2, join: "", ...known, target };
  }

  /** Why a column cannot be what its name says: its unit, its UCD or its values. */
  #contradiction(index: number, target: string): string | undefined {
    const { unit = "", ucd = "", name } = this.seen.columns[index],
      values = this.seen.valuesOf(index);
    const understood = unit === "" ? undefined : parseUnit(unit);
    const how = conversion(target, unit), isOwn = name === target;
    if (understood && "problem" in how && !isOwn && isXrayFlux(target)) {
      return `${unit} is ${how.problem}`;
    }
    const kind = kindOfUcd(ucd);
    const wanted = isXrayFlux(target) ? "flux" : isMagnitude(target) ? "magnitude" : undefined;
    if (kind && wanted && kind !== wanted) return `its UCD ${ucd} is that of a ${kind}`;
    if (isXrayFlux(target) && /em\.(opt|ir|uv|radio|gamma)/i.test(ucd)) {
      return `its UCD ${ucd} is not of X-rays`;
    }
    if (values.length === 0) return undefined;
    const least = Math.min(...values), most = Math.max(...values);
    if (BAND_LIMITS.get(target)?.isFlag && values.some((value) => value !== 0 && value !== 1)) {
      return `holds ${least} to ${most}, no flags`;
    }
    if (isMagnitude(target) && unit === "" && least >= -1 && most <= 1 && most > 0) {
      return `holds ${least} to ${most}, no magnitudes`;
    }
    const isFlag = values.every((value) => value === 0 || value === 1) && most === 1;
    if (isXrayFlux(target) && isFlag) return "holds 0 and 1, a flag";
    return undefined;
  }

  #askWhich(index: number, targets: readonly string[]): void {
    const spec = this.seen.specs[index];
    this.#questions.push({
      text: `"${spec}" may be ${targets.join(" or ")}: say which, or ${NONE}`,
      target: targets[0],
      candidates: [spec],
      options: ["--column", `${targets[0]}=${spec}`],
    });
  }

  /** Takes the best of columns for a target; asks between equally good ones that differ. */
  #takeBest(target: string, found: readonly Candidate[], join: string): void {
    const order = [...found].sort((a, b) =>
      Number(b.join === join) - Number(a.join === join) && a.rank >= 1000 && b.rank >= 1000
        ? Number(b.join === join) - Number(a.join === join)
        : a.rank - b.rank || a.index - b.index
    );
    const [best, ...rest] = target === "name" ? this.#designationsFirst(order) : order;
    const rivals = rest.filter(({ rank, join: other, index }) =>
      rank === best.rank && other === best.join && !this.#isSameColumn(best.index, index)
    );
    const others = rest.filter(({ rank, join: other, index }) =>
      rank === best.rank && other !== best.join && best.join !== join &&
      !this.#isSameColumn(best.index, index)
    );
    const all = [...rivals, ...others];
    if (all.length > 0) {
      const specs = [best, ...all].map(({ index }) => this.seen.specs[index]);
      this.#questions.push({
        text: `${[best, ...all].map(({ index }) => this.seen.placed(index)).join(" and ")} may ` +
          `${all.length > 1 ? "all" : "both"} be ${target}: say which`,
        target,
        candidates: specs,
        options: ["--column", `${target}=${specs[0]}`],
      });
      return;
    }
    this.#take(target, best.index);
    for (const { index } of rest) {
      this.#reasons.set(index, `${target} is taken from ${this.seen.columns[best.index].name}`);
    }
  }

  /** Names in their order; numbers, a counterpart's or a list's, behind a source's designation. */
  #designationsFirst(order: readonly Candidate[]): readonly Candidate[] {
    const [{ index, rank }] = order;
    const areNumbers = rank >= 1 && this.seen.rows.length > 0 &&
      this.seen.cellsOf(index).every((cell) => !Number.isNaN(toNumber(cell)));
    if (!areNumbers) return order;
    const isDesignated = (one: Candidate) => this.seen.holdsDesignations(one.index);
    return [...order.filter(isDesignated), ...order.filter((one) => !isDesignated(one))];
  }

  /** Flags that a flux is an upper limit go with its column, by whatever name: l_FX beside FX. */
  #takeLimitFlags(): void {
    for (const target of Object.keys(XRAY_BANDS)) {
      const flux = this.#mapped.get(target), flag = this.#mapped.get(`l_${target}`);
      if (flag && !flux) {
        this.#mapped.delete(flag.target);
        this.#reasons.set(flag.index, `${target} is not there`);
      }
      if (flag || !flux) continue;
      const index = this.seen.columns.findIndex(({ name }) => name === `l_${flux.column}`);
      if (index >= 0 && !this.#settled.has(index)) this.#take(`l_${target}`, index);
    }
  }

  /** Bounds of another photometry than the flux's own say nothing of it. */
  #dropStrangeBounds(): void {
    for (const { target, column, index } of [...this.#mapped.values()]) {
      const flux = this.#mapped.get(target.replace(/_(lo|hi)lim$/, ""));
      if (flux?.target === target || !flux || !/^flux_aper/i.test(flux.column)) continue;
      if (plainName(column).replace(/_(lo|hi)lim/, "") === plainName(flux.column)) continue;
      this.#mapped.delete(target);
      this.#reasons.set(index, `bounds of another flux than ${flux.column}`);
    }
  }

  /** Whether two columns hold the same cells, so far as was seen. */
  #isSameColumn(a: number, b: number): boolean {
    return this.seen.rows.length > 0 &&
      this.seen.rows.every((row) => String(row[a]) === String(row[b]));
  }

  #take(
    target: string,
    index: number,
    { unit: said, element, choice }: {
      readonly unit?: string;
      readonly element?: number;
      readonly choice?: ColumnChoice;
    } = {},
  ): void {
    const column = this.seen.columns[index].name, spec = this.seen.specs[index];
    const unit = said ?? this.seen.columns[index].unit ?? impliedUnit(column, target),
      how = conversion(target, unit);
    if ("problem" in how) {
      const isOther = !/^not understood|^unclear/.test(quantityOf(unit ?? ""));
      const isLogged = isXrayFlux(target) && areLogarithms(this.seen.valuesOf(index));
      this.#questions.push({
        text:
          `column "${column}": unit "${unit}" is ${how.problem} for ${target}; understood are ` +
          `${unitsOf(target)}`,
        target,
        candidates: [],
        options: isLogged
          ? ["--column", `${target}=${spec}:${logarithmUnit(unit)}`]
          : isOther && !choice
          ? ["--column", `${NONE}=${spec}`]
          : ["--column", `${target}=${spec}:UNIT`],
        without: choice,
      });
      this.#mapped.set(target, { target, column, index, unit, factor: NaN, offset: 0 });
      return;
    }
    this.#mapped.set(target, {
      target,
      column,
      index,
      unit,
      ...how,
      ...(element !== undefined && { element }),
    });
  }

  #takeAuthors(): void {
    PUBLISHED_LABELS.forEach((label, i) => {
      const index = this.seen.columns.findIndex(({ name }) => name === label);
      const { min, max } = FEATURE_SCALE[i], target = FEATURES[i].name;
      if (this.#mapped.has(target)) return;
      const scale = { factor: (max - min) / 10, offset: min, unit: "0-10 of the authors" };
      this.#mapped.set(target, { target, column: label, index, ...scale });
    });
  }

  // ---- where the sources are

  /** Takes right ascension and declination that belong together; asks where two pairs differ. */
  #takePosition(candidates: ReadonlyMap<string, readonly Candidate[]>): void {
    const ras = candidates.get("ra") ?? [], decs = candidates.get("dec") ?? [];
    const chosen = this.#mapped.get("ra"), chosenDec = this.#mapped.get("dec");
    const nearest = (place: number, among: readonly Candidate[]) =>
      // of two as near the one behind
      [...among].sort((a, b) =>
        distance(place, a.index) - distance(place, b.index) || b.index - a.index
      )[0];
    if (chosen && chosenDec) return;
    if (chosen || chosenDec) {
      const [target, place, among] = chosen
        ? ["dec", chosen.index, decs] as const
        : ["ra", chosenDec!.index, ras] as const;
      const partner = nearest(place, among);
      if (partner) this.#take(target, partner.index);
      return;
    }
    const strange = this.#strangePositions();
    const pairs = [
      ...ras.flatMap((ra) => {
        const same = decs.filter(({ join }) => join === ra.join);
        const dec = nearest(ra.index, same.length > 0 ? same : decs);
        return dec ? [{ ra, dec, rank: ra.rank }] : [];
      }),
    ].sort((a, b) => a.rank - b.rank || a.ra.index - b.ra.index);
    const [best] = pairs;
    if (!best) {
      if (ras.length === 1) this.#take("ra", ras[0].index);
      if (decs.length === 1) this.#take("dec", decs[0].index);
      return;
    }
    const isOld = (pair: { readonly ra: Candidate }) =>
      /1950/.test(this.seen.columns[pair.ra.index].name);
    const rivals = [...pairs.slice(1), ...strange].filter((pair) =>
      isOld(pair) === isOld(best) && this.#differ(best, pair)
    );
    if (rivals.length > 0) {
      this.#askWhichPosition([best, ...rivals]);
      return;
    }
    // of equal ones that which stands by the flux
    const flux = this.#fluxPlace();
    const equal = pairs.filter(({ rank }) => rank === best.rank);
    const taken = flux < 0
      ? best
      : equal.sort((a, b) =>
        distance(a.dec.index, flux) - distance(b.dec.index, flux) || a.ra.index - b.ra.index
      )[0];
    this.#take("ra", taken.ra.index);
    this.#take("dec", taken.dec.index);
    for (const { ra, dec } of pairs) {
      if (ra.index !== taken.ra.index) {
        this.#reasons.set(ra.index, `ra is taken from ${this.seen.columns[taken.ra.index].name}`);
      }
      if (dec.index !== taken.dec.index) {
        this.#reasons.set(
          dec.index,
          `dec is taken from ${this.seen.columns[taken.dec.index].name}`,
        );
      }
    }
  }

  /** Pairs of columns such as X_RA, X_DEC, which may be the X-ray source's. */
  #strangePositions(
    isAny = false,
  ): CandidatePair[] {
    const parts = this.seen.columns.map(({ name }) => strangePrefix(name));
    return parts.flatMap((ra, i) => {
      if (ra?.target !== "ra" || this.#settled.has(i)) return [];
      if (!isAny && !isXrayPrefix(ra.prefix)) return [];
      const dec = parts.findIndex((part) => part?.target === "dec" && part.prefix === ra.prefix);
      if (dec < 0 || this.#meanings[i] && "target" in this.#meanings[i]!) return [];
      const at = (index: number) => ({ index, rank: 5000, join: ra.prefix });
      return [{ ra: at(i), dec: at(dec), rank: 5000 }];
    });
  }

  #differ(
    a: CandidatePair,
    b: CandidatePair,
  ): boolean {
    if (this.seen.rows.length === 0) return a.rank === b.rank;
    const places = [a, b].map((pair) => this.#placesOf(pair.ra.index, pair.dec.index));
    return this.seen.rows.some((_, row) => {
      const [[ra1, dec1], [ra2, dec2]] = places.map((place) => place[row]);
      return separationArcsec(ra1, dec1, ra2, dec2) > SAME_ARCSEC;
    });
  }

  /** Degrees of the rows that were seen, by two columns. */
  #placesOf(ra: number, dec: number): (readonly [number, number])[] {
    const [readRa, readDec] = ([["ra", ra], ["dec", dec]] as const).map(([target, index]) => {
      const how = conversion(target, this.seen.columns[index].unit);
      return (row: readonly unknown[]) =>
        "problem" in how ? NaN : valueOf(row[index], { target, ...how });
    });
    return this.seen.rows.map((row) => [readRa(row), readDec(row)] as const);
  }

  #askWhichPosition(pairs: readonly CandidatePair[]): void {
    const flux = this.#fluxPlace();
    const isXray = ({ ra }: { readonly ra: Candidate }) => isXrayPrefix(ra.join);
    const likely = [...pairs].sort((a, b) =>
      Number(isXray(b)) - Number(isXray(a)) ||
      (flux < 0 ? 0 : distance(a.dec.index, flux) - distance(b.dec.index, flux))
    );
    const words = likely.map(({ ra, dec }) =>
      `${this.seen.placed(ra.index)} with ${this.seen.placed(dec.index)}`
    );
    const ways = likely.map(({ ra, dec }) => [
      "--column",
      `ra=${this.seen.specs[ra.index]}`,
      "--column",
      `dec=${this.seen.specs[dec.index]}`,
    ]);
    this.#questions.push({
      text: `the sources' position may be ${words.join(", or ")}: these lie apart, one may be a ` +
        "counterpart's; say which",
      target: "ra",
      candidates: likely.map(({ ra }) => this.seen.specs[ra.index]),
      options: ways[0],
      ways,
    });
    // so that nothing else asks for them
    for (const target of ["ra", "dec"] as const) {
      const { index } = likely[0][target];
      this.#mapped.set(target, {
        target,
        column: this.seen.columns[index].name,
        index,
        factor: NaN,
        offset: 0,
      });
    }
  }

  /** Place of the column of the X-ray flux; -1 where none is known. */
  #fluxPlace(): number {
    const chosen = Object.keys(XRAY_BANDS).map((flux) => this.#mapped.get(flux)?.index)
      .find((place) => place !== undefined);
    return chosen ??
      this.#meanings.findIndex((meaning) =>
        meaning !== undefined && "target" in meaning && Object.hasOwn(XRAY_BANDS, meaning.target)
      );
  }

  #meaningJoin(index: number | undefined): string {
    const meaning = index === undefined ? undefined : this.#meanings[index];
    return meaning && "target" in meaning ? meaning.join : "";
  }

  #frame(): string | undefined {
    const place = this.#mapped.get("ra")?.index;
    if (place === undefined) return undefined;
    const { frame, name } = this.seen.columns[place];
    return frame ?? (/1950$/.test(name) ? "FK4 B1950" : undefined);
  }

  // ---- columns and words
}

/** What a description says of a flux that is corrected for absorption, and of one that is not. */
const CORRECTED =
  /\b(unabsorbed|un-absorbed|de-?absorbed|intrinsic|absorption[ -]corrected)\b|corrected for (\S+ ){0,3}absorption/i;
const NOT_CORRECTED = /\b(not|un|without)[ -]?((\S+ )?correct|(\S+ )?unabsorbed)|\(not /i;
const CORRECTED_FLUX: NameMeaning = {
  what: "a flux corrected for absorption, as its description says",
  right: "the flux as it is observed",
  isMission: false,
};

function bandWords(target: string): string {
  const band = XRAY_BANDS[target];
  return band ? `Chandra's energy flux in ${band.join("-")} keV` : "NED's 0.3-8 keV flux";
}

function distance(a: number, b: number): number {
  return Math.abs(a - b);
}
