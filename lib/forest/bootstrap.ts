import type { Random } from "../run/random.ts";

/** A bootstrap sample of a training set's rows. */
export interface Bootstrap {
  /** The distinct rows drawn, ascending. */
  readonly rows: Int32Array;
  /** `[nRows]` how often each row was drawn, times its sample weight. */
  readonly weights: Float64Array;
}

/** Draws as many rows as there are, with replacement, each with the same chance. */
export function bootstrap(nRows: number, stream: Random, sampleWeights?: Float64Array): Bootstrap {
  const weights = new Float64Array(nRows);
  for (let draw = 0; draw < nRows; draw++) weights[Math.floor(stream.uniform() * nRows)]++;
  if (sampleWeights) { for (let row = 0; row < nRows; row++) weights[row] *= sampleWeights[row]; }
  const rows = new Int32Array(nRows);
  let nDistinct = 0;
  for (let row = 0; row < nRows; row++) if (weights[row] > 0) rows[nDistinct++] = row;
  return { rows: rows.slice(0, nDistinct), weights };
}
