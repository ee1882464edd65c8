/** A Python value read as data. Tuples and lists are arrays; objects are inert records. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | NumericArray
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleGlobal
  | PickleObject;

/** A name such as `numpy ndarray`: a name only, nothing is looked up. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** What the stream says of an object: which class, made from what, and its state. Never made. */
export class PickleObject {
  state: PickleValue = null;
  constructor(readonly className: string, readonly args: PickleValue[]) {}
}

/** An array of float64 that joblib stores inline: `product(shape)` values in `order`. */
export class NumericArray {
  constructor(
    readonly shape: readonly number[],
    readonly order: "C" | "F",
    readonly values: Float64Array,
  ) {}
}

/** The stream is not a pickle this reader takes: what was found, and where. */
export class PickleError extends Error {
  override name = "PickleError";
  constructor(what: string, readonly position: number) {
    super(`pickle, byte ${position}: ${what}; the file is damaged or of another kind`);
  }
}

/** Bounds that no honest file of ours comes near. */
const MAX_OPERATIONS = 1_000_000, MAX_STACK = 100_000, MAX_PICKLES_INSIDE = 4;
const JOBLIB_ARRAY = "joblib.numpy_pickle NumpyArrayWrapper";

/**
 * Reads a joblib pickle (protocols 2 and 3) as data. Only the opcodes of plain values, containers
 * and object descriptions are known; nothing is imported, called or built. Numeric arrays that
 * joblib stores behind a NumpyArrayWrapper become {@link NumericArray}; arrays of objects are the
 * pickle joblib puts in the same place.
 *
 * Formats: https://github.com/python/cpython/blob/3.12/Lib/pickletools.py and joblib's
 * numpy_pickle.py.
 *
 * @throws PickleError with the position of the first byte that cannot be taken.
 */
export function readPickle(bytes: Uint8Array): PickleValue {
  const cursor = new Cursor(bytes);
  const value = interpret(cursor, 0);
  if (cursor.position !== bytes.length) {
    throw new PickleError(`${bytes.length - cursor.position} bytes after the end`, cursor.position);
  }
  return value;
}

