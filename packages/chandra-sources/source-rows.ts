import { fromGalactic, separationArcsec, toGalactic } from "@csc-classify/sky";
import { cellOf, type Cells, restored, TextCells } from "@csc-classify/vo-tables/browser";
import { type ToIcrs, toIcrs } from "./angles.ts";
import {
  isFaintLimit,
  isMissing,
  problemOfValue,
  toFlag,
  toNumber,
  valueOf,
  withoutError,
  withoutMark,
  withoutThousands,
} from "./cells.ts";
import { CLASSES, isClass, toLabels } from "./classes.ts";
import type { ColumnMap } from "./column-map.ts";
import { fillDerived } from "./columns.ts";
import { withFluxLimits } from "./flux-limits.ts";
import {
  type ColumnCount,
  isBareLimit,
  type LetteredBand,
  noCount,
  type NumberColumn,
  type NumberColumns,
  numberColumns,
} from "./number-columns.ts";
import { lettersOf, qualityOf } from "./quality-letters.ts";
import { SeenNames } from "./seen-names.ts";
import type { ExtraColumn, Origin, Sources } from "./sources.ts";
import type { FirstRows, NumberedPiece } from "./table-pieces.ts";
import { BAND_LIMITS, EXTRAS } from "./targets.ts";
import { converted } from "./units.ts";

// runs in a browser's page too: rows of a user's table become sources

/** How far apart two statements of one place may be: coordinates of two decimals. */
const SAME_PLACE_ARCSEC = 60;
/** Names whose rows differ that are named. */
const SHOWN = 10;

/** What is wrong with a cell, or with a row as a whole. */
export interface Problem {
  readonly column: string;
  readonly value: string;
  readonly problem: string;
}

/** What {@link RowReader} is told of a table besides its map. */
interface RowOptions {
  /** Cells that a row of the file has. */
  readonly nColumns: number;
  readonly carried: readonly ExtraColumn[];
  /** Place of each of the carried columns in a row. */
  readonly carriedFrom: readonly number[];
  readonly labelled: boolean;
  /** Whether rows of one name are as good as any. */
  readonly isEveryRow: boolean;
  /** Rows by which numbers that stand for missing values are found. */
  readonly first: FirstRows;
}

/** Turns cells into columns of physical values, one batch at a time. */
export class RowReader {
  /** By target. */
  readonly counts: ReadonlyMap<string, ColumnCount>;
  readonly #options: Omit<RowOptions, "first">;
  /** The first names whose rows differ. */
  readonly someDiffering = new Set<string>();
  /** Columns of what a row says, see {@link says}. */
  readonly said: readonly string[];
  /** Rows whose Galactic coordinates are of another place than right ascension and declination. */
  contradicted = 0;
  /** Rows whose position of 0, 0 is taken for missing. */
  nowhere = 0;
  /** Magnitudes that letters of quality say are limits, or unusable: how many, by band. */
  readonly lettered = { limit: new Map<string, number>(), unusable: new Map<string, number>() };
  /** How many cells were written as limits, by column. */
  readonly writtenLimits = new Map<string, number>();
  /** The same of limits that are no values, such as fluxes beyond one. */
  readonly bareLimits = new Map<string, number>();
  /** Rows without a position, and without any X-ray flux where the table has columns of them. */
  unplaced = 0;
  dark = 0;
  readonly #areNowhere: boolean;
  readonly #places: ReadonlyMap<string, number>;
  readonly #numbers: readonly NumberColumn[];
  readonly #toIcrs?: ToIcrs;
  /** Columns that say something of others. */
  readonly #limits: NumberColumns["limits"];
  readonly #letters: NumberColumns["letters"];
  readonly #limited: NumberColumns["limited"];
  readonly #colours: NumberColumns["colours"];
  #seen = new SeenNames();
  /** Of the row being taken. */
  readonly #values: Float64Array;
  /** The rows being read, what is wrong with them and what letters say of them, by their place. */
  #piece: NumberedPiece = { nRows: 0, cells: [], numbers: [], irregular: new Map() };
  readonly #problems = new Map<number, Problem[]>();
  readonly #lettered = new Map<number, readonly LetteredBand[]>();
  #names: string[] = [];
  #classes: string[] = [];
  #catalogues: string[] = [];
  #extras: (string | boolean | number | null)[][];

