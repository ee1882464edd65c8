import assert from "node:assert/strict";
import { isMissing, numberFormat } from "#show/tables.ts";

Deno.test("a column of fractions has the decimals that four digits of its largest need", () => {
  const format = numberFormat([93.123, 9.5, null]);
  assert.deepEqual([93.123, 9.5].map(format), ["93.12", "9.50"]);
});

Deno.test("whole numbers stay whole and are grouped from five digits on", () => {
  const format = numberFormat([2023, 269366]);
  assert.deepEqual([2023, 269366].map(format), ["2023", "269\u202f366"]);
});

Deno.test("very small numbers become powers of ten", () => {
  const format = numberFormat([1.234e-14, 3e-13]);
  assert.equal(format(1.234e-14), "1.23\u00a0×\u00a010⁻¹⁴");
});

Deno.test("beside powers of ten other numbers have four digits, zeros at the end among them", () => {
  const values = [3e-15, 17.5, 2.73, 0.5, 5];
  assert.deepEqual(values.slice(1).map(numberFormat(values)), ["17.50", "2.730", "0.5000", "5"]);
});

Deno.test("the number of decimals can be given, and a minus is a minus sign", () => {
  assert.equal(numberFormat([1.25, -3], 1)(-3), "\u22123.0");
});

Deno.test("null, undefined and NaN are missing; zero and empty text are not", () => {
  assert.deepEqual([null, undefined, NaN, 0, ""].map(isMissing), [true, true, true, false, false]);
});

Deno.test("what is rounded to zero has no minus", () => {
  const format = numberFormat([-0.04, -1.26], 1);
  assert.deepEqual([-0.04, -1.26].map(format), ["0.0", "−1.3"]);
});
