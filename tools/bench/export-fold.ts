import { makeFolder, writeAtomic } from "@csc-classify/safe-files";
import { FEATURE_NAMES } from "@csc-classify/chandra-sources";
import {
  classWeights,
  imputeMode,
  type Matrix,
  scaleMinMax,
  smote,
  takeRows,
} from "@csc-classify/forests";
import { toNpy } from "./npy.ts";

/** A labelled table and the rows of one fold. */
interface Fold {
  readonly matrix: Matrix;
  readonly labels: Int32Array;
  readonly fit: Int32Array;
  readonly held: Int32Array;
  readonly seed: number;
}

/** Writes one fold as both sides read it: prepared by our steps, fitted on its training rows. */
export async function exportFold(folder: string, fold: Fold): Promise<void> {
  await makeFolder(folder);
  const labels = Int32Array.from(fold.fit, (row) => fold.labels[row]);
  const [fit, held] = [fold.fit, fold.held].map((rows) => takeRows(fold.matrix, rows));
  const scale = scaleMinMax.fit(fit);
  const [scaled, scaledHeld] = [fit, held].map((matrix) => scaleMinMax.apply(matrix, scale));
  const modes = imputeMode.fit(scaled);
  const [full, fullHeld] = [scaled, scaledHeld].map((matrix) => imputeMode.apply(matrix, modes));
  const nClasses = 8;
  const more = smote({ matrix: full, labels, nClasses }, { seed: fold.seed });

  const weights = classWeights(labels, nClasses, { lambda: 0.07 });
  const samples = {
    weighted: { features: scaled, labels, held: scaledHeld, weights },
    imputed: { features: full, labels, held: fullHeld },
    oversampled: { features: more.matrix, labels: more.labels, held: fullHeld },
  };
  for (const [sample, arrays] of Object.entries(samples)) {
    for (const [name, array] of Object.entries(arrays)) {
      const npy = array instanceof Int32Array || array instanceof Float64Array
        ? toNpy(array, [array.length])
        : toNpy(array.values, [array.nRows, FEATURE_NAMES.length]);
      await writeAtomic(`${folder}/${sample}-${name}.npy`, npy);
    }
  }
}
