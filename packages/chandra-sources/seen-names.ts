// runs in a browser's page too

/** Numbers of a name: a hash of it and one of what its first row says, of 64 bits each. */
const WIDTH = 4;

/**
 * Which names have come, and whether their rows say the same: 16 bytes a name and as many free,
 * whatever the rows hold. Two of a billion names have the same hash with a chance of 1 in 40.
 */
export class SeenNames {
  #slots = new Uint32Array(WIDTH * 1024);
  #size = 0;
  readonly #name = new Uint32Array(2);
  readonly #row = new Uint32Array(2);

  /**
   * Takes a row of a name.
   *
   * @param numbers, texts What the row says; missing numbers are NaN, missing texts null.
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
    if (WIDTH * this.#size * 2 >= this.#slots.length) this.#grow();
    const at = this.#slotOf(this.#slots, this.#name[0], this.#name[1]);
    if (this.#slots[at] === 0) {
      this.#slots.set(this.#name, at);
      this.#slots.set(this.#row, at + 2);
      this.#size++;
      return "new";
    }
    const isSame = this.#slots[at + 2] === this.#row[0] && this.#slots[at + 3] === this.#row[1];
    return isSame ? "same" : "other";
  }

  /** Where a name is, or would be. */
  #slotOf(slots: Uint32Array, high: number, low: number): number {
    const mask = slots.length / WIDTH - 1;
    for (let slot = low & mask;; slot = (slot + 1) & mask) {
      const at = WIDTH * slot;
      if (slots[at] === 0 || (slots[at] === high && slots[at + 1] === low)) return at;
    }
  }

  #grow(): void {
    const old = this.#slots, larger = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += WIDTH) {
      if (old[at] === 0) continue;
      const slot = this.#slotOf(larger, old[at], old[at + 1]);
      larger.set(old.subarray(at, at + WIDTH), slot);
    }
    this.#slots = larger;
  }
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
