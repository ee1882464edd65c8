import assert from "node:assert/strict";
import { toGalactic, toVectors } from "@csc-classify/sky";
import { toAitoff } from "#tools/explorer/page/aitoff.ts";
import { placeOnMap } from "#tools/explorer/page/catalogue.ts";
import { cscName } from "#tools/explorer/page/csc-name.ts";
import { packColumns, PackedTable } from "#tools/explorer/page/packed.ts";

Deno.test("packed columns come back within half a step, missing values and texts exactly", () => {
  const mag = [12.3456, NaN, 21.9, -1.5], flux = [1e-16, 3.3e-12, NaN, 0];
  const p = [0.99991, 1, 0, 0.5], ra = [0, 359.999999, 83.633083, NaN];
  const packed = packColumns({ title: "ä" }, 4, [
    { name: "mag", values: mag, kind: "linear", bytes: 2, step: 0.001 },
    { name: "flux", values: flux, kind: "log", bytes: 2 },
    { name: "p", values: p, kind: "logit", bytes: 2 },
    { name: "ra", values: ra, kind: "linear", bytes: 4, step: 1e-6 },
    { name: "class", values: ["AGN", null, "STAR", "AGN"], kind: "text" },
    { name: "none", values: [NaN, NaN, NaN, NaN], kind: "linear", bytes: 1 },
  ]);
  const table = new PackedTable<{ title: string }>(packed);
  assert.deepEqual([table.head, table.nRows], [{ title: "ä" }, 4]);
  const off = (name: string, values: number[]) =>
    values.map((value, row) => Math.abs(table.value(name, row) - value));
  assert.ok(off("mag", mag).every((d) => Number.isNaN(d) || d <= 0.0005 + 1e-12));
  assert.ok(off("ra", ra).every((d) => Number.isNaN(d) || d <= 0.5e-6 + 1e-12));
  // zero stands at -80, so that 54 in natural logarithms share 65,534 steps: 0.04 per cent
  assert.ok(Math.abs(table.value("flux", 1) / 3.3e-12 - 1) < 5e-4);
  assert.deepEqual([table.value("mag", 1), table.value("flux", 2)], [NaN, NaN]);
  // no logarithm, and yet no missing value
  assert.equal(table.value("flux", 3), 0);
  assert.ok(Math.abs(table.value("p", 0) - 0.99991) < 1e-7 && table.value("p", 1) > 1 - 2e-7);
  assert.deepEqual([0, 1, 2, 3].map((row) => table.text("class", row)), [
    "AGN",
    null,
    "STAR",
    "AGN",
  ]);
  assert.deepEqual([table.value("none", 0), table.value("nothing", 0), table.text("x", 0)], [
    NaN,
    NaN,
    null,
  ]);
  assert.deepEqual([...table.numbers("mag", new Float64Array(4))].map(Number.isNaN), [
    false,
    true,
    false,
    false,
  ]);
});

Deno.test("a column of many texts and a column of wide numbers keep every row apart", () => {
  const n = 70_000, texts = Array.from({ length: n }, (_, i) => `source ${i}`);
  const numbers = Float64Array.from({ length: n }, (_, i) => i / 7);
  const table = new PackedTable<null>(packColumns(null, n, [
    { name: "t", values: texts, kind: "text" },
    { name: "x", values: numbers, kind: "linear", bytes: 4 },
  ]));
  assert.deepEqual([0, 256, 65_536, n - 1].map((row) => table.text("t", row)), [
    "source 0",
    "source 256",
    "source 65536",
    `source ${n - 1}`,
  ]);
  assert.ok(Math.abs(table.value("x", n - 1) - (n - 1) / 7) < 1e-5);
});

Deno.test("a position has the name that the catalogue gives it, cut off and not rounded", () => {
  // 11 05 07.45, -58 51 05.47: the first source of the field of NGC 3532
  assert.equal(cscName(166.28104166666665, -58.85151944444445), "2CXO J110507.4-585105");
  assert.equal(cscName(0.0391148, 13.9384931), "2CXO J000009.3+135618");
  assert.equal(cscName(1.5943245, -0.0735730), "2CXO J000622.6-000424");
  assert.equal(cscName(NaN, 1), "");
});

Deno.test("places of many sources on the map are those of each one", () => {
  const places = [[10, 20], [266.4, -28.9], [192.8, 27.1], [0, 90], [83.6, 22], [350, -60]];
  const [x, y] = placeOnMap(toVectors({
    ra: Float64Array.from(places, ([ra]) => ra),
    dec: Float64Array.from(places, ([, dec]) => dec),
  }));
  places.forEach(([ra, dec], i) => {
    const { l, b } = toGalactic(ra, dec), [mapX, mapY] = toAitoff(l, b);
    assert.ok(Math.abs(x[i] - mapX) < 1e-6 && Math.abs(y[i] - mapY) < 1e-6, `${ra} ${dec}`);
  });
});
