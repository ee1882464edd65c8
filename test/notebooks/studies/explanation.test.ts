import assert from "node:assert/strict";
import { inWords, reasons } from "#studies/explanation.ts";

// one row, two classes, two features and the mean score
const CONTRIBUTIONS = Float64Array.of(0.5, -2, 1, 0, 0.25, 3);
const VALUES = Float64Array.of(NaN, 37.5);
const NAMES = ["G", "lx"];

Deno.test("reasons come strongest first, with the values of the source", () => {
  assert.deepEqual(
    reasons(CONTRIBUTIONS, VALUES, { row: 0, label: 0, nClasses: 2, names: NAMES }),
    [
      { feature: "lx", value: 37.5, contribution: -2 },
      { feature: "G", value: NaN, contribution: 0.5 },
    ],
  );
});

Deno.test("a source is explained in words", () => {
  const all = reasons(CONTRIBUTIONS, VALUES, { row: 0, label: 0, nClasses: 2, names: NAMES });
  assert.equal(
    inWords("X", "AGN", all),
    "X is AGN because Gaia G missing (+0.50); against it lx = 37.5 (−2.00).",
  );
});
