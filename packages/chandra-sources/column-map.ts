import type { TableColumn } from "@csc-classify/vo-tables/browser";
import { askOfAbsent, askOfClass } from "./absent-columns.ts";
import { isMinutes, type JoinedColumn, NAME_UNIT } from "./angles.ts";
import { isFlag, toFlag, toNumber } from "./cells.ts";
import { checkColumns } from "./column-checks.ts";
import {
  contradiction,
  meaningOfColumn,
  statedContradiction,
  statedMeaning,
} from "./column-meaning.ts";
import {
  CHANDRA_SURVEYS,
  type ChandraSurvey,
  framedName,
  impliedUnit,
  isJ2000,
  type NameMeaning,
  plainName,
} from "./column-names.ts";
import { FEATURES, PUBLISHED_LABELS } from "./features.ts";
import { limitFlag, limitOfSeveral } from "./limit-flags.ts";
import { type NearBand, shareWords } from "./near-bands.ts";
import { choosePosition, strangePositions } from "./position-columns.ts";
import { FEATURE_SCALE } from "./published-numbers.ts";
import type { ColumnChoice, Doubt, Question } from "./questions.ts";
import {
  areLogarithms,
  type Candidate,
  conversion,
  logarithmUnit,
  type MappedColumn,
  type Mapping,
  quantityOf,
  SeenTable,
  unitBehind,
} from "./seen-table.ts";
import { withWords } from "./words-of-file.ts";
import {
  BAND_LIMITS,
  isMagnitude,
  isXrayFlux,
  NONE,
  TARGETS,
  unitsOf,
  XRAY_BANDS,
} from "./targets.ts";

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
  /** What people wrote above the table, a line each. */
  readonly comments?: readonly string[];
  /** Whether a class is asked for: a table to learn from. */
  readonly labelled?: boolean;
}

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
  #frame?: string;

  constructor(
    columns: Parameters<typeof mapColumns>[0],
    options: MapOptions,
    rows: readonly (readonly unknown[])[],
  ) {
    this.options = options;
    this.seen = new SeenTable(withWords(columns, options.comments), rows);
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
    this.#frame = this.#findFrame();
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
    const frame = this.#frame;
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
      strangePositions: strangePositions(this.seen, this.#settled, this.#meanings, true),
      frame: this.#frame,
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
    const meaning = statedMeaning(this.seen, index, this.#survey);
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
      return `${target}=${spec}:${
        logarithmUnit(this.seen.columns[index], `${shareWords(near.share)} `)
      }`;
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
      const meaning = meaningOfColumn(this.seen, index, this.#survey);
      this.#meanings[index] = meaning;
      if (!meaning) return;
      if ("what" in meaning) {
        this.#reasons.set(index, meaning.what);
      } else if ("unsure" in meaning) {
        const open = meaning.unsure.filter((target) => !this.#mapped.has(target));
        if (open.length > 0) this.#askWhich(index, open);
      } else if (!this.#mapped.has(meaning.target)) {
        const spec = this.seen.specs[index],
          isOwn = name === meaning.target,
          isFew = this.seen.valuesOf(index).length < 3;
        const isTrusted = isOwn && isFew && !isXrayFlux(meaning.target);
        const problem = (isTrusted ? statedContradiction : contradiction)(
          this.seen,
          index,
          meaning.target,
        );
        if (problem === undefined) {
          const { target, ...candidate } = meaning;
          found.set(target, [...found.get(target) ?? [], { index, ...candidate }]);
        } else if (isOwn && !isXrayFlux(meaning.target)) {
          this.#questions.push({
            text: `"${name}"${/^its /.test(problem) ? ":" : ""} ${problem}, so that it is hardly ` +
              meaning.target,
            target: meaning.target,
            candidates: [],
            options: ["--column", `${NONE}=${spec}`],
            ways: [["--column", `${NONE}=${spec}`], ["--column", `${meaning.target}=${spec}`]],
          });
        } else this.#reasons.set(index, problem);
      } else {
        const { column } = this.#mapped.get(meaning.target)!;
        this.#reasons.set(index, `${meaning.target} is taken from ${column}`);
      }
    });
    return found;
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
    const fluxes = Object.keys(XRAY_BANDS).flatMap((target) => this.#mapped.get(target) ?? []);
    const { seen } = this, isOnly = fluxes.length === 1;
    const isFree = (place: number) =>
      !this.#settled.has(place) && ![...this.#mapped.values()].some(({ index }) => index === place);
    for (const target of Object.keys(XRAY_BANDS)) {
      const flux = this.#mapped.get(target), flag = this.#mapped.get(`l_${target}`);
      if (flag && (!flux || !this.#settled.has(flag.index))) {
        // looked at anew, for it may hold words
        this.#mapped.delete(flag.target);
        if (!flux) this.#reasons.set(flag.index, `${target} is not there`);
      }
      if (!flux || this.#mapped.has(`l_${target}`)) continue;
      const found = limitFlag(flux, { seen, isFree, isOnly });
      if (!found) continue;
      if ("question" in found) this.#questions.push(found.question);
      else this.#take(`l_${target}`, found.index, { unit: found.yes });
    }
    for (const [flag, { band, isFlag }] of BAND_LIMITS) {
      if (!isFlag || !isMagnitude(band)) continue;
      const magnitude = this.#mapped.get(band), mapped = this.#mapped.get(flag);
      const isOfWords = mapped && !this.#settled.has(mapped.index) &&
        seen.cellsOf(mapped.index).some((cell) => Number.isNaN(toFlag(cell)));
      if (isOfWords) this.#mapped.delete(flag);
      if (!magnitude || this.#mapped.has(flag)) continue;
      const found = limitFlag(magnitude, { seen, isFree, isOnly: false });
      if (found && "index" in found) this.#take(flag, found.index, { unit: found.yes });
    }
    const isKnown = fluxes.some(({ target }) => this.#mapped.has(`l_${target}`)) ||
      this.#questions.some(({ target = "" }) => target.startsWith("l_flux"));
    const several = isOnly || isKnown ? undefined : limitOfSeveral(fluxes, { seen, isFree });
    if (several) this.#questions.push(several);
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
    const suffix = unitBehind(this.seen, index, target),
      unit = said ?? this.#systemOf(target, index) ?? this.seen.columns[index].unit ?? suffix ??
        impliedUnit(column, target),
      // behind a flag stand the words in it that say yes
      isWord = said !== undefined && isFlag(target),
      how = isWord ? { factor: 1, offset: 0, yes: said } : conversion(target, unit);
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
          ? ["--column", `${target}=${spec}:${logarithmUnit(this.seen.columns[index])}`]
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
      ...(!isWord && { unit }),
      ...how,
      ...(suffix !== undefined && { suffix }),
      ...(this.#hasMinutes(target, index) && { hasMinutes: true as const }),
      ...(element !== undefined && { element }),
    });
  }

  /** Whether angles of a column have minutes with parts: once among others is a slip. */
  #hasMinutes(target: string, index: number): boolean {
    if (!/^(ra|dec|gal_[lb])$/.test(target)) return false;
    const cells = this.seen.cellsOf(index);
    const found = cells.filter((cell) => typeof cell === "string" && isMinutes(cell)).length;
    return found > 0 && (found > 1 || found === cells.length);
  }

  /** The unit of magnitudes whose name, description or table says AB or Vega, and their unit not. */
  #systemOf(target: string, index: number): string | undefined {
    const { unit = "", name, description = "" } = this.seen.columns[index];
    if (!isMagnitude(target) || !/^\s*(mags?|magnitudes?)?\s*$/i.test(unit)) return undefined;
    const own = magnitudeSystem(`${plainName(name).replaceAll("_", " ")} ${description}`);
    if (own) return `${own} mag`;
    const line = this.options.comments?.find((text) =>
      /\bmag(nitude)?s?\b/i.test(text) && !SURVEYS_NAMED.test(text) && magnitudeSystem(text)
    );
    if (line === undefined) return undefined;
    const remark = `Magnitudes are taken as the file says: "${line.slice(0, 80)}".`;
    if (!this.#remarks.includes(remark)) this.#remarks.push(remark);
    return `${magnitudeSystem(line)} mag`;
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

  #takePosition(candidates: ReadonlyMap<string, readonly Candidate[]>): void {
    const found = choosePosition({
      seen: this.seen,
      ras: candidates.get("ra") ?? [],
      decs: candidates.get("dec") ?? [],
      chosen: { ra: this.#mapped.get("ra")?.index, dec: this.#mapped.get("dec")?.index },
      strange: strangePositions(this.seen, this.#settled, this.#meanings, false),
      flux: this.#fluxPlace(),
    });
    if ("question" in found) this.#questions.push(found.question);
    for (const target of ["ra", "dec"] as const) {
      if ("question" in found) {
        // so that nothing else asks for it
        const { index } = found.likely[target], column = this.seen.columns[index].name;
        this.#mapped.set(target, { target, column, index, factor: NaN, offset: 0 });
        continue;
      }
      const taken = found.taken[target];
      if (taken === undefined) continue;
      this.#take(target, taken);
      for (const index of found.left[target]) {
        this.#reasons.set(index, `${target} is taken from ${this.seen.columns[taken].name}`);
      }
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

  /** The frame of the position, as its columns state it or a column of equinoxes does. */
  #findFrame(): string | undefined {
    const place = this.#mapped.get("ra")?.index;
    if (place === undefined) return undefined;
    const { frame } = this.seen.columns[place];
    const index = this.seen.columns.findIndex(({ name }, i) =>
      EQUINOX.test(plainName(name)) && !this.#settled.has(i)
    );
    if (frame !== undefined || index < 0) return frame;
    const cells = this.seen.cellsOf(index).map((cell) => plainName(String(cell)));
    const frames = cells.map((cell) => framedName(`ra_${cell}`)?.frame ?? "ICRS");
    const stated = [...new Set(frames.map((one) => isJ2000(one) ? undefined : one))];
    if (stated.length > 1) {
      const spec = this.seen.specs[index];
      this.#questions.push({
        text: `"${spec}" says that rows are of several equinoxes, ${
          [...new Set(cells)].slice(0, 4).join(", ")
        }: bring all to J2000; if they are already`,
        candidates: [],
        options: ["--column", `${NONE}=${spec}`],
      });
    }
    return stated.length === 1 ? stated[0] : undefined;
  }
}

/** Columns that say of which equinox, or in which frame, each row's position is. */
const EQUINOX = /^((coord_?|ref_?)?(equinox|eqnx|frame|sys(tem)?)|rade(c)?sys)$/;

/** What a text says of the zero point of magnitudes; undefined where it says nothing, or both. */
function magnitudeSystem(text: string): "AB" | "Vega" | undefined {
  const isAb = /\bAB\b/.test(text) || /(^| )ab( |$)/.test(text), isVega = /\bvega\b/i.test(text);
  return isAb === isVega ? undefined : isAb ? "AB" : "Vega";
}
/** Surveys of which a sentence may say it alone. */
const SURVEYS_NAMED = /sdss|galex|pan-?starrs|ps1|hst|gaia|2mass|wise|ukidss|vista|optical|uv\b/i;

function bandWords(target: string): string {
  const band = XRAY_BANDS[target];
  return band ? `Chandra's energy flux in ${band.join("-")} keV` : "NED's 0.3-8 keV flux";
}
