// runs in a browser's page too

/** Numbers of a name: a hash of it and one of what its first row says, of 64 bits each. */
const WIDTH = 4;
/**
 * Parts of the table that grow one by one, so that the old and the new lie in memory of one. They are
 * few: blocks of less than a quarter of a megabyte would leave holes that no system gets back.
 */
const PARTS = 8;
/** How full a part becomes, and by how much it then grows. */
const MOST_FULL = 0.75, GROWTH = 1.5;

/**
 * Which names have come, and whether their rows say the same: 21 to 32 bytes a name, whatever the
 * rows hold. Two of a billion names have the same hash with a chance of 1 in 40.
 */
export class SeenNames {
  /** How many names have rows that differ. */
  differing = 0;
  readonly #parts: Uint32Array[] = Array.from({ length: PARTS }, () => new Uint32Array(WIDTH * 8));
  readonly #sizes = new Uint32Array(PARTS);
  readonly #name = new Uint32Array(2);
  readonly #row = new Uint32Array(2);

  /**
   * Takes a row of a name.
   *
   * @param numbers, texts What the row says; missing numbers are NaN, missing texts null.
   * @returns `other` from the first row on that says anything else than the name's first.
   */
  add(
    name: string,
    numbers: Float64Array,
    texts: readonly (string | number | boolean | null)[],
  ): "new" | "same" | "other" {
    begin(this.#name);
    addText(this.#name, name);
    begin(this.#row);
    for (const number of numbers) addNumber(this.#row, number);
    for (const text of texts) addText(this.#row, text === null ? "" : `=${text}`);
    const part = this.#name[1] % PARTS;
    let slots = this.#parts[part];
    if (WIDTH * this.#sizes[part] >= MOST_FULL * slots.length) {
      slots = this.#parts[part] = grown(slots);
    }
    const at = slotOf(slots, this.#name[0], this.#name[1]);
    if (slots[at] === 0) {
      slots.set(this.#name, at);
      slots.set(this.#row, at + 2);
      this.#sizes[part]++;
      return "new";
    }
    if (slots[at + 2] === this.#row[0] && slots[at + 3] === this.#row[1]) return "same";
    if (slots[at + 2] !== 0) {
      slots[at + 2] = 0; // no row's hash: they differ
      this.differing++;
    }
    return "other";
  }
}

/** Where a name is in a part, or would be. */
function slotOf(slots: Uint32Array, high: number, low: number): number {
  const n = slots.length / WIDTH;
  for (let slot = Math.floor(high / 2 ** 32 * n);; slot = slot + 1 < n ? slot + 1 : 0) {
    const at = WIDTH * slot;
    if (slots[at] === 0 || (slots[at] === high && slots[at + 1] === low)) return at;
  }
}

function grown(old: Uint32Array): Uint32Array {
  const larger = new Uint32Array(WIDTH * Math.ceil(GROWTH * old.length / WIDTH));
  for (let at = 0; at < old.length; at += WIDTH) {
    if (old[at] === 0) continue;
    larger.set(old.subarray(at, at + WIDTH), slotOf(larger, old[at], old[at + 1]));
  }
  return larger;
}

/** Two hashes of 32 bits, as MurmurHash3 mixes them (https://github.com/aappleby/smhasher). */
function begin(hash: Uint32Array): void {
  hash[0] = 0x9747b28c;
  hash[1] = 0x2f0b4c47;
}

function addWord(hash: Uint32Array, word: number): void {
  hash[0] = mixed(hash[0], word, 0xcc9e2d51, 0x1b873593);
  hash[1] = mixed(hash[1], word, 0x239b961b, 0xab0e9789);
  if (hash[0] === 0) hash[0] = 1; // 0 marks a free slot
}

function mixed(hash: number, word: number, first: number, second: number): number {
  const turned = turn(Math.imul(word, first), 15);
  return Math.imul(turn(hash ^ Math.imul(turned, second), 13), 5) + 0xe6546b64;
}

function turn(word: number, bits: number): number {
  return word << bits | word >>> (32 - bits);
}

const DOUBLE = new Float64Array(1), WORDS = new Uint32Array(DOUBLE.buffer);

function addNumber(hash: Uint32Array, number: number): void {
  DOUBLE[0] = isNaN(number) ? NaN : number; // one NaN of many
  addWord(hash, WORDS[0]);
  addWord(hash, WORDS[1]);
}

function addText(hash: Uint32Array, text: string): void {
  for (let i = 0; i < text.length; i++) addWord(hash, text.charCodeAt(i));
  addWord(hash, ~text.length);
}
