import assert from "node:assert/strict";
import { instantiateLightgbm } from "@csc-classify/lightgbm-wasm";
import { LIGHTGBM_BUILD, loadLightgbm } from "#lib/models/load-lightgbm.ts";
import { trainThreeClasses } from "../../packages/lightgbm-wasm/test/samples.ts";

Deno.test("one instance is shared by all of a thread", async () => {
  assert.equal(await loadLightgbm(), await loadLightgbm());
});

Deno.test("instances from the same bytes have memories of their own", async () => {
  const bytes = await Deno.readFile(LIGHTGBM_BUILD.module);
  const [one, other] = [await instantiateLightgbm(bytes), await instantiateLightgbm(bytes)];
  assert.notEqual(one, other);
  using scope = one.scope();
  const address = scope.text("only here");
  assert.equal(one.text(address), "only here");
  assert.notEqual(other.text(address), "only here");
});

Deno.test("a worker trains the same model as the main thread, to the bit", async () => {
  const worker = new Worker(new URL("./train-worker.ts", import.meta.url), { type: "module" });
  try {
    const there = await new Promise<Awaited<ReturnType<typeof trainThreeClasses>>>(
      (resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      },
    );
    const here = await trainThreeClasses();
    assert.equal(there.text, here.text);
    assert.deepEqual(there.probabilities, here.probabilities);
  } finally {
    worker.terminate();
  }
});
