import assert from "node:assert/strict";
import { fileSha256 } from "@csc-classify/safe-files";
import { crossValidate } from "#lib/validation/cross-validate.ts";
import { DROPPED_PIPELINES } from "#studies/dropped-models.ts";
import { smallRun } from "./small-run.ts";

Deno.test("predictions and kept folds are the same to the bit with 1, 2 and 5 workers", async () => {
  const folders = await Promise.all([1, 2, 5].map(() => Deno.makeTempDir()));
  const [one, ...others] = await Promise.all(
    [1, 2, 5].map((workers, i) => crossValidate(smallRun(folders[i], workers))),
  );
  assert.equal(one.fitted, 20);
  for (const { iterations } of others) assert.deepEqual(iterations, one.iterations);
  const [kept, ...more] = await Promise.all(folders.map(async (folder) => {
    const [{ name: run }] = await Array.fromAsync(Deno.readDir(folder));
    const names = (await Array.fromAsync(Deno.readDir(`${folder}/${run}`))).map(({ name }) => name);
    return Promise.all(names.sort().map((name) => fileSha256(`${folder}/${run}/${name}`)));
  }));
  assert.equal(kept.length, 20);
  for (const folds of more) assert.deepEqual(folds, kept);
  await Promise.all(folders.map((folder) => Deno.remove(folder, { recursive: true })));
});

Deno.test("every row is predicted once an iteration, by probabilities that sum to one", async () => {
  const folder = await Deno.makeTempDir();
  const { iterations } = await crossValidate({ ...smallRun(folder, 2), iterations: 2 });
  for (const { probabilities } of iterations) {
    for (let row = 0; row < 240; row++) {
      const sum = probabilities.subarray(row * 8, row * 8 + 8).reduce((a, b) => a + b);
      assert.ok(Math.abs(sum - 1) < 1e-9, `row ${row} sums to ${sum}`);
    }
  }
  assert.notDeepEqual(iterations[0].fold, iterations[1].fold);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a run killed in the middle fits only the missing folds and ends in the same bytes", async () => {
  const folder = await Deno.makeTempDir(), undisturbed = await Deno.makeTempDir();
  const killed = start(folder);
  let folds = 0;
  for await (const line of killed.lines) {
    if (line.startsWith("fold ") && ++folds === 6) killed.process.kill("SIGKILL");
  }
  assert.equal((await killed.process.status).signal, "SIGKILL");

  const again = await lastLines(folder), whole = await lastLines(undisturbed);
  assert.equal(whole.fitted, 20);
  assert.ok(again.fitted > 0 && again.fitted <= 14, `fitted ${again.fitted} folds again`);
  assert.equal(again.digest, whole.digest);
  assert.equal((await lastLines(folder)).fitted, 0);
  await Promise.all([folder, undisturbed].map((path) => Deno.remove(path, { recursive: true })));
});

