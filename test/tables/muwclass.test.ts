import assert from "node:assert/strict";
import { loadExternalTable, remeasured } from "#lib/tables/muwclass.ts";
import { ignore, mirror } from "../published.ts";

Deno.test({
  name: "the external table has 2,941 sources, classes as ours and colours from its magnitudes",
  ignore,
  async fn() {
    const { frame, errors } = await loadExternalTable({ mirror });
    assert.equal(frame.height, 2941);
    const classes = new Set(frame.getColumn("class").toArray());
    assert.deepEqual([...classes].sort(), ["AGN", "CV", "HMXB", "LMXB", "PULSAR", "STAR", "YSO"]);
    // 2CXO J000009.3+135618, first line of the file
    assert.equal(frame.getColumn("flux_b").get(0), 4e-15);
    assert.ok(Math.abs(frame.getColumn("Bp_Rp").get(0) - (18.77 - 18.02)) < 1e-12);
    assert.ok(Math.abs(frame.getColumn("W1_W2").get(0) - (15.49 - 14.61)) < 1e-12);
    assert.equal(frame.getColumn("u_sdss").get(0), null);
    assert.equal(errors.get("G")![0], 0.003);
  },
});

Deno.test({
  name: "remeasured values scatter by their errors and leave what has none alone",
  ignore,
  async fn() {
    const external = await loadExternalTable({ mirror });
    const moved = remeasured(external, 1);
    assert.deepEqual(
      remeasured(external, 1).getColumn("G").toArray(),
      moved.getColumn("G").toArray(),
    );
    const column = (frame: typeof moved, name: string) =>
      frame.getColumn(name).toArray() as number[];
    const before = column(external.frame, "G"), after = column(moved, "G");
    const sigma = external.errors.get("G")!;
    const pulls = before.flatMap((g, row) => sigma[row] > 0 ? [(after[row] - g) / sigma[row]] : []);
    const mean = pulls.reduce((a, b) => a + b) / pulls.length;
    const spread = Math.sqrt(pulls.reduce((sum, pull) => sum + pull ** 2, 0) / pulls.length);
    assert.ok(Math.abs(mean) < 0.1 && Math.abs(spread - 1) < 0.1, `${mean} ${spread}`);
    assert.deepEqual(column(moved, "gal_b"), column(external.frame, "gal_b"));
    assert.ok(
      Math.abs(column(moved, "Bp_Rp")[0] - (column(moved, "Bp")[0] - column(moved, "Rp")[0])) <
        1e-12,
    );
  },
});
