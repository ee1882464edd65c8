import { Booster, Dataset, type DatasetOptions } from "./lightgbm-data.ts";
import { Heap } from "./lightgbm-memory.ts";
import { type LightgbmParameters, train, type TrainOptions } from "./lightgbm-training.ts";

/** LightGBM, in a WASM memory of its own. What it makes must be disposed of: `using`. */
export class Lightgbm {
  constructor(readonly heap: Heap) {}

  /** See {@link Dataset}. */
  dataset(options: DatasetOptions): Dataset {
    return new Dataset(this.heap, options);
  }

  /** See {@link train}. */
  train(
    dataset: Dataset,
    parameters: LightgbmParameters,
    options?: TrainOptions,
  ): Promise<Booster> {
    return train(dataset, parameters, options);
  }

  /** See {@link Booster.fromText}. */
  boosterFromText(text: string): Booster {
    return Booster.fromText(this.heap, text);
  }
}

/**
 * LightGBM from the bytes of the build, in Deno, a worker or a browser alike: it touches neither
 * disk nor network.
 */
export async function instantiateLightgbm(bytes: BufferSource): Promise<Lightgbm> {
  const module = await WebAssembly.compile(bytes);
  let heap: Heap | undefined = undefined;
  const instance = await WebAssembly.instantiate(module, imports(module, () => heap!));
  heap = new Heap(instance.exports);
  (instance.exports._initialize as () => void)();
  return new Lightgbm(heap);
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