  constructor({ mapped, frame }: ColumnMap, options: RowOptions) {
    // no parameter properties: pages carry this file with its types stripped, no more
    const { first, ...rest } = options;
    this.#options = rest;
    if (frame !== undefined) this.#toIcrs = toIcrs(frame);
    this.counts = new Map(mapped.map(({ target }) => [target, noCount()]));
    this.#places = new Map(mapped.map(({ target, index }) => [target, index]));
    const { numbers, limits, letters, limited, colours } = numberColumns(
      mapped,
      this.counts,
      first,
    );
    this.#numbers = numbers;
    [this.#limits, this.#letters, this.#limited] = [limits, letters, limited];
    this.#colours = colours;
    this.#values = new Float64Array(numbers.length);
    this.said = [
      ...numbers.map(({ column }) => column),
      ...options.carried.map(({ name }) => name),
      mapped.find(({ target }) => target === "class")?.column ?? "class",
    ];
    this.#extras = options.carried.map(() => []);
    this.#areNowhere = this.#isNowhereOften(first);
  }

  get size(): number {
    return this.#names.length;
  }

  /** How many names have rows that differ. */
  get differing(): number {
    return this.#seen.differing;
  }

  /** Makes room: what is known of the names, 32 bytes each, is of no use once all rows are read. */
  forgetNames(): void {
    this.#seen = new SeenNames();
  }

  /** Reads the numbers of some rows, column by column; {@link add} then takes them row by row. */
  read(piece: NumberedPiece): void {
    this.#piece = piece;
    this.#problems.clear();
    this.#lettered.clear();
    for (let place = 0; place < piece.nRows; place++) {
      const name = this.nameAt(place);
      if (name === "") {
        this.#refuse(place, { column: "", value: "", problem: "the source has no name" });
      } else if (name.length < 10 && SUMMARY.test(name)) {
        const problem =
          "it seems to sum up the rows above, not to be a source; rename it if it is one";
        this.#refuse(place, { column: "name", value: name, problem });
      }
      if (this.#options.labelled) {
        const of = this.#textAt(place, "class");
        const problem = `the class is not one of ${CLASSES.join(", ")}`;
        if (!isClass(of)) this.#refuse(place, { column: "class", value: of, problem });
      }
      const isAny = this.#letters.length > 0 || this.#limited.length > 0;
      const lettered = isAny ? this.#letteredAt(place) : [];
      if (lettered.length > 0) this.#lettered.set(place, lettered);
    }
    this.#numbers.forEach((number, k) => this.#readColumn(number, k));
    for (let place = 0; place < piece.nRows; place++) {
      if (this.#problems.has(place) || !this.#isAlone(place)) continue;
      const problem = "nothing stands there but one cell; is it a note?";
      this.#refuse(place, { column: "", value: this.nameAt(place).slice(0, 200), problem });
    }
  }

  /** Whether a row has no number, and no more than one cell of it says anything. */
  #isAlone(place: number): boolean {
    if (this.#piece.cells.length < 3 || this.#piece.irregular.has(place)) return false;
    // of columns that were not read nobody knows
    if (this.#piece.cells.some((cells) => cells === undefined)) return false;
    if (this.#numbers.some(({ read }) => !Number.isNaN(read[place]))) return false;
    return this.#piece.cells.filter((cells) => !isMissing(cellOf(cells, place))).length < 2;
  }

  #readColumn(number: NumberColumn, k: number): void {
    const { index, read, isFlag, isName, isSigned, isLettered, standIns, element } = number;
    const { limits: [least, most], hasErrors, hasMarks, hasThousands, isCompact } = number;
    const { nRows, cells: { [index]: cells } } = this.#piece;
    if (!cells) {
      read.fill(NaN, 0, nRows);
      return;
    }
    const isBare = !isFlag && !isName && !isCompact && element === undefined;
    if (isBare && !isLettered && cells instanceof Float64Array) {
      this.#readNumbers(number, cells);
      return;
    }
    const plain = isBare ? plainNumbers(cells, nRows) : undefined, isPlain = plain === cells;
    for (let place = 0; place < nRows; place++) {
      const isAsked = isLettered && this.#lettered.has(place);
      // most cells are numbers that may be, or empty
      if (plain && !isAsked) {
        const written = plain[place];
        let value = converted(written, number);
        if (isSigned && value < 0 && value >= -180) value += 360;
        const isMeant = standIns.size === 0 || !standIns.has(written);
        if ((isMeant && isIn(value, least, most)) || (isPlain && written !== written)) {
          read[place] = value;
          continue;
        }
      }
      // whatever stands there
      let cell = cellOf(cells, place);
      if (hasErrors) cell = withoutError(cell);
      if (hasMarks) cell = withoutMark(cell);
      if (hasThousands) cell = withoutThousands(cell);
      const isNone = isAsked && this.#lettered.get(place)!.some((one) => one.place === k);
      read[place] = isNone || cell === "" ? NaN : this.#numberOf(cell, number, place);
    }
  }

  /** {@link #readColumn} of cells that are numbers, NaN where missing. */
  #readNumbers(number: NumberColumn, cells: Float64Array): void {
    const { read, isSigned, standIns, limits: [least, most] } = number;
    for (let place = 0; place < this.#piece.nRows; place++) {
      const written = cells[place];
      let value = converted(written, number);
      if (isSigned && value < 0 && value >= -180) value += 360;
      const isFine = isIn(value, least, most) || written !== written;
      const isMeant = standIns.size === 0 || !standIns.has(written);
      read[place] = isFine && isMeant ? value : this.#numberOf(written, number, place);
    }
  }

  /** The value of a cell; what is wrong with it is said of its row. */
  #numberOf(cell: unknown, number: NumberColumn, place: number): number {
    const { column, isFlag, isSecond, isSigned, standIns, count, limitSide } = number;
    const { limits: [least, most] } = number;
    if (limitSide === "upper" && isFaintLimit(cell, limitSide)) {
      this.#countLimit(column);
      return 0; // as a table writes it that has no such cells
    }
    if (number.hasBareLimits && isBareLimit(cell, number.target)) {
      this.bareLimits.set(column, (this.bareLimits.get(column) ?? 0) + 1);
      return NaN;
    }
    const written = standIns.size > 0 ? toNumber(cell) : NaN;
    if (standIns.has(written)) {
      count.standIns.set(written, (count.standIns.get(written) ?? 0) + 1);
      return NaN;
    }
    const raw = isFlag ? toFlag(cell, number.yes) : valueOf(cell, number);
    const value = isSigned && raw < 0 && raw >= -180 ? raw + 360 : raw;
    if (isIn(value, least, most) || isMissing(cell)) return value;
    const problem = problemOfValue(value, number, cell);
    if (!problem) return value;
    if (!isSecond) this.#refuse(place, { column, value: String(cell).slice(0, 200), problem });
    return NaN;
  }

  #refuse(place: number, problem: Problem): void {
    const problems = this.#problems.get(place);
    if (problems) problems.push(problem);
    else this.#problems.set(place, [problem]);
  }

