import assert from "node:assert/strict";
import { load, save } from "#figures/saves.ts";
import { recordResults } from "#lib/run/results.ts";
import { inOut } from "../../in-folder.ts";

Deno.test("what is saved is read back, by no other run", () =>
  inOut(async () => {
    const saved = { scored: "catalogue/a.parquet", sources: "training" };
    await save("pages", saved);
    assert.deepEqual(await load("pages"), saved);
    const head = { data: "d", dataSha256: "0123", profile: "smoke", seed: 1, versions: {} };
    await recordResults({ ...head, simulated: true }, {});
    await assert.rejects(
      load("pages"),
      /is of another run \(unnamed, now smoke 1 0123\)/,
    );
    await assert.rejects(
      load("what-to-believe"),
      /nothing in .*what-to-believe\.json: run "deno task report" first/,
    );
  }));
