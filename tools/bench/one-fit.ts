/**
 * Fits one model on one fold in a process of its own: `deno run one-fit.ts FOLDER MODEL SEED [SIZE]`,
 * of SIZE rounds, trees or epochs.
 */
import process from "node:process";
import { writeAtomic } from "@csc-classify/safe-files";
import { type Matrix, smote, type TrainingSet } from "@csc-classify/forests";
import { findAlgorithm } from "#lib/models/pipeline.ts";
import {
  type BenchModel,
  type Measurement,
  PIPELINES,
  SAMPLE_OF,
  SIZE_OF,
  WARM_UP,
} from "./models.ts";
import { fromNpy, toNpy } from "./npy.ts";

const [folder, model, seed] = [Deno.args[0], Deno.args[1] as BenchModel, Number(Deno.args[2])];
const sample = SAMPLE_OF[model];
const labels = read("labels").array as Int32Array;
const nClasses = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
const training: TrainingSet = {
  matrix: matrix("features"),
  labels,
  nClasses,
  weights: sample === "weighted" ? read("weights").array as Float64Array : undefined,
};
const held = matrix("held");
await fit(model === "mlp" ? 1 : WARM_UP);

const wall = performance.now(), cpu = process.cpuUsage();
const fitted = await fit(Number(Deno.args[3] ?? 0));
const { user, system } = process.cpuUsage(cpu);
const fitSeconds = (performance.now() - wall) / 1000;
const start = performance.now();
const probabilities = fitted?.predictProbabilities(held) ??
  new Float64Array(held.nRows * nClasses);
const measurement: Measurement = {
  fitSeconds,
  fitCpuSeconds: (user + system) / 1e6,
  predictSeconds: (performance.now() - start) / 1000,
  peakBytes: peakBytes(),
};
await writeAtomic(`${folder}/ours-${model}.npy`, toNpy(probabilities, [held.nRows, nClasses]));
console.log(JSON.stringify(measurement));

/** As in the paper, or of `size` rounds, trees or epochs. */
async function fit(size?: number) {
  if (model === "smote") return void smote(training, { seed });
  const { algorithm, parameters } = PIPELINES[model];
  const smaller = size && { [SIZE_OF[model]]: size };
  const found = await findAlgorithm(algorithm);
  return await found.fit(training, { ...parameters, ...smaller }, { seed });
}

function read(name: string) {
  return fromNpy(Deno.readFileSync(`${folder}/${sample}-${name}.npy`));
}

function matrix(name: string): Matrix {
  const { array, shape: [nRows, nColumns] } = read(name);
  return {
    values: array as Float64Array,
    nRows,
    nColumns,
    names: Array.from({ length: nColumns }, (_, i) => `${i}`),
  };
}

/** Largest resident set. Linux's maxRSS would begin with the parent's, from before exec. */
function peakBytes(): number {
  if (Deno.build.os !== "linux") return process.resourceUsage().maxRSS * 1024;
  return 1024 * Number(/VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))![1]);
}
