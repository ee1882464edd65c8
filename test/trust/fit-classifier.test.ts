import assert from "node:assert/strict";
import {
  CLASSES,
  columnOf,
  FEATURE_NAMES,
  fillDerived,
  type LabelledSources,
  withCoverage,
} from "@csc-classify/chandra-sources";
import { simulatedTrainingTable } from "#lib/tables/training-table.ts";
import { takeSources } from "@csc-classify/chandra-sources/files";
import {
  blankColumns,
  blankedCopies,
  heldOutCopies,
  SURVEY_GROUPS,
} from "#lib/trust/blanked-copies.ts";
import { fitClassifier, RECIPES } from "#lib/trust/fit-classifier.ts";
import { loadClassifier, SourceClassifier } from "#lib/trust/classify.ts";
import { boundAbsence, sharpen } from "#lib/trust/decision.ts";
import { fitPowers } from "#lib/trust/fit-decision.ts";
import { isLightgbmBuilt } from "#tools/setup/build-lightgbm.ts";
import { smallClassifier } from "../scoring/small-pipeline.ts";

const ORIGIN = { kind: "table", description: "", sha256: "" } as const;

function sources(rows: readonly Readonly<Record<string, number>>[]): LabelledSources {
  const of = (name: string) => Float64Array.from(rows, (row) => row[name] ?? NaN);
  const place = { ra: of("ra"), dec: of("dec") };
  const columns = FEATURE_NAMES.map((name) => [name, of(name)] as const);
  return {
    origin: ORIGIN,
    names: rows.map((_, i) => `S${i}`),
    ...place,
    matrix: fillDerived(new Map(columns), place),
    labels: Int32Array.from(rows, (row) => row.label ?? 0),
  };
}

Deno.test("a power by the named class keeps the order of the classes and the sum of one", () => {
  const p = Float64Array.of(0.6, 0.4, 0, 0, 0, 0, 0, 0, 0.2, 0.8, 0, 0, 0, 0, 0, 0);
  const q = sharpen(p, [2, 1, 1, 1, 1, 1, 1, 1]);
  assert.ok(Math.abs(q[0] - 0.36 / 0.52) < 1e-15); // 0.6^2 / (0.6^2 + 0.4^2)
  assert.ok(Math.abs(q[0] + q[1] - 1) < 1e-15);
  assert.deepEqual([...q.subarray(8, 10)], [0.2, 0.8]);
});

Deno.test("fitted powers make the rows that name a class state the share of them that is right", () => {
  const n = 400, p = new Float64Array(n * 8), labels = new Int32Array(n);
  for (let row = 0; row < n; row++) {
    const named = row % 2;
    p[row * 8 + named] = 0.6 + 0.3 * ((row >> 1) % 10) / 10;
    p[row * 8 + 1 - named] = 1 - p[row * 8 + named];
    // of class 0 nine in ten are right, of class 1 six in ten
    labels[row] = (row >> 1) % 10 < (named === 0 ? 9 : 6) ? named : 1 - named;
  }
  const q = sharpen(p, fitPowers(p, labels));
  const stated = [0, 1].map((named) => {
    let sum = 0;
    for (let row = named; row < n; row += 2) sum += q[row * 8 + named];
    return sum / (n / 2);
  });
  // the twenty rows of the prior draw each a little towards the other
  assert.ok(Math.abs(stated[0] - 0.9) < 0.03 && stated[0] < 0.9, String(stated));
  assert.ok(Math.abs(stated[1] - 0.6) < 0.03 && stated[1] > 0.6, String(stated));
});

Deno.test("without counterpart and host no class is given more than the bound, in proportion", () => {
  const p = Float64Array.of(0.95, 0.03, 0.02, 0, 0, 0, 0, 0, 0.95, 0.05, 0, 0, 0, 0, 0, 0);
  const bounded = boundAbsence(p, [true, false], 0.9);
  const expected = [0.9, 0.06, 0.04];
  expected.forEach((value, c) => assert.ok(Math.abs(bounded[c] - value) < 1e-12));
  assert.equal(bounded[8], 0.95);
});

Deno.test("copies lose whole groups of columns with their colours, at the rate asked for", () => {
  const full = Object.fromEntries(FEATURE_NAMES.map((name) => [name, 10]));
  const table = sources(Array.from({ length: 500 }, () => ({ ...full, ra: 10, dec: 10 })));
  const blanking = { copies: 2, weight: 0.5, share: 0.3, all: 0.2 };
  const features = [...FEATURE_NAMES, "n_Gaia"];
  const { matrix, parent, weight } = blankedCopies(table, features, blanking, 1);
  assert.deepEqual([matrix.nRows, parent[500], weight[0]], [1000, 0, 0.5]);
  const lost = (name: string) => {
    const column = matrix.names.indexOf(name);
    return Array.from(parent, (_, row) => isNaN(matrix.values[row * matrix.nColumns + column]));
  };
  const share = (rows: boolean[]) => rows.filter(Boolean).length / rows.length;
  // 1 - 0.7 * 0.8; the standard error of 1000 draws is 0.016
  for (const name of ["G", "W1", "J", "flux_ned"]) {
    assert.ok(Math.abs(share(lost(name)) - 0.44) < 0.06, `${name} ${share(lost(name))}`);
  }
  assert.ok(Math.abs(share(lost("kp_intra_prob_b")) - 0.3) < 0.06);
  assert.deepEqual(lost("G"), lost("Bp_Rp"));
  const counts = matrix.names.indexOf("n_Gaia");
  lost("G").forEach((isLost, row) =>
    assert.equal(matrix.values[row * matrix.nColumns + counts], isLost ? 0 : 3)
  );
  lost("G_J").forEach((isLost, row) =>
    assert.equal(isLost, lost("G")[row] || lost("J")[row], `row ${row}`)
  );
  assert.equal(share(lost("flux_b")), 0);
  // a survey that was taken away is told as not observed by the copies that tell anything
  const covered = blankedCopies(withCoverage(table), ["G", "covered_Gaia"], blanking, 1).matrix;
  const told = Array.from(parent, (_, row) => [...covered.values.subarray(2 * row, 2 * row + 2)]);
  const without = told.filter(([g]) => isNaN(g)).map(([, covered]) => covered);
  assert.ok(told.every(([g, covered]) => isNaN(g) || covered === 1));
  assert.ok(without.every((covered) => covered === 0 || isNaN(covered)));
  assert.ok(Math.abs(share(without.map(isNaN)) - 0.75) < 0.07, String(share(without.map(isNaN))));
  assert.ok(Object.keys(SURVEY_GROUPS).length === 8);
});

