import assert from "node:assert/strict";
import { readResults, recordResults } from "#lib/run/results.ts";
import { inOut } from "../in-folder.ts";
import { HEAD } from "../results-head.ts";

Deno.test("sums of the same numbers in another order are recorded as the same", () =>
  inOut(async () => {
    const [one, other] = [0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1];
    assert.notEqual(one, other);
    await recordResults(HEAD, {
      "a.one": { value: one, sigma: one, low: -one, high: 1 + one },
      "a.other": { value: other, sigma: other, low: -other, high: 1 + other },
    });
    const { results } = (await readResults())!;
    assert.deepEqual(results["a.one"], { value: 0.6, sigma: 0.6, low: -0.6, high: 1.6 });
    assert.deepEqual(results["a.other"], results["a.one"]);
  }));

Deno.test("counts, published values and words are recorded as they are, results in the order of names", () =>
  inOut(async () => {
    const count = {
      value: 9007199254740991,
      published: { value: 1.0000000000001 },
      origin: "2 sources",
      simulated: false,
    };
    await recordResults(HEAD, { "b.count": count });
    await recordResults(HEAD, { "a.tiny": { value: 1.23456789012345e-15 } });
    const { results } = (await readResults())!;
    assert.deepEqual(results, { "a.tiny": { value: 1.23456789012e-15 }, "b.count": count });
    assert.deepEqual(Object.keys(results), ["a.tiny", "b.count"]);
  }));
