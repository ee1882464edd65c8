/**
 * Which columns of a table somebody wants, where each is decoded by itself. Until that is told all
 * are tried, and one that fails reads as missing: it hinders nobody who does not need it.
 */
export class WantedColumns {
  readonly #all: number;
  #places?: ReadonlySet<number>;
  readonly #failures = new Map<number, unknown>();

  constructor(nColumns: number) {
    this.#all = nColumns;
  }

  /** @throws What went wrong before with one of them. */
  want(places: readonly number[]): void {
    this.#places = new Set(places);
    for (const place of places) if (this.#failures.has(place)) throw this.#failures.get(place);
  }

  /** Whether somebody has told. */
  get isTold(): boolean {
    return this.#places !== undefined;
  }

  has(place: number): boolean {
    return this.#places?.has(place) ?? true;
  }

  /** Takes note of a column that cannot be read. @throws That, once it is known to be wanted. */
  fail(place: number, error: unknown): void {
    if (this.#places) throw error;
    this.#failures.set(place, error);
  }

  /** Where nobody ever told, all were wanted. @throws What went wrong. */
  end(): void {
    const [first] = this.#failures.values();
    if (!this.#places && this.#failures.size > 0) throw first;
  }

  /** Places of the columns to decode. */
  *[Symbol.iterator](): Generator<number> {
    for (let place = 0; place < this.#all; place++) if (this.has(place)) yield place;
  }
}