Deno.test("sets are fitted on copies blanked at random, without the common surveys, and of X-rays alone", () => {
  const full = Object.fromEntries(FEATURE_NAMES.map((name) => [name, 10]));
  const table = sources([{ ...full, ra: 10, dec: 10 }, { ...full, ra: 20, dec: 20 }]);
  const none = { copies: 1, weight: 1, share: 0, all: 0 };
  const { sources: copies, parent } = heldOutCopies(table, none, 1);
  assert.deepEqual([...parent], [0, 1, 0, 1, 0, 1]);
  const there = (name: string) => [...columnOf(copies, name)].map((value) => !isNaN(value));
  assert.deepEqual(there("G"), [true, true, false, false, false, false]);
  assert.deepEqual(there("r_sdss"), [true, true, true, true, false, false]);
  assert.deepEqual(there("Bp_Rp"), there("G"));
  assert.deepEqual(there("flux_b"), new Array(6).fill(true));
  assert.deepEqual(there("kp_intra_prob_b"), new Array(6).fill(true));
});

Deno.test("blanked columns take their colours along and say what they are told to say", () => {
  const table = sources([{ ra: 10, dec: 10, G: 12, J: 11, W1: 10 }]);
  const of = (told?: 0 | 1) => blankColumns(table, ["G", "Bp", "Rp"], told);
  const values = (of: LabelledSources) =>
    ["G", "G_J", "J_W1", "observed_gaia", "observed_2mass"].map((name) => columnOf(of, name)[0]);
  assert.deepEqual(values(of()), [NaN, NaN, 1, NaN, NaN]);
  assert.deepEqual(values(of(0)), [NaN, NaN, 1, 0, NaN]);
  assert.deepEqual(values(of(1)), [NaN, NaN, 1, 1, NaN]);
});

Deno.test("all-sky surveys looked everywhere, others near what they measured, none where it is told", () => {
  // 10 arcmin and a degree from a source that SDSS measured
  const [first, ...others] = [0, 1 / 6, 1].map((dec) => ({ ra: 10, dec }));
  const { matrix, ...rest } = sources([{ ...first, r_sdss: 20 }, ...others]);
  const before = fillDerived(
    new Map([
      ["r_sdss", columnOf({ matrix }, "r_sdss")],
      ["observed_wise", Float64Array.of(NaN, 0, NaN)],
    ]),
    rest,
  );
  const covered = withCoverage({ ...rest, matrix: before });
  assert.deepEqual([...columnOf(covered, "observed_gaia")], [1, 1, 1]);
  assert.deepEqual([...columnOf(covered, "observed_wise")], [1, 0, 1]);
  assert.deepEqual([...columnOf(covered, "observed_sdss")], [1, 1, NaN]);
  assert.deepEqual([...columnOf(covered, "observed_galex")], [NaN, NaN, NaN]);
});

Deno.test("a classifier comes back from its text as it was, and another text is refused", () => {
  const text = new SourceClassifier(smallClassifier()).save();
  assert.equal(loadClassifier(text).save(), text);
  assert.throws(() => loadClassifier('{"format":"x"}'), /not a saved classifier: format "x"/);
  const forest = smallClassifier();
  const spec = { ...forest.pipeline.spec, algorithm: "random-forest" as const };
  assert.throws(
    () => new SourceClassifier({ ...forest, pipeline: { ...forest.pipeline, spec } }),
    /not "random-forest"/,
  );
});

Deno.test("a fit does not depend on workers, sets hold every class they should, rows stand alone", {
  ignore: !(await isLightgbmBuilt()),
}, async () => {
  const all = simulatedTrainingTable(42);
  const table = takeSources(all, Array.from({ length: 900 }, (_, i) => 8 * i));
  const { spec } = RECIPES.ours;
  const recipe = {
    ...RECIPES.ours,
    folds: 3,
    spec: { ...spec, parameters: { ...spec.parameters, num_iterations: 8 } },
  };
  const one = await fitClassifier(table, recipe, { seed: 1, workers: 1 });
  const { classify: _, ...two } = await fitClassifier(table, recipe, { seed: 1, workers: 2 });
  assert.equal(one.save(), JSON.stringify(two.saved));
  const together = one.classify(table);
  const alone = one.classify(takeSources(table, [5]));
  assert.deepEqual(alone.probabilities, together.probabilities.slice(40, 48));
  const covered = Array.from(table.labels, (label, row) => together.sets[row * 8 + label]);
  assert.ok(covered.reduce((a, b) => a + b) / covered.length >= 0.95);
  assert.deepEqual([...together.trainingLabels], [...table.labels]);
  for (let row = 0; row < table.names.length; row++) {
    const sum = CLASSES.reduce((total, _, c) => total + together.probabilities[row * 8 + c], 0);
    assert.ok(Math.abs(sum - 1) < 1e-12);
  }
});
