import { Command } from "commander";
import { linearRegression } from "simple-statistics";
import { embedFonts } from "#figures/standalone-svg.ts";
import { FEATURE_NAMES } from "@csc-classify/chandra-sources";
import {
  classWeights,
  imputeMode,
  type Matrix,
  type Random,
  random,
  scaleMinMax,
  takeColumns,
} from "@csc-classify/forests";
import { CACHE } from "#lib/run/files.ts";
import { useOutFolder } from "../tasks/out-folder.ts";
import { writeAtomic, writeJson } from "@csc-classify/safe-files";
import { loadTrainingTable } from "#lib/tables/training-table.ts";
import { renderPng } from "#tools/report/render-figure.ts";
import { fitOurs, fitPython } from "./compare.ts";
import { type BenchModel, MODELS, SAMPLE_OF } from "./models.ts";
import { toNpy } from "./npy.ts";
import { scaleFigure } from "./scale-figure.ts";
import { referencePython } from "./reference-python.ts";

const FOLDER = `${CACHE}/bench/scale`;

/** Trees, rounds or epochs of a fit: costs grow with them in proportion. */
const SIZES: Readonly<Record<Exclude<BenchModel, "smote">, number>> = {
  rf: 20,
  gbdt: 4,
  lightgbm: 10,
  mlp: 1,
};
/** Rows are multiples of the table's. */
const AXES = { rows: [1, 2, 4, 8, 16], columns: [10, 20, 41, 82], classes: [2, 4, 8, 16] };

type Axis = keyof typeof AXES;

const program = new Command("deno run -A tools/bench/scale.ts")
  .description(
    "Processor seconds of a fit against rows, columns and classes, ours and Python's on one " +
      "thread, on the labelled table drawn again with a little noise; fewer trees, rounds and " +
      "epochs than the paper's. Writes out/bench-scale.json with the exponents, and a figure, " +
      "out/bench-scale.svg and .png.",
  )
  .option("--data <source>", "auto, published, simulated, or the path of a table", "auto")
  .option("--models <names>", `of ${Object.keys(SIZES).join(",")}`, Object.keys(SIZES).join())
  .option("--axes <names>", `of ${Object.keys(AXES).join(",")}`, Object.keys(AXES).join())
  .option("--most <n>", "largest multiple of the table's rows", Number, 16)
  .option("--limit <s>", "no larger fit of a side that took longer than this", Number, 120)
  .action(run);

if (import.meta.main) await program.parseAsync(Deno.args, { from: "user" });

async function run({ data, models, axes, most, limit }: {
  readonly data: string;
  readonly models: string;
  readonly axes: string;
  readonly most: number;
  readonly limit: number;
}): Promise<void> {
  const python = await referencePython();
  const table = await loadTrainingTable(data, { seed: 42 });
  const matrix = takeColumns(table.matrix, FEATURE_NAMES);
  const scaled = scaleMinMax.apply(matrix, scaleMinMax.fit(matrix));
  const points: { axis: Axis; at: number; model: BenchModel; ours?: number; python?: number }[] =
    [];
  for (const axis of axes.split(",") as Axis[]) {
    const tooLong = new Set<string>();
    for (const at of AXES[axis].filter((at) => axis !== "rows" || at <= most)) {
      await writeSample(scaled, table.labels, axis, at);
      for (const model of models.split(",") as (keyof typeof SIZES)[]) {
        const point: typeof points[number] = { axis, at, model };
        const args = [FOLDER, model, "1", String(SIZES[model])];
        for (const side of ["ours", "python"] as const) {
          if (tooLong.has(`${model} ${side}`)) continue;
          const { fitCpuSeconds } = side === "ours"
            ? await fitOurs(args)
            : await fitPython(python, args);
          point[side] = fitCpuSeconds;
          if (fitCpuSeconds > limit) tooLong.add(`${model} ${side}`);
        }
        points.push(point);
        console.error(`${axis} ${at} ${MODELS[model].title}: ${point.ours} / ${point.python} s`);
      }
    }
  }
  const of = (axis: string, model: string) =>
    points.filter((point) => point.axis === axis && point.model === model);
  const exponents = axes.split(",").flatMap((axis) =>
    models.split(",").map((model) => ({
      axis,
      model: MODELS[model as BenchModel].title,
      ours: exponent(of(axis, model).map(({ at, ours }) => [at, ours])),
      python: exponent(of(axis, model).map(({ at, python }) => [at, python])),
    }))
  );
  console.table(exponents);
  const rows = matrix.nRows;
  const titled = points.map((point) => ({ ...point, model: MODELS[point.model].title }));
  const figure = scaleFigure(titled);
  await writeAtomic(`${await useOutFolder()}/bench-scale.svg`, await embedFonts(figure));
  await writeAtomic(`${await useOutFolder()}/bench-scale.png`, await renderPng(figure));
  await writeJson(`${await useOutFolder()}/bench-scale.json`, {
    rows,
    sizes: SIZES,
    points,
    exponents,
  });
}