  /** The number that a row has in its file. */
  numberAt(place: number): number {
    return this.#piece.numbers[place];
  }

  /** The name of a row, one of its own where the table has none. */
  nameAt(place: number): string {
    if (!this.#places.has("name")) return `row ${this.numberAt(place)}`;
    const name = restored(this.#textAt(place, "name"));
    // as Python shows bytes, and as texts are kept from Excel
    const first = name.charCodeAt(0);
    if (first !== 98 && first !== 61) return name;
    return /^(?:b(["'])(.*)\1|="(.*)")$/s.exec(name)?.slice(2).find((part) => part !== undefined) ??
      name;
  }

  /** Rows at right ascension and declination 0, where several sources cannot be. */
  #isNowhere(cellAt: (place: number) => unknown): boolean {
    const ra = this.#places.get("ra"), dec = this.#places.get("dec");
    return ra !== undefined && dec !== undefined && toNumber(cellAt(ra)) === 0 &&
      toNumber(cellAt(dec)) === 0;
  }

  /** Whether several sources are there. */
  #isNowhereOften(first: FirstRows): boolean {
    const [ra, dec, name] = ["ra", "dec", "name"].map((target) => this.#places.get(target) ?? -1);
    if (ra < 0 || dec < 0) return false;
    const [a, b] = [ra, dec].map((place) => first.column(place).numbers);
    const names = new Set<unknown>();
    let start = 0;
    for (const { nRows, cells } of first.pieces) {
      for (let row = 0; row < nRows && start + row < a.length; row++) {
        if (a[start + row] === 0 && b[start + row] === 0) names.add(cellOf(cells[name], row));
      }
      start += nRows;
    }
    return names.size > 1;
  }

  /** What a row says, numbers, then texts; undefined where something is wrong with it. */
  says(place: number): readonly unknown[] | undefined {
    if (this.#piece.irregular.has(place) || this.#problems.has(place)) return undefined;
    const { extras, of } = this.#said(place);
    return [...this.#values, ...extras, of];
  }

  /** Takes a row, says what is wrong with it, or that an earlier row was of the same source. */
  add(place: number): readonly Problem[] | "again" {
    const { irregular, cells } = this.#piece, bare = irregular.get(place);
    if (bare) {
      const problem =
        `${bare.length} cells, not ${this.#options.nColumns} as the header has; quote ` +
        "a cell or a name that holds the separator, and leave no cell out";
      return [{ column: "", value: "", problem }];
    }
    const problems = this.#problems.get(place);
    if (problems) return problems;
    const { of, extras, lettered } = this.#said(place), name = this.nameAt(place);
    if (!this.#options.isEveryRow) {
      const seen = this.#seen.add(name, this.#values, [
        ...extras,
        this.#options.labelled ? of : "",
      ]);
      if (seen === "other" && this.someDiffering.size < SHOWN) this.someDiffering.add(name);
      if (seen !== "new") return "again";
    }
    for (const { band, place: number, quality, isWritten } of lettered) {
      if (isWritten) this.#countLimit(this.#numbers[number].column);
      if (isWritten || number < 0) continue;
      if (isMissing(cellOf(cells[this.#numbers[number].index], place))) continue;
      this.lettered[quality].set(band, (this.lettered[quality].get(band) ?? 0) + 1);
    }
    const at = this.#names.push(name) - 1;
    if (this.#options.labelled) this.#classes.push(of);
    this.#catalogues.push(this.#textAt(place, "catalogue") || "own table");
    extras.forEach((value, i) => this.#extras[i].push(value));
    for (let i = 0; i < this.#numbers.length; i++) this.#numbers[i].values[at] = this.#values[i];
    return [];
  }

  /** What a row says: its numbers into the values, all else is returned. */
  #said(place: number) {
    const values = this.#values, { carried, carriedFrom } = this.#options;
    for (let i = 0; i < values.length; i++) values[i] = this.#numbers[i].read[place];
    const { cells } = this.#piece, lettered = this.#lettered.get(place) ?? [];
    if (this.#areNowhere && this.#isNowhere((column) => cellOf(cells[column], place))) {
      this.nowhere++;
      for (const [i, { target }] of this.#numbers.entries()) {
        if (target === "ra" || target === "dec") values[i] = NaN;
      }
    }
    for (const { from, isFlag, band, observed } of this.#limits) {
      if (!(isFlag ? values[from] === 1 : values[from] === values[from])) continue;
      if (this.#numbers[band]?.isFlux) {
        values[band] = 0; // as a table writes a limit that has no such flag
        continue;
      }
      values[observed] = 1;
      if (isFlag) this.#leaveOut(values, band);
    }
    for (const { place: number, observed, quality } of lettered) {
      if (quality === "limit") values[observed] = 1;
      this.#leaveOut(values, number);
    }
    const extras = carried.map(({ type }, i) => {
      const cell = cellOf(cells[carriedFrom[i]], place);
      const text = isMissing(cell) ? "" : String(cell).trim();
      const isNone = text === "" || (type === "double" && isNaN(Number(text)));
      const value = { text, double: Number(text), boolean: /^(t|true|1)$/i.test(text) }[type];
      return isNone ? null : value;
    });
    return { of: this.#textAt(place, "class"), extras, lettered };
  }

  /** A magnitude that is none, and the colours that are made of it. */
  #leaveOut(values: Float64Array, band: number): void {
    for (const place of [band, ...this.#colours.get(band) ?? []]) {
      if (place >= 0) values[place] = NaN;
    }
  }

  #countLimit(column: string): void {
    this.writtenLimits.set(column, (this.writtenLimits.get(column) ?? 0) + 1);
  }

  /** Columns of values with errors, with marks, with commas between thousands. */
  get written(): Readonly<Record<"errors" | "marks" | "thousands", readonly string[]>> {
    const of = (has: "hasErrors" | "hasMarks" | "hasThousands") =>
      this.#numbers.filter((number) => number[has]).map(({ column }) => column);
    return { errors: of("hasErrors"), marks: of("hasMarks"), thousands: of("hasThousands") };
  }

  /** Magnitudes that letters of quality, or their own cells, say are limits or unusable. */
  #letteredAt(place: number): LetteredBand[] {
    const { cells } = this.#piece;
    const written = this.#limited.filter(({ index }) =>
      isFaintLimit(cellOf(cells[index], place), "lower")
    )
      .map((one): LetteredBand => ({ ...one, quality: "limit", isWritten: true }));
    const lettered = this.#letters.flatMap(({ index, observed, bands }) => {
      const letters = lettersOf(cellOf(cells[index], place));
      return bands.flatMap(({ band, place: of }, i) => {
        const quality = qualityOf(letters[i]);
        return quality === "measured" ? [] : [{ band, place: of, observed, quality }];
      });
    });
    return written.length > 0 ? [...written, ...lettered] : lettered;
  }

  /** The rows so far as sources, with what follows from them. */
  take(origin: Origin): Sources {
    const names = this.#names, missing = new Float64Array(names.length).fill(NaN);
    this.#countValues();
    const kept = this.#numbers.filter(({ target }) => !BAND_LIMITS.has(target));
    const given = new Map(
      kept.map(({ target, values }) => [target, values.slice(0, names.length)]),
    );
    for (const name of EXTRAS) if (!given.has(name)) given.set(name, missing);
    const of = (target: string) => given.get(target) ?? missing.slice();
    const position = { ra: of("ra"), dec: of("dec") }, l = of("gal_l"), b = of("gal_b");
    const set = (row: number, place: ReturnType<ToIcrs>) =>
      [position.ra[row], position.dec[row]] = [place.ra, place.dec];
    names.forEach((_, row) => {
      if (isNaN(position.ra[row]) || isNaN(position.dec[row])) {
        set(row, fromGalactic(l[row], b[row]));
        if (isNaN(position.ra[row])) this.unplaced++;
        return;
      }
      if (this.#toIcrs) set(row, this.#toIcrs(position.ra[row], position.dec[row]));
      const own = toGalactic(position.ra[row], position.dec[row]);
      if (separationArcsec(own.l, own.b, l[row], b[row]) > SAME_PLACE_ARCSEC) this.contradicted++;
      l[row] = own.l;
      b[row] = own.b;
    });
    given.set("gal_l", l).set("gal_b", b);
    given.delete("ra");
    given.delete("dec");
    const sources = {
      origin,
      names,
      ...position,
      matrix: fillDerived(given, position),
      ...(this.#options.labelled &&
        { labels: toLabels(this.#classes), catalogues: this.#catalogues }),
      extras: Object.fromEntries(
        this.#options.carried.map(({ name }, i) => [name, this.#extras[i]]),
      ),
    };
    [this.#names, this.#classes, this.#catalogues] = [[], [], []];
    this.#extras = this.#options.carried.map(() => []);
    return withFluxLimits(sources);
  }

  /** Counts what the rows so far have. */
  #countValues(): void {
    const { length } = this.#names, isDark = new Uint8Array(length).fill(1);
    for (const { values, count, isFlux, training } of this.#numbers) {
      for (let row = 0; row < length; row++) {
        const value = values[row];
        if (isNaN(value)) continue;
        if (isFlux) isDark[row] = 0;
        if (isFlux && value <= 0) {
          count.limits++;
          continue;
        }
        count.present++;
        if (value < training.min || value > training.max) count.outside++;
      }
    }
    if (this.#numbers.some(({ isFlux }) => isFlux)) {
      this.dark += isDark.reduce((sum, is) => sum + is, 0);
    }
  }

  #textAt(place: number, target: string): string {
    const column = this.#places.get(target);
    if (column === undefined) return "";
    const { irregular, cells } = this.#piece;
    const cell = irregular.get(place)?.[column] ?? cellOf(cells[column], place);
    if (typeof cell === "string") return cell.trim();
    return typeof cell === "object" || Number.isNaN(cell) ? "" : String(cell ?? "");
  }
}

/** The numbers of a column's cells where they are nothing else, NaN where they may be. */
function plainNumbers(cells: Cells, nRows: number): Float64Array {
  if (cells instanceof Float64Array) return cells;
  if (cells instanceof TextCells) return cells.numbers();
  return Float64Array.from({ length: nRows }, (_, place) => {
    const cell = cells[place];
    return typeof cell === "number" ? cell : typeof cell === "string" ? toNumber(cell) : NaN;
  });
}

/** Names of rows that people and programs put below a table. */
const SUMMARY =
  /^(total|sum|mean|average|avg\.?|median|std(\.?\s?dev)?\.?|stddev|min(imum)?|max(imum)?|rms)\s*:?$/i;

function isIn(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
