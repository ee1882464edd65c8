/**
 * Fits LightGBM on one exported fold in whatever runs JavaScript; `engines.ts` bundles it
 * and runs it: FOLDER MODULE. Prints the processor seconds of the fit, after a warm-up.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { Dataset, instantiateLightgbm, train } from "@csc-classify/lightgbm-wasm";
import { fromNpy } from "./npy.ts";

const [folder, module] = process.argv.slice(2);
const read = (name: string) =>
  fromNpy(new Uint8Array(readFileSync(`${folder}/weighted-${name}.npy`)));
const { array, shape: [nRows, nColumns] } = read("features");
const names = Array.from({ length: nColumns }, (_, i) => `c${i}`);
const matrix = { values: array as Float64Array, nRows, nColumns, names };
const [labels, weights] = [read("labels").array, read("weights").array];
const heap = await instantiateLightgbm(readFileSync(module));

async function fit(num_iterations: number): Promise<void> {
  const parameters = {
    num_iterations,
    objective: "multiclass" as const,
    num_class: 8,
    seed: 42,
    num_leaves: 31,
    learning_rate: 0.1,
    is_unbalance: true,
    force_col_wise: true,
    deterministic: true,
  };
  using dataset = new Dataset(heap, {
    matrix,
    labels: labels as Int32Array,
    weights: weights as Float64Array,
    parameters,
  });
  using _booster = await train(dataset, parameters);
}

await fit(30);
const cpu = process.cpuUsage();
await fit(100);
const { user, system } = process.cpuUsage(cpu);
console.log((user + system) / 1e6);