/** Reads forward and never past the end. */
class Cursor {
  position = 0;
  operations = 0;
  readonly #view: DataView;
  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  /** Position of `count` bytes from here, which are then passed. */
  take(count: number): number {
    const start = this.position, left = this.bytes.length - start;
    if (count > left) throw new PickleError(`${count} bytes wanted, ${left} left`, start);
    this.position += count;
    return start;
  }
  uint8 = () => this.bytes[this.take(1)];
  uint16 = () => this.#view.getUint16(this.take(2), true);
  uint32 = () => this.#view.getUint32(this.take(4), true);
  int32 = () => this.#view.getInt32(this.take(4), true);
  float64 = () => this.#view.getFloat64(this.take(8), false);
  slice(count: number): Uint8Array {
    const start = this.take(count);
    return this.bytes.subarray(start, start + count);
  }
  text(count: number): string {
    const start = this.position, bytes = this.slice(count);
    try {
      return UTF8.decode(bytes);
    } catch {
      throw new PickleError("text that is not UTF-8", start);
    }
  }
  /** ASCII up to a line feed, which is passed: module and class names. */
  line(): string {
    const end = this.bytes.subarray(this.position, this.position + 200).indexOf(10);
    if (end < 0) throw new PickleError("a name without an end", this.position);
    return this.text(end + 1).slice(0, -1);
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** One pickle from the cursor to its STOP. */
function interpret(cursor: Cursor, depth: number): PickleValue {
  const machine = new Machine(cursor, depth);
  while (true) {
    const at = cursor.position;
    if (++cursor.operations > MAX_OPERATIONS) {
      throw new PickleError(`more than ${MAX_OPERATIONS} operations`, at);
    }
    const opcode = cursor.uint8();
    if (opcode === STOP) return machine.finish();
    const operation = OPERATIONS[opcode];
    if (!operation) {
      throw new PickleError(`opcode 0x${opcode.toString(16).padStart(2, "0")} is not taken`, at);
    }
    operation(machine, cursor);
  }
}

/** Stack, marks and memo of one pickle. */
class Machine {
  readonly stack: PickleValue[] = [];
  readonly marks: number[] = [];
  readonly memo = new Map<number, PickleValue>();
  constructor(readonly cursor: Cursor, readonly depth: number) {}

  fail(what: string): never {
    throw new PickleError(what, this.cursor.position - 1);
  }
  push(value: PickleValue): void {
    if (this.stack.length >= MAX_STACK) this.fail(`a stack of more than ${MAX_STACK} values`);
    this.stack.push(value);
  }
  /** The last of the values above the last mark. */
  top(): PickleValue {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) this.fail("a value wanted, the stack empty");
    return this.stack.at(-1)!;
  }
  pop(): PickleValue {
    const value = this.top();
    this.stack.pop();
    return value;
  }
  popTuple(length: number): PickleValue[] {
    return Array.from({ length }, () => this.pop()).reverse();
  }
  /** The values above the last mark, which goes. */
  popToMark(): PickleValue[] {
    return this.stack.splice(this.marks.pop() ?? this.fail("a mark wanted"));
  }
  recall(key: number): void {
    if (!this.memo.has(key)) this.fail(`memo ${key} read before it is set`);
    this.push(this.memo.get(key)!);
  }
  /** An object that is neither made nor called: class and arguments become a record. */
  describe(): void {
    const args = this.pop(), of = this.pop();
    if (!Array.isArray(args)) this.fail("arguments that are not a tuple");
    if (!(of instanceof PickleGlobal)) this.fail("an object of no class");
    this.push(new PickleObject(of.name, args));
  }
  appendTo(items: PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) this.fail("an item for what is not a list");
    for (const item of items) list.push(item);
  }
  setItems(items: PickleValue[]): void {
    const dict = this.top();
    const target = dict instanceof PickleObject
      ? (dict.state = dict.state instanceof Map ? dict.state : new Map())
      : dict;
    if (!(target instanceof Map)) this.fail("an item for what is not a dict");
    if (items.length % 2) this.fail("a key without a value");
    for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
  }
  /** Gives the object on top its state; a joblib wrapper is replaced by the array behind it. */
  build(): void {
    const state = this.pop(), object = this.top();
    if (!(object instanceof PickleObject)) this.fail("a state for what is not an object");
    object.state = state;
    if (object.className !== JOBLIB_ARRAY) return;
    this.stack[this.stack.length - 1] = this.readArray(state);
  }
  readArray(state: PickleValue): PickleValue {
    const field = (name: string) => state instanceof Map ? state.get(name) : undefined;
    const dtype = field("dtype"), shape = field("shape"), order = field("order");
    const type = dtype instanceof PickleObject ? dtype.args[0] : undefined;
    if (field("numpy_array_alignment_bytes") != null) this.fail("an array with padding");
    if (type === "O8") {
      if (this.depth >= MAX_PICKLES_INSIDE) this.fail("pickles too deep inside each other");
      return interpret(this.cursor, this.depth + 1);
    }
    const isSize = (n: PickleValue) => Number.isSafeInteger(n) && (n as number) >= 0;
    if (type !== "f8" || !Array.isArray(shape) || !shape.every(isSize) || shape.length > 4) {
      this.fail(`an array that is not of float64: type ${String(type)}`);
    }
    if (order !== "C" && order !== "F") this.fail(`an array of order ${String(order)}`);
    const length = (shape as number[]).reduce((product, n) => product * n, 1);
    const bytes = this.cursor.slice(8 * length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const values = Float64Array.from({ length }, (_, i) => view.getFloat64(8 * i, true));
    return new NumericArray(shape as number[], order, values);
  }
  finish(): PickleValue {
    if (this.stack.length !== 1 || this.marks.length) this.fail("an end before the value is whole");
    return this.stack[0];
  }
}

type Operation = (machine: Machine, cursor: Cursor) => void;
const STOP = 0x2e;

/** The opcodes taken, by code; every other is refused. */
const OPERATIONS: Readonly<Record<number, Operation>> = {
  0x80: (m, c) => { // PROTO
    const protocol = c.uint8();
    if (protocol !== 2 && protocol !== 3) m.fail(`protocol ${protocol}, expected 2 or 3`);
  },
  0x4e: (m) => m.push(null), // NONE
  0x88: (m) => m.push(true), // NEWTRUE
  0x89: (m) => m.push(false), // NEWFALSE
  0x4b: (m, c) => m.push(c.uint8()), // BININT1
  0x4d: (m, c) => m.push(c.uint16()), // BININT2
  0x4a: (m, c) => m.push(c.int32()), // BININT
  0x47: (m, c) => m.push(c.float64()), // BINFLOAT
  0x58: (m, c) => m.push(c.text(c.uint32())), // BINUNICODE
  0x43: (m, c) => m.push(c.slice(c.uint8())), // SHORT_BINBYTES
  0x42: (m, c) => m.push(c.slice(c.uint32())), // BINBYTES
  0x28: (m) => void m.marks.push(m.stack.length), // MARK
  0x29: (m) => m.push([]), // EMPTY_TUPLE
  0x85: (m) => m.push(m.popTuple(1)), // TUPLE1
  0x86: (m) => m.push(m.popTuple(2)), // TUPLE2
  0x87: (m) => m.push(m.popTuple(3)), // TUPLE3
  0x74: (m) => m.push(m.popToMark()), // TUPLE
  0x5d: (m) => m.push([]), // EMPTY_LIST
  0x61: (m) => m.appendTo([m.pop()]), // APPEND
  0x65: (m) => m.appendTo(m.popToMark()), // APPENDS
  0x7d: (m) => m.push(new Map()), // EMPTY_DICT
  0x73: (m) => m.setItems(m.popTuple(2)), // SETITEM
  0x75: (m) => m.setItems(m.popToMark()), // SETITEMS
  0x71: (m, c) => void m.memo.set(c.uint8(), m.top()), // BINPUT
  0x72: (m, c) => void m.memo.set(c.uint32(), m.top()), // LONG_BINPUT
  0x68: (m, c) => m.recall(c.uint8()), // BINGET
  0x6a: (m, c) => m.recall(c.uint32()), // LONG_BINGET
  0x63: (m, c) => m.push(new PickleGlobal(`${c.line()} ${c.line()}`)), // GLOBAL
  0x81: (m) => m.describe(), // NEWOBJ: described, not made
  0x52: (m) => m.describe(), // REDUCE: described, not called
  0x62: (m) => m.build(), // BUILD
};
