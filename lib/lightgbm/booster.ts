import type { Matrix } from "../catalogue/matrix.ts";
import { checkMatrix } from "./check-matrix.ts";
import { Handle, type Heap } from "./heap.ts";

const FLOAT64 = 1;
const SPLIT = 0;
/** What LGBM_BoosterPredictForMat can give. */
const PREDICT = { normal: 0, raw: 1, contributions: 3 } as const;
/** Most output values of one call, 2 MiB: large tables are scored in blocks of rows. */
const BLOCK_VALUES = 1 << 18;

/** A trained model in WASM memory. */
export class Booster implements Disposable {
  /** Raw scores a row: the classes, or 1 for `binary` and `regression`. */
  readonly nClasses: number;
  /** `[nFeatures]` names, in the order of the columns. */
  readonly names: readonly string[];

  constructor(readonly handle: Handle, names: readonly string[]) {
    this.names = names;
    this.nClasses = this.#count("BoosterGetNumClasses");
  }

  /**
   * Reads a model text, of this library or of the official one.
   *
   * @throws LightgbmError when it is not such a text; TypeError when it lacks feature names.
   */
  static fromText(heap: Heap, text: string): Booster {
    const names = /^feature_names=(.+)$/m.exec(text)?.[1].split(" ");
    if (!text.startsWith("tree\n") || !names) {
      throw new TypeError(
        `not a LightGBM model: the text begins "${text.slice(0, 40)}"; expected "tree", and a ` +
          'line "feature_names=..."',
      );
    }
    using scope = heap.scope();
    const rounds = scope.room(4), out = scope.room(4);
    heap.call("BoosterLoadModelFromString", scope.text(text), rounds, out);
    return new Booster(new Handle(heap, "Booster", heap.int32(out)), names);
  }

  /** Boosting rounds grown. */
  get rounds(): number {
    return this.#count("BoosterGetCurrentIteration");
  }

  /**
   * Class membership probabilities; for `regression` the prediction itself.
   *
   * @param matrix `[nRows x nFeatures]`, the columns of {@link names}; NaN is missing.
   * @returns `[nRows x nClasses]`, row-major; `[nRows]` of class 1 for `binary`.
   */
  predictProbabilities(matrix: Matrix): Float64Array {
    return this.#predict(matrix, PREDICT.normal, this.nClasses);
  }

  /** Sums of leaf values, before the softmax; shapes as {@link predictProbabilities}. */
  rawScores(matrix: Matrix): Float64Array {
    return this.#predict(matrix, PREDICT.raw, this.nClasses);
  }

  /**
   * TreeSHAP (Lundberg et al. 2020, doi:10.1038/s42256-019-0138-9): what each feature adds to a
   * row's raw score.
   *
   * @returns `[nRows x nClasses x (nFeatures + 1)]`, the mean score last in each class; the
   * entries of a class sum to its raw score.
   */
  contributions(matrix: Matrix): Float64Array {
    return this.#predict(matrix, PREDICT.contributions, this.nClasses * (this.names.length + 1));
  }

  /** `[nFeatures]`: how often each feature splits, or its total gain. */
  importance(kind: "split" | "gain"): Float64Array {
    const { heap, address } = this.handle;
    using scope = heap.scope();
    const out = scope.room(8 * this.names.length);
    heap.call("BoosterFeatureImportance", address, 0, kind === "gain" ? 1 : 0, out);
    return heap.float64(out, this.names.length);
  }

  /** The model as text, which the official library reads too. */
  toText(): string {
    const { heap, address } = this.handle;
    using scope = heap.scope();
    const needed = scope.room(8);
    const save = (bytes: number, out: number) =>
      heap.call("BoosterSaveModelToString", address, 0, -1, SPLIT, BigInt(bytes), needed, out);
    save(0, 0);
    const bytes = heap.int64(needed);
    const out = scope.room(bytes);
    save(bytes, out);
    return heap.text(out);
  }

  [Symbol.dispose](): void {
    this.handle[Symbol.dispose]();
  }

  #count(name: string): number {
    using scope = this.handle.heap.scope();
    const out = scope.room(4);
    this.handle.heap.call(name, this.handle.address, out);
    return this.handle.heap.int32(out);
  }

  #predict(matrix: Matrix, kind: number, width: number): Float64Array {
    checkMatrix(matrix, this.names);
    const { heap, address } = this.handle;
    const { values, nRows, nColumns } = matrix;
    const block = Math.max(1, Math.min(nRows, Math.floor(BLOCK_VALUES / width)));
    const result = new Float64Array(nRows * width);
    using scope = heap.scope();
    const data = scope.room(8 * block * nColumns), out = scope.room(8 * block * width);
    const length = scope.room(8), options = scope.text("num_threads=1 verbosity=-1");
    const rowMajor = 1, allRounds = [0, -1];
    for (let row = 0; row < nRows; row += block) {
      const rows = Math.min(block, nRows - row);
      heap.write(data, values.subarray(row * nColumns, (row + rows) * nColumns));
      const shape = [FLOAT64, rows, nColumns, rowMajor];
      heap.call(
        "BoosterPredictForMat",
        ...[address, data, ...shape, kind, ...allRounds, options, length, out],
      );
      result.set(heap.float64(out, rows * width), row * width);
    }
    return result;
  }
}
