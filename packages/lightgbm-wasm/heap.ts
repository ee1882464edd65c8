/** An error of LightGBM itself, with its own message. */
export class LightgbmError extends Error {
  override name = "LightgbmError";
}

type Function = (...args: (number | bigint)[]) => number;

/**
 * LightGBM from the bytes of the build, in a WASM memory of its own; in Deno, a worker or a browser
 * alike, for it touches neither disk nor network. What is made in it must be disposed of: `using`.
 */
export async function instantiateLightgbm(bytes: BufferSource): Promise<Heap> {
  const module = await WebAssembly.compile(bytes);
  let heap: Heap | undefined = undefined;
  const instance = await WebAssembly.instantiate(module, imports(module, () => heap!));
  heap = new Heap(instance.exports);
  (instance.exports._initialize as () => void)();
  return heap;
}

/** The few things that LightGBM asks of a system; all else is files, threads and sockets. */
function imports(module: WebAssembly.Module, heap: () => Heap): WebAssembly.Imports {
  const zeros = (address: number, bytes: number) => {
    heap().write(address, new Uint8Array(bytes));
    return 0;
  };
  const functions: Record<string, (...args: number[]) => unknown> = {
    emscripten_notify_memory_growth: () => {},
    // its messages come as exceptions; what it prints besides is dropped
    fd_write: (_file, vectors, count, written) => {
      let bytes = 0;
      for (let i = 0; i < count; i++) bytes += heap().int32(vectors + 8 * i + 4);
      heap().write(written, Int32Array.of(bytes));
      return 0;
    },
    environ_sizes_get: (count, size) => {
      heap().write(count, Int32Array.of(0));
      heap().write(size, Int32Array.of(0));
      return 0;
    },
    environ_get: () => 0,
    // LightGBM seeds generators with it that the seed parameter seeds again
    getentropy: zeros,
    random_get: zeros,
    clock_time_get: (_clock, _precision, time) => {
      heap().write(time, BigInt64Array.of(BigInt(Math.round(performance.now() * 1e6))));
      return 0;
    },
  };
  const result: WebAssembly.Imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    (result[from] ??= {})[name] = functions[name] ?? (() => {
      throw new Error(`LightGBM asked for ${name}, which this build leaves out`);
    });
  }
  return result;
}

/**
 * The memory of one LightGBM instance and the calls into it. Views are made on each use: a view
 * kept over a call is dead once the memory has grown.
 */
export class Heap {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Readonly<Record<string, Function>>;

  constructor(exports: WebAssembly.Exports) {
    this.#memory = exports.memory as WebAssembly.Memory;
    this.#exports = exports as Record<string, Function>;
  }

  /** Bytes the instance holds; memory that is freed is used again, but never returned. */
  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /**
   * Calls `LGBM_<name>` of the C API.
   *
   * @throws LightgbmError with the library's message.
   */
  call(name: string, ...args: (number | bigint)[]): void {
    if (this.#exports[`LGBM_${name}`](...args) !== 0) {
      throw new LightgbmError(`${name}: ${this.text(this.#exports.LGBM_GetLastError())}`);
    }
  }

  /** Room for the arguments of a few calls, freed when the scope is disposed. */
  scope(): Scope {
    return new Scope(this, this.#exports.malloc, this.#exports.free);
  }

  /** `length` float64 at an address, copied. */
  float64(address: number, length: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address >>> 0, length).slice();
  }

  /** The 32-bit integer at an address. */
  int32(address: number): number {
    return new DataView(this.#memory.buffer).getInt32(address >>> 0, true);
  }

  /** The 64-bit integer at an address, which must fit a double. */
  int64(address: number): number {
    return Number(new DataView(this.#memory.buffer).getBigInt64(address >>> 0, true));
  }

  /** The UTF-8 text at an address, to its closing zero. */
  text(address: number): string {
    const bytes = new Uint8Array(this.#memory.buffer);
    const start = address >>> 0;
    return new TextDecoder().decode(bytes.slice(start, bytes.indexOf(0, start)));
  }

  /** Copies bytes to an address. */
  write(address: number, content: ArrayBufferView): void {
    const { buffer, byteOffset, byteLength } = content;
    const source = new Uint8Array(buffer, byteOffset, byteLength);
    new Uint8Array(this.#memory.buffer).set(source, address >>> 0);
  }
}

/** Addresses that live as long as the scope. */
class Scope implements Disposable {
  readonly #addresses: number[] = [];

  constructor(
    private readonly heap: Heap,
    private readonly malloc: Function,
    private readonly release: Function,
  ) {}

  /**
   * Address of `bytes` fresh bytes.
   *
   * @throws RangeError when the 4 GiB of a WASM memory are used up.
   */
  room(bytes: number): number {
    const address = this.malloc(bytes);
    if (address === 0) {
      throw new RangeError(
        `LightGBM is out of memory: ${bytes} bytes more than the ${this.heap.bytes} it holds; ` +
          "dispose of datasets and boosters that are done, or use fewer rows at once",
      );
    }
    this.#addresses.push(address);
    return address >>> 0;
  }

  /** Address of a copy of `content`. */
  copy(content: ArrayBufferView): number {
    const address = this.room(content.byteLength);
    this.heap.write(address, content);
    return address;
  }

  /** Address of `text` in UTF-8, closed by a zero. */
  text(text: string): number {
    return this.copy(new TextEncoder().encode(text + "\0"));
  }

  [Symbol.dispose](): void {
    for (const address of this.#addresses.splice(0)) this.release(address);
  }
}

/** A C API object: freed once, refused afterwards. */
export class Handle implements Disposable {
  #address: number;

  constructor(readonly heap: Heap, readonly kind: "Dataset" | "Booster", address: number) {
    this.#address = address;
  }

  /** Its address for a call. @throws TypeError once disposed. */
  get address(): number {
    if (this.#address === 0) throw new TypeError(`this ${this.kind} has been disposed of`);
    return this.#address;
  }

  [Symbol.dispose](): void {
    if (this.#address !== 0) this.heap.call(`${this.kind}Free`, this.#address);
    this.#address = 0;
  }
}