Deno.test("a damaged fold file is fitted again", async () => {
  const folder = await Deno.makeTempDir();
  const before = await crossValidate(smallRun(folder, 2));
  const [run] = [...Deno.readDirSync(folder)];
  const names = [...Deno.readDirSync(`${folder}/${run.name}`)].map(({ name }) => name);
  const name = names.find((name) => name.startsWith("iteration-1-fold-2-"));
  await Deno.truncate(`${folder}/${run.name}/${name}`, 100);
  const after = await crossValidate(smallRun(folder, 2));
  assert.equal(after.fitted, 1);
  assert.deepEqual(after.iterations, before.iterations);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a copy is learnt from only where its parent is, and is never predicted", async () => {
  const cacheFolder = await Deno.makeTempDir();
  // each row is the only one with its value; a copy repeats it, so that 1-NN would know its parent
  const nRows = 40, names = ["a"];
  const values = Float64Array.from({ length: nRows }, (_, row) => row);
  const labels = Int32Array.from(values, (row) => row % 2);
  const run = {
    ...{ matrix: { values, nRows, nColumns: 1, names }, labels, cacheFolder, workers: 1, seed: 3 },
    ...{ folds: 4, iterations: 1 },
    spec: {
      algorithm: DROPPED_PIPELINES.knn.algorithm,
      parameters: { neighbours: 1 },
      features: names,
      transforms: [],
    },
  };
  const copies = {
    matrix: { ...run.matrix, values: values.map((value) => value + 0.01) },
    parent: Int32Array.from(values),
    weight: new Float64Array(nRows).fill(1),
  };
  const [without] = (await crossValidate(run)).iterations;
  const { fitted, iterations: [withThem] } = await crossValidate({ ...run, copies });
  assert.equal(fitted, 4, "copies make another run");
  assert.deepEqual(withThem.fold, without.fold);
  assert.equal(withThem.probabilities.length, without.probabilities.length);
  for (let row = 0; row < nRows; row++) {
    // the nearest value of another fold decides, be it a row or its copy: here of the other class
    const isNear = (other: number) => withThem.fold[other] !== withThem.fold[row];
    const below = Array.from({ length: nRows }, (_, step) => row - 1 - step).find(isNear) ?? -99;
    const above = Array.from({ length: nRows }, (_, step) => row + 1 + step).find((other) =>
      other >= nRows || isNear(other)
    )!;
    if (row - below - 0.01 === above - row) continue;
    const nearest = row - below - 0.01 < above - row ? below : above;
    if (nearest < 0 || nearest >= nRows) continue;
    assert.equal(withThem.probabilities[8 * row + labels[nearest]], 1, `row ${row}`);
  }
  await Deno.remove(cacheFolder, { recursive: true });
});

Deno.test("cancelling stops the run and keeps the finished folds", async () => {
  const folder = await Deno.makeTempDir(), controller = new AbortController();
  const run = crossValidate({
    ...smallRun(folder, 1),
    signal: controller.signal,
    onProgress: (done) => done === 3 && controller.abort(new Error("enough")),
  });
  await assert.rejects(run, /enough/);
  assert.ok((await crossValidate(smallRun(folder, 1))).fitted <= 17);
  await Deno.remove(folder, { recursive: true });
});

function start(folder: string) {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "-A",
      new URL("./small-run.ts", import.meta.url).pathname,
      folder,
      "1",
    ],
    stdout: "piped",
  }).spawn();
  return { process, lines: lineStream(process.stdout) };
}

async function* lineStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream() as never)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

async function lastLines(folder: string): Promise<{ fitted: number; digest: string }> {
  const lines = await Array.fromAsync(start(folder).lines);
  return { fitted: Number(lines.at(-2)!.slice("fitted ".length)), digest: lines.at(-1)! };
}

Deno.test("a copy asked about is predicted by the model that has not seen its parent", async () => {
  const cacheFolder = await Deno.makeTempDir();
  // the neighbour nearest to a row's own value is the row itself, unless it is held out
  const nRows = 40, names = ["a"];
  const values = Float64Array.from({ length: nRows }, (_, row) => row);
  const labels = Int32Array.from(values, (row) => row % 2);
  const parent = Int32Array.of(7, 7, 30);
  const asked = {
    matrix: { values: Float64Array.of(7, 8.2, 30), nRows: 3, nColumns: 1, names },
    parent,
  };
  const { iterations: [{ probabilities, asked: answers, fold }] } = await crossValidate({
    ...{ matrix: { values, nRows, nColumns: 1, names }, labels, cacheFolder, workers: 1, seed: 3 },
    ...{ folds: 4, iterations: 1, asked },
    groups: Int32Array.from(values, (row) => Math.floor(row / 2)),
    spec: {
      algorithm: DROPPED_PIPELINES.knn.algorithm,
      parameters: { neighbours: 1 },
      features: names,
      transforms: [],
    },
  });
  assert.equal(answers!.length, 3 * 8);
  // copies with their parents' values get what their parents get
  for (const [copy, row] of [[0, 7], [2, 30]]) {
    const own = [...answers!.subarray(copy * 8, copy * 8 + 8)];
    assert.deepEqual(own, [...probabilities.subarray(row * 8, row * 8 + 8)]);
  }
  // 8.2 is nearest to row 8, of class 0, which the model of row 7's fold has seen
  assert.notEqual(fold[8], fold[7]);
  assert.equal(answers![8], 1);
  await Deno.remove(cacheFolder, { recursive: true });
});
