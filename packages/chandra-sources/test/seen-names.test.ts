import assert from "node:assert/strict";
import { random } from "@csc-classify/forests";
import { SeenNames } from "../seen-names.ts";

Deno.test("rows are new, the same or others as a map of all that they say has it", () => {
  const stream = random(1, "seen names"), seen = new SeenNames();
  const said = new Map<string, string>(), differing = new Set<string>();
  const counts = { new: 0, same: 0, other: 0 };
  for (let i = 0; i < 60_000; i++) {
    const name = `2CXO J${stream.integer(40_000)}`;
    // few values: signs, zeros of both signs and missing ones make all the difference
    const numbers = Float64Array.from({ length: 1 }, () => [0, -0, NaN, 1, -1][stream.integer(5)]);
    const texts = [
      [null, "", "a", "ab"][stream.integer(4)],
      [null, true, false][stream.integer(3)],
    ];
    const says = Array.from(numbers, (number) => Object.is(number, -0) ? "-0" : String(number))
      .concat(texts.map((text) => JSON.stringify(text))).join();
    const before = said.get(name);
    if (before !== undefined && before !== says) differing.add(name);
    const expected = before === undefined ? "new" : differing.has(name) ? "other" : "same";
    said.set(name, before ?? says);
    assert.equal(seen.add(name, numbers, texts), expected, `${name}: ${says} after ${before}`);
    counts[expected]++;
    assert.equal(seen.differing, differing.size);
  }
  assert.ok(Object.values(counts).every((count) => count > 100), JSON.stringify(counts));
});

Deno.test("what differs in one bit or is said by another column is another row", () => {
  const rows = [[1, 2, 3], [1, 3, 2], [-1, -2, 3], [1, 2, 3 + 2 ** -51]];
  const first = Float64Array.from(rows[0]);
  const second = (numbers: Float64Array, texts: readonly (string | null)[]) => {
    const seen = new SeenNames();
    assert.equal(seen.add("a", first, ["x", null]), "new");
    return seen.add("a", numbers, texts);
  };
  for (const row of rows.slice(1)) {
    assert.equal(second(Float64Array.from(row), ["x", null]), "other");
  }
  assert.equal(second(first, [null, "x"]), "other");
  assert.equal(second(first, ["x", ""]), "other");
  assert.equal(second(first, ["x", null]), "same");
});
