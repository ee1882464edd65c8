import assert from "node:assert/strict";
import type { ScoredSource } from "#lib/scoring/read-scored.ts";
import { fillDerived, type Sources } from "@csc-classify/chandra-sources";
import {
  countMeasured,
  eachOnce,
  standsForSource,
  withOtherInputs,
} from "#studies/catalogues/each-once.ts";

function set(title: string, names: string[], columns: Record<string, number[]>): Sources {
  const position = { ra: new Float64Array(names.length), dec: new Float64Array(names.length) };
  const filled = Object.entries(columns).map(([name, values]) =>
    [name, Float64Array.from(values)] as const
  );
  return {
    origin: { kind: "compilation", description: title, sha256: "" },
    names,
    ...position,
    matrix: fillDerived(new Map(filled), position),
    extras: { origin: names.map(() => title) },
  };
}

const first = set("first", ["a", "b", "c"], { flux_b: [1e-14, 1e-14, NaN], G: [12, NaN, NaN] });
const second = set("second", ["b", "d", "a"], {
  flux_b: [1e-14, 1e-14, 1e-14],
  W1: [12, 13, 14],
  W2: [11, NaN, NaN],
});

Deno.test("measured features are counted, positions and colours that follow are not", () => {
  assert.deepEqual([...countMeasured(first.matrix)], [2, 1, 0]);
  assert.deepEqual([...countMeasured(second.matrix)], [3, 2, 2]);
});

Deno.test("of a source in two sets the row with more measured features stays, of equals the first", () => {
  const { kept, left, stands } = eachOnce([first, second]);
  assert.deepEqual(stands, [[true, false, true], [true, true, false]]);
  assert.deepEqual(kept.map(({ names }) => names), [["a", "c"], ["b", "d"]]);
  assert.deepEqual(left.map(({ names }) => names), [["b"], ["a"]]);
  assert.deepEqual(left[1].extras, { origin: ["second"] });
  assert.deepEqual(standsForSource(["", "x", "", "x"], [1, 1, 1, 5]), [true, false, true, true]);
});

Deno.test("a row says which class its source has by the rows that were left out", () => {
  const { kept } = eachOnce([first, second]);
  const place = { ra: 0, dec: 0, margin: 0.1 };
  const left: ScoredSource[] = [
    { ...place, name: "b", class: "AGN", cmp: 0.51249, origin: "first" },
    { ...place, name: "a", class: "CV", cmp: 0.4, origin: "second" },
    { ...place, name: "a", class: "YSO", cmp: 0.9, origin: "third" },
  ];
  const [one, two] = withOtherInputs(kept, left);
  assert.deepEqual(one.extras!.other_inputs, [
    "CV with 0.400 by second; YSO with 0.900 by third",
    null,
  ]);
  assert.deepEqual(two.extras!.other_inputs, ["AGN with 0.512 by first", null]);
  assert.deepEqual(two.extras!.origin, ["second", "second"]);
});