/** Slope of log cost against log size; undefined below two points. */
function exponent(points: readonly (readonly [number, number | undefined])[]): number | undefined {
  const logs = points.filter(([, y]) => y !== undefined)
    .map(([x, y]) => [Math.log(x), Math.log(y!)]);
  return logs.length < 2 ? undefined : Number(linearRegression(logs).m.toFixed(2));
}

/** The files that both sides read: the table with gaps and weights, and without gaps. */
async function writeSample(table: Matrix, given: Int32Array, axis: Axis, at: number) {
  const stream = random(1, "scale", axis, at);
  const matrix = redrawn(table, stream, {
    nRows: axis === "rows" ? at * table.nRows : table.nRows,
    nColumns: axis === "columns" ? at : table.nColumns,
  });
  const nClasses = axis === "classes" ? at : 8;
  const labels = Int32Array.from({ length: matrix.nRows }, (_, row) => {
    const label = given[row % table.nRows];
    return nClasses > 8 && stream.uniform() < 0.5 ? label + 8 : label % nClasses;
  });
  const full = imputeMode.apply(matrix, imputeMode.fit(matrix));
  const files: Record<string, Uint8Array> = {};
  for (const model of Object.keys(SIZES) as BenchModel[]) {
    const sample = SAMPLE_OF[model];
    const { values } = sample === "weighted" ? matrix : full;
    const held = values.subarray(0, 100 * matrix.nColumns);
    files[`${sample}-features`] = toNpy(values, [matrix.nRows, matrix.nColumns]);
    files[`${sample}-held`] = toNpy(held, [100, matrix.nColumns]);
    files[`${sample}-labels`] = toNpy(labels, [matrix.nRows]);
  }
  files["weighted-weights"] = toNpy(classWeights(labels, nClasses, { lambda: 0.01 }), [
    matrix.nRows,
  ]);
  for (const [name, bytes] of Object.entries(files)) {
    await writeAtomic(`${FOLDER}/${name}.npy`, bytes);
  }
}

/** Rows and columns of the table over and over, each value moved by up to a hundredth of its span. */
function redrawn(
  table: Matrix,
  stream: Random,
  { nRows, nColumns }: { nRows: number; nColumns: number },
): Matrix {
  const values = new Float64Array(nRows * nColumns);
  for (let row = 0; row < nRows; row++) {
    const from = (row % table.nRows) * table.nColumns;
    for (let column = 0; column < nColumns; column++) {
      const noise = row < table.nRows && column < table.nColumns ? 0 : stream.uniform() - 0.5;
      values[row * nColumns + column] = table.values[from + column % table.nColumns] + 0.2 * noise;
    }
  }
  return { values, nRows, nColumns, names: Array.from({ length: nColumns }, (_, i) => `${i}`) };
}
