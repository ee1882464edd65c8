import assert from "node:assert/strict";
import { load, save } from "#figures/saves.ts";

Deno.test("what is saved is read back: typed arrays to the bit, NaN among them", async () => {
  const folder = await Deno.makeTempDir(), before = Deno.env.get("CSC_OUT");
  Deno.env.set("CSC_OUT", folder);
  try {
    const saved = {
      names: ["a", "b"],
      labels: Int32Array.of(0, 7),
      iterations: [{ fold: Int32Array.of(1, 0), probabilities: Float64Array.of(0.1, NaN, -0) }],
    };
    await save("predictions-test", saved);
    assert.deepEqual(await load("predictions-test"), saved);
    await assert.rejects(load("memory"), /nothing in .*memory\.json: run "deno task report" first/);
  } finally {
    if (before === undefined) Deno.env.delete("CSC_OUT");
    else Deno.env.set("CSC_OUT", before);
    await Deno.remove(folder, { recursive: true });
  }
});
