import assert from "node:assert/strict";
import pl from "nodejs-polars";
import type { PipelineSpec } from "#lib/models/pipeline.ts";
import { CLASSES, type LabelledSources } from "@csc-classify/chandra-sources";
import { compactHosts, leaveHostsOut } from "#studies/left-out-hosts.ts";

const HMXB = CLASSES.indexOf("HMXB"), LMXB = CLASSES.indexOf("LMXB");
const N = 40;

/** HMXBs and LMXBs, one class where the feature is 1, except in block 9, where it is the other way. */
function sample(): LabelledSources & { groups: Int32Array } {
  const groups = Int32Array.from({ length: N }, (_, row) => row < 8 ? 9 : row % 4);
  const labels = Int32Array.from({ length: N }, (_, row) => row % 2 ? HMXB : LMXB);
  const values = Float64Array.from(
    { length: N },
    (_, row) => row % 2 === (row < 8 ? 0 : 1) ? 1 : 0,
  );
  return {
    origin: { kind: "table", description: "a sample", sha256: "" },
    names: Array.from({ length: N }, (_, row) => `s${row}`),
    ra: new Float64Array(N).fill(10.68), // M 31
    dec: new Float64Array(N).fill(41.27),
    matrix: { values, nRows: N, nColumns: 1, names: ["f"] },
    labels,
    groups,
  };
}

Deno.test("hosts are those with enough compact objects", () => {
  const sources = sample();
  assert.deepEqual(compactHosts(sources, 40).map(({ rows }) => rows.length), [40]);
  assert.deepEqual(compactHosts(sources, 41), []);
  assert.deepEqual(compactHosts({ ...sources, labels: new Int32Array(N) }, 1), []);
});

Deno.test("a host is classified by a model that has seen nothing of its blocks", async () => {
  const { groups, ...sources } = sample(), cacheFolder = await Deno.makeTempDir();
  const parameters = { trees: 5, maxDepth: 2 };
  const spec: PipelineSpec = {
    algorithm: "random-forest",
    parameters,
    features: ["f"],
    transforms: [],
  };
  try {
    const hosts = [{ host: "the odd block", rows: [0, 1, 2] }];
    const options = { sources, groups, spec, cacheFolder, settings: { seed: 1, workers: 1 } };
    const found = await leaveHostsOut(hosts, options);
    // what is learnt elsewhere is wrong here
    assert.deepEqual(found.rows(), [
      ["the odd block", "LMXB", "HMXB"],
      ["the odd block", "HMXB", "LMXB"],
      ["the odd block", "LMXB", "HMXB"],
    ]);
  } finally {
    await Deno.remove(cacheFolder, { recursive: true });
  }
});

Deno.test("where no host is left out the table has its columns and no rows", async () => {
  const { groups, ...sources } = sample();
  const spec: PipelineSpec = {
    algorithm: "random-forest",
    parameters: { trees: 5, maxDepth: 2 },
    features: ["f"],
    transforms: [],
  };
  const found = await leaveHostsOut([], {
    sources,
    groups,
    spec,
    settings: { seed: 1, workers: 1 },
  });
  assert.deepEqual([found.columns, found.height], [["host", "label", "predicted"], 0]);
  assert.equal(found.groupBy("label").agg(pl.len().alias("n")).height, 0);
});
