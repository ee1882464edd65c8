/** Bytes of a pickle, opcode by opcode: just enough to write what the readers are tested on. */
export const OP = {
  proto: (version: number) => [0x80, version],
  global: (module: string, name: string) => [0x63, ...ascii(`${module}\n${name}\n`)],
  text: (text: string) => [0x58, ...uint32(ascii(text).length), ...ascii(text)],
  small: (n: number) => [0x4b, n],
  int: (n: number) => [0x4a, ...uint32(n >>> 0)],
  float: (n: number) => [0x47, ...float64(n, false)],
  put: (key: number) => [0x71, key],
  get: (key: number) => [0x68, key],
  none: [0x4e],
  yes: [0x88],
  no: [0x89],
  mark: [0x28],
  emptyTuple: [0x29],
  tuple1: [0x85],
  tuple2: [0x86],
  tuple3: [0x87],
  tuple: [0x74],
  emptyList: [0x5d],
  append: [0x61],
  appends: [0x65],
  emptyDict: [0x7d],
  setItems: [0x75],
  newObject: [0x81],
  reduce: [0x52],
  build: [0x62],
  stop: [0x2e],
} as const;

/** A dict of texts to encoded values. */
export function dict(entries: Readonly<Record<string, readonly number[]>>): number[] {
  const items = Object.entries(entries).flatMap(([key, value]) => [...OP.text(key), ...value]);
  return [...OP.emptyDict, ...OP.mark, ...items, ...OP.setItems];
}

/** An object of a class with a state. */
export function object(module: string, name: string, state: readonly number[]): number[] {
  return [...OP.global(module, name), ...OP.emptyTuple, ...OP.newObject, ...state, ...OP.build];
}

/** A list of encoded values. */
export function list(...values: readonly (readonly number[])[]): number[] {
  return [...OP.emptyList, ...OP.mark, ...values.flat(), ...OP.appends];
}

/** A tuple of encoded values. */
export function tuple(...values: readonly (readonly number[])[]): number[] {
  return [...OP.mark, ...values.flat(), ...OP.tuple];
}

/** An array of float64 as joblib stores it: a wrapper, then the bytes. */
export function floatArray(shape: readonly number[], values: readonly number[]): number[] {
  const dtype = [
    ...OP.global("numpy", "dtype"),
    ...tuple(OP.text("f8"), OP.no, OP.yes),
    ...OP.reduce,
  ];
  return [
    ...object(
      "joblib.numpy_pickle",
      "NumpyArrayWrapper",
      dict({ shape: tuple(...shape.map(OP.int)), order: OP.text("C"), dtype }),
    ),
    ...values.flatMap((value) => float64(value, true)),
  ];
}

/** An array of texts as joblib stores it: a wrapper, then a pickle of its own. */
export function textArray(texts: readonly string[]): number[] {
  const dtype = [
    ...OP.global("numpy", "dtype"),
    ...tuple(OP.text("O8"), OP.no, OP.yes),
    ...OP.reduce,
  ];
  const state = tuple(
    OP.small(1),
    tuple(OP.int(texts.length)),
    OP.none,
    OP.no,
    list(...texts.map(OP.text)),
  );
  return [
    ...object("joblib.numpy_pickle", "NumpyArrayWrapper", dict({ dtype })),
    ...OP.proto(2),
    ...OP.global("numpy.core.multiarray", "_reconstruct"),
    ...OP.emptyTuple,
    ...OP.reduce,
    ...state,
    ...OP.build,
    ...OP.stop,
  ];
}

/** A pickle of the authors' class with a table of `columns.length` x `names.length`. */
export function encodeModel(
  names: readonly string[],
  classes: readonly string[],
  columns: readonly string[],
  stored: readonly number[],
): Uint8Array {
  const index = (texts: readonly string[]) => [
    ...OP.global("pandas.core.indexes.base", "_new_Index"),
    ...OP.global("pandas.core.indexes.base", "Index"),
    ...dict({ data: textArray(texts), name: OP.none }),
    ...OP.tuple2,
    ...OP.reduce,
  ];
  const manager = (name: string, ...parts: readonly (readonly number[])[]) =>
    object("pandas.core.internals.managers", name, tuple(...parts));
  const table = manager(
    "BlockManager",
    list(index(columns), index(names)),
    list(floatArray([columns.length, names.length], stored)),
    list(index(columns)),
  );
  const label = manager("SingleBlockManager", list(index(names)), list(textArray(classes)));
  const booster = object("lightgbm.basic", "Booster", dict({ handle: OP.text("tree\n") }));
  return Uint8Array.from([
    ...OP.proto(3),
    ...object(
      "utilities_v2",
      "make_model",
      dict({
        clf: object("lightgbm.sklearn", "LGBMClassifier", dict({ _Booster: booster })),
        train_data: object("pandas.core.frame", "DataFrame", dict({ _mgr: table })),
        label: object("pandas.core.series", "Series", dict({ _mgr: label })),
      }),
    ),
    ...OP.stop,
  ]);
}

function ascii(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

function uint32(n: number): number[] {
  return [...new Uint8Array(new Uint32Array([n]).buffer)];
}

function float64(n: number, littleEndian: boolean): number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, n, littleEndian);
  return [...new Uint8Array(view.buffer)];
}
