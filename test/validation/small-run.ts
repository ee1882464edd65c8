// A cumulative cross-validation of 240 invented rows. Run as a program it prints a line per
// finished fold, then a digest of all predictions: `small-run.ts CACHE_FOLDER WORKERS`.
import { createHash } from "node:crypto";
import { random } from "@csc-classify/forests";
import { crossValidate, type CrossValidationOptions } from "#lib/validation/cross-validate.ts";

export function smallRun(cacheFolder: string, workers: number): CrossValidationOptions {
  const stream = random(1, "small run");
  const nRows = 240, names = ["a", "b", "c"];
  const labels = Int32Array.from({ length: nRows }, (_, row) => row % 8);
  const values = Float64Array.from(
    { length: nRows * 3 },
    (_, i) => labels[Math.floor(i / 3)] * (i % 3) + stream.normal(),
  );
  return {
    matrix: { values, nRows, nColumns: 3, names },
    labels,
    spec: {
      algorithm: "random-forest",
      parameters: { trees: 30, maxDepth: 8 },
      features: names,
      transforms: ["scale-min-max", "impute-mode"],
      oversample: { method: "smote", neighbours: 4 },
    },
    folds: 5,
    iterations: 4,
    seed: 9,
    workers,
    cacheFolder,
  };
}

if (import.meta.main) {
  const [folder, workers] = Deno.args;
  const { iterations, fitted } = await crossValidate({
    ...smallRun(folder, Number(workers)),
    onProgress: (done) => console.log(`fold ${done}`),
  });
  const digest = createHash("sha256");
  for (const { probabilities } of iterations) digest.update(new Uint8Array(probabilities.buffer));
  console.log(`fitted ${fitted}`);
  console.log(digest.digest("hex"));
}
