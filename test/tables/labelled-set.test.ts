import assert from "node:assert/strict";
import {
  CLASSES,
  columnOf,
  fillDerived,
  HOST_LISTS,
  toLabels,
} from "@csc-classify/chandra-sources";
import {
  LABEL_COLUMNS,
  labelledUnion,
  loadLabelledSet,
  settledLabels,
} from "#lib/tables/labelled-set.ts";
import { ignore, mirror } from "../published.ts";

function table(
  names: string[],
  places: [number, number][],
  classes: string[],
  columns: Record<string, number[]>,
) {
  const place = {
    ra: Float64Array.from(places, ([ra]) => ra),
    dec: Float64Array.from(places, ([, dec]) => dec),
  };
  return {
    origin: { kind: "table" as const, description: names.join(), sha256: names.join() },
    names,
    ...place,
    matrix: fillDerived(new Map(Object.entries(columns)), place),
    labels: toLabels(classes),
  };
}

Deno.test("each label of the union says where it is from, by what rule, and whether it is settled", () => {
  const orion = HOST_LISTS[2].objects.find(({ name }) => name === "Orion Nebula")!;
  const ours = {
    ...table(
      ["agreed", "young by theirs", "in Orion", "ours alone"],
      [[10, 0], [20, 0], [orion.ra, orion.dec], [40, 0]],
      ["AGN", "STAR", "STAR", "ULX"],
      { r_sdss: [20, NaN, NaN, NaN], significance: [5, 5, 5, 5] },
    ),
    catalogues: ["VERONCAT", "SKIFF", "SKIFF", "ULXRBCAT"],
  };
  const theirs = table(["A", "Y", "new"], [[10, 0], [20, 0], [50, 0]], ["AGN", "YSO", "CV"], {
    G: [NaN, NaN, 18],
  });
  const union = labelledUnion(ours, { ...theirs, predicted: theirs.labels }, ["a", "b", null]);
  const row = (i: number) => LABEL_COLUMNS.map((name) => union.extras![name][i]);
  const [first, second] = ["Kumaran et al. 2023", "Yang et al. 2022"];
  assert.deepEqual(union.names, [...ours.names, "new"]);
  assert.deepEqual(Array.from(union.labels, (label) => CLASSES[label]), [
    ...["AGN", "YSO", "YSO", "ULX", "CV"],
  ]);
  assert.deepEqual(row(0), [first, "VERONCAT", "both agree", "AGN", true]);
  assert.deepEqual(row(1), [first, "SKIFF", "Yang et al. 2022 have YSO", "STAR", true]);
  assert.deepEqual(row(2), [
    ...[first, "SKIFF", "STAR in Orion Nebula: taken for young", "STAR", false],
  ]);
  assert.deepEqual(row(3), [first, "ULXRBCAT", "as published", "ULX", true]);
  assert.deepEqual(row(4), [second, null, "as published", "CV", true]);
  assert.deepEqual(settledLabels(union), [true, true, false, true, true]);
  // all columns of ours are kept; of theirs it is known which surveys were not asked
  assert.deepEqual([...columnOf(union, "r_sdss")], [20, NaN, NaN, NaN, NaN]);
  assert.deepEqual([...columnOf(union, "observed_sdss")], [NaN, NaN, NaN, NaN, 0]);
  assert.deepEqual([...columnOf(union, "observed_gaia")], new Array(5).fill(NaN));
  assert.equal(columnOf(union, "G")[4], 18);
});

Deno.test({
  name: "the published labels make 8,882 sources, of which 1,352 are young for their place alone",
  ignore,
  async fn() {
    const union = await loadLabelledSet("published", "union", { mirror });
    assert.equal(union.names.length, 8882);
    assert.equal(settledLabels(union).filter((settled) => !settled).length, 1352);
    const paper = await loadLabelledSet("published", "paper", { mirror });
    assert.deepEqual([paper.names.length, paper.extras], [7703, undefined]);
  },
});

Deno.test({
  name: "without the external file the paper's labels are taken, and the description says so",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      for (const name of ["chandra-ml"]) {
        await Deno.symlink(`${mirror}/${name}`, `${folder}/${name}`);
      }
      const { names, origin } = await loadLabelledSet("published", "union", { mirror: folder });
      assert.equal(names.length, 7703);
      assert.match(origin.description, /without the labels of Yang et al\. 2022, which could not/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("a user's own table and simulated sources are taken as they are", async () => {
  const { origin, extras } = await loadLabelledSet("simulated", "union", { seed: 1 });
  assert.deepEqual([origin.kind, extras], ["simulated", undefined]);
});
