import assert from "node:assert/strict";
import { random } from "#lib/run/random.ts";
import { withAddedFeatures } from "#lib/tables/added-features.ts";
import { fillDerived, takeSources } from "#lib/tables/sources.ts";
import { learnLikeness, likeness } from "#lib/trust/likeness.ts";

// forty faint hard sources of class 0 and forty bright soft ones with optical counterparts of class 1
const stream = random(1, "likeness test");
const rows = [...Array(80).keys()], isFaint = (row: number) => row < 40;
const place = {
  ra: Float64Array.from(rows, (row) => 4 * row),
  dec: Float64Array.from(rows, () => 60),
};
const noise = () => 1 + 0.1 * stream.uniform();
const table = {
  origin: { kind: "table" as const, description: "two kinds", sha256: "" },
  names: rows.map(String),
  ...place,
  matrix: fillDerived(
    new Map<string, number[]>([
      ["flux_b", rows.map((row) => noise() * (isFaint(row) ? 1e-15 : 1e-13))],
      ["flux_h", rows.map((row) => noise() * (isFaint(row) ? 8e-16 : 1e-14))],
      ["flux_s", rows.map((row) => noise() * (isFaint(row) ? 1e-16 : 8e-14))],
      ["G", rows.map((row) => isFaint(row) ? NaN : 12 * noise())],
    ]),
    place,
  ),
};
const labels = Int32Array.from(rows, (row) => isFaint(row) ? 0 : 1);
const matrix = withAddedFeatures(table).matrix;
const reference = learnLikeness(matrix, labels, 7);

Deno.test("a source among its like has a likeness of 1 to their class and 0 to the other", () => {
  const both = withAddedFeatures(takeSources(table, [3, 3])).matrix;
  const [right, wrong] = likeness(reference, both, Int32Array.of(0, 1));
  assert.deepEqual(right, {
    score: 1,
    reason: "of the 20 labelled sources most like it 20 are AGN",
  });
  assert.equal(wrong.score, 0);
});

Deno.test("the reference survives JSON, and a source without any value still has neighbours", () => {
  const again = JSON.parse(JSON.stringify(reference));
  assert.deepEqual(likeness(again, matrix, labels), likeness(reference, matrix, labels));
  const nothing = { ...table, matrix: fillDerived(new Map(), place) };
  const [{ score, reason }] = likeness(reference, withAddedFeatures(nothing).matrix, labels);
  assert.ok(score > 0.5, "without a counterpart, it is more like the faint ones");
  assert.match(reason, /^of the 20 labelled sources most like it \d+ are AGN/);
});
