import assert from "node:assert/strict";
import { CLASSES, type LabelledSources } from "@csc-classify/chandra-sources";
import { coverageOf, coverageTable, heldOutFrame, type HeldOutScores } from "#studies/held-out.ts";
import pl from "nodejs-polars";

const N = CLASSES.length, [AGN, STAR] = [0, 1];

const sources: LabelledSources = {
  origin: { kind: "table", description: "by hand", sha256: "" },
  names: ["a", "b", "c"],
  ra: new Float64Array(3),
  dec: new Float64Array(3),
  matrix: { values: new Float64Array(), nRows: 3, nColumns: 0, names: [] },
  labels: Int32Array.of(AGN, AGN, STAR),
};

/** Scores of three sources: AGN with 0.6, STAR with 0.8 or AGN again; under limits all STAR. */
function said(last: "AGN" | "STAR"): HeldOutScores {
  const probabilities = new Float64Array(3 * N), limited = new Float64Array(3 * N);
  const sets = new Uint8Array(3 * N);
  const give = (row: number, label: number, cmp: number) => {
    probabilities[row * N + label] = cmp;
    probabilities[row * N + 1 - label] = 1 - cmp;
    limited[row * N + STAR] = 1;
    sets[row * N + label] = 1;
  };
  give(0, AGN, 0.6);
  give(1, STAR, 0.8);
  give(2, last === "AGN" ? AGN : STAR, 0.9);
  sets[1 * N + AGN] = 1;
  return { fold: Int32Array.of(0, 1, 1), probabilities, limited, sets, known: 0 };
}

const runs = [{ nothing: said("STAR") }, { nothing: said("AGN") }];
const frame = heldOutFrame(runs, sources);

Deno.test("what is said of held-out sources is a row a view, repetition and source", () => {
  const columns = ["view", "repetition", "row", "label", "predicted", "limited", "right"];
  assert.deepEqual(frame.select(...columns).rows(), [
    ["nothing", 0, 0, "AGN", "AGN", "STAR", true],
    ["nothing", 0, 1, "AGN", "STAR", "STAR", false],
    ["nothing", 0, 2, "STAR", "STAR", "STAR", true],
    ["nothing", 1, 0, "AGN", "AGN", "STAR", true],
    ["nothing", 1, 1, "AGN", "STAR", "STAR", false],
    ["nothing", 1, 2, "STAR", "AGN", "STAR", false],
  ]);
  const numbers = frame.select("cmp", "true_cmp").rows().map((row) =>
    row.map((value) => Number(Number(value).toFixed(6)))
  );
  assert.deepEqual(numbers, [[0.6, 0.6], [0.8, 0.2], [0.9, 0.9], [0.6, 0.6], [0.8, 0.2], [
    0.9,
    0.1,
  ]]);
  assert.deepEqual(frame.select("set95", "covered", "set_size").rows().slice(0, 3), [
    ["AGN", true, 1],
    ["AGN;STAR", true, 2],
    ["STAR", true, 1],
  ]);
});

Deno.test("coverage is the mean of repetitions, its interval over blocks; small classes are left out", () => {
  const options = { blocks: Int32Array.of(0, 0, 1), seed: 1, draws: 200 };
  const everywhere = { view: "nothing", is: pl.lit(true) };
  const all = coverageOf(frame, everywhere, options)!;
  assert.equal(all.sources, 3);
  assert.ok(Math.abs(all.value - 100 * 2.5 / 3) < 1e-9, `${all.value}`);
  assert.ok(Math.abs(all.size - 4 / 3) < 1e-9);
  // of two blocks: both the pair, the pair and the single, or both the single source
  assert.deepEqual([all.low, all.high], [50, 100]);
  assert.equal(coverageOf(frame, { view: "none", is: pl.lit(true) }, options), undefined);
  const table = coverageTable(
    frame,
    [{ id: "all", title: "everywhere", ...everywhere }],
    { ...options, least: 2 },
  );
  assert.deepEqual(table.map(({ class: name, value }) => [name, value]), [["AGN", 100]]);
});
