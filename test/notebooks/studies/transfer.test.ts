import assert from "node:assert/strict";
import { CLASSES, columnOf, type LabelledSources } from "@csc-classify/chandra-sources";
import type { PipelineSpec } from "#lib/models/pipeline.ts";
import {
  balancedAccuracy,
  fitAndAsk,
  namedOf,
  predictByPart,
  remeasured,
  trustAcrossFolds,
} from "#studies/transfer.ts";
import { yangCompilation } from "#lib/tables/muwclass.ts";
import { ignore, mirror } from "../../published.ts";

const ROWS = 24, N = CLASSES.length, [AGN, STAR] = [0, 1];

/** Of even rows the first half is AGN, of the second STAR, and the other way round for odd ones. */
const sources: LabelledSources = {
  origin: { kind: "table", description: "a sample", sha256: "" },
  names: Array.from({ length: ROWS }, (_, row) => `s${row}`),
  ra: new Float64Array(ROWS),
  dec: new Float64Array(ROWS),
  matrix: {
    values: Float64Array.from({ length: ROWS }, (_, row) => row % 2),
    nRows: ROWS,
    nColumns: 1,
    names: ["f"],
  },
  labels: Int32Array.from({ length: ROWS }, (_, row) => row < ROWS / 2 ? row % 2 : 1 - row % 2),
};
const spec: PipelineSpec = {
  algorithm: "random-forest",
  parameters: { trees: 3, maxDepth: 2 },
  features: ["f"],
  transforms: [],
};

Deno.test("a source is predicted by a model of the allowed rows outside its fold", async () => {
  const fold = Int32Array.from({ length: ROWS }, (_, row) => Math.floor(row / 4) % 2);
  const learnsFrom = (row: number) => row < ROWS / 2;
  const run = await predictByPart(sources, spec, fold, { learnsFrom, seed: 1 });
  assert.deepEqual(run.fold, fold);
  // all models have learnt the rule of the first half
  assert.deepEqual(
    [...namedOf(run.probabilities, [0, 1, ROWS - 2, ROWS - 1])],
    [AGN, STAR, AGN, STAR],
  );
});

Deno.test("a model of all rows of one table is asked about others", async () => {
  const half = {
    matrix: { ...sources.matrix, values: sources.matrix.values.slice(0, 12), nRows: 12 },
    labels: sources.labels.slice(0, 12),
  };
  const asked = { values: Float64Array.of(1, 0), nRows: 2, nColumns: 1, names: ["f"] };
  const [answer] = await fitAndAsk(spec, half, [asked], 1);
  assert.deepEqual([...namedOf(answer, [0, 1])], [STAR, AGN]);
});

Deno.test("powers and sets of a fold come from known rows of other folds", () => {
  const fold = Int32Array.from({ length: ROWS }, (_, row) => row % 2);
  const labels = new Int32Array(ROWS), probabilities = new Float64Array(ROWS * N);
  for (let row = 0; row < ROWS; row++) {
    probabilities[row * N + AGN] = 0.6;
    probabilities[row * N + STAR] = 0.4;
  }
  const known = Int32Array.from({ length: ROWS / 2 }, (_, row) => row);
  const blocks = Int32Array.from({ length: ROWS }, (_, row) => row);
  const trusted = trustAcrossFolds({ fold, probabilities }, labels, { known, blocks, seed: 1 });
  // every known source is an AGN: all are believed more than stated, and sets hold AGN
  for (let row = 0; row < ROWS; row++) {
    assert.ok(trusted.probabilities[row * N + AGN] > 0.9);
    assert.equal(trusted.sets[row * N + AGN], 1);
  }
  // rows that are not known have no say
  const other = labels.map((_, row) => row < ROWS / 2 ? AGN : STAR);
  const same = trustAcrossFolds({ fold, probabilities }, other, { known, blocks, seed: 1 });
  assert.deepEqual(same, trusted);
});

Deno.test("balanced accuracy is the mean recall of the classes that occur, its interval over blocks", () => {
  const labels = Int32Array.of(AGN, AGN, AGN, STAR), named = Int32Array.of(AGN, AGN, STAR, STAR);
  const blocks = Int32Array.of(0, 0, 0, 0);
  const { value, low, high } = balancedAccuracy(labels, named, blocks, { seed: 1, draws: 20 });
  assert.ok(Math.abs(value - 100 * (2 / 3 + 1) / 2) < 1e-9);
  assert.deepEqual([low, high], [value, value]);
});

Deno.test({
  name: "remeasured values scatter by their errors and leave what has none alone",
  ignore,
  async fn() {
    const sources = await yangCompilation({ mirror });
    const moved = remeasured(sources, 1);
    assert.deepEqual(remeasured(sources, 1), moved);
    const before = columnOf(sources, "G"), after = columnOf(moved, "G");
    const sigma = columnOf(sources, "e_G");
    const pulls = [...before].flatMap((g, row) =>
      sigma[row] > 0 ? [(after[row] - g) / sigma[row]] : []
    );
    const mean = pulls.reduce((a, b) => a + b) / pulls.length;
    const spread = Math.sqrt(pulls.reduce((sum, pull) => sum + pull ** 2, 0) / pulls.length);
    assert.ok(Math.abs(mean) < 0.1 && Math.abs(spread - 1) < 0.1, `${mean} ${spread}`);
    assert.deepEqual(columnOf(moved, "gal_b"), columnOf(sources, "gal_b"));
    const [colour, bp, rp] = ["Bp_Rp", "Bp", "Rp"].map((name) => columnOf(moved, name)[0]);
    assert.ok(Math.abs(colour - (bp - rp)) < 1e-12);
  },
});
