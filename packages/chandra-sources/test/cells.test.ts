import assert from "node:assert/strict";
import { columnOf, parseChoice, readRows } from "@csc-classify/chandra-sources";
import { standIns, toNumber } from "../cells.ts";

Deno.test("a text is the number that it writes, and what only JavaScript takes for one is none", () => {
  const numbers: Record<string, number> = {
    ...{ "0": 0, "-0": -0, "7": 7, "1.5": 1.5, ".5": 0.5, "5.": 5, "+2": 2, "1e5": 1e5, "0e0": 0 },
    ...{ " 1.5\t": 1.5, "1.2E-14": 1.2e-14, "\u22121.5": -1.5, "1.2x10^-14": 1.2e-14 },
    ...{ "1.5(-14)": 1.5e-14, "1.5 (-14)": 1.5e-14 },
    ...{ "1.5d3": 1500, "1e999": Infinity, "inf": Infinity, "-Infinity": -Infinity },
  };
  for (const [text, number] of Object.entries(numbers)) assert.equal(toNumber(text), number, text);
  const none = [
    "",
    " ",
    "-",
    "+",
    ".",
    "e5",
    "0x1f",
    "0b1",
    "0o7",
    "1_000",
    "infinite",
    "1.5(14)",
    "(-14)",
  ];
  for (const text of [...none, "NaN", "12 30 15", "1,5", "<1"]) {
    assert.ok(Number.isNaN(toNumber(text)), text);
  }
});

Deno.test("what stands for a missing value is found among numbers in any order", () => {
  const column = { target: "G", factor: 1, offset: 0 };
  const rows = ["12.5", "-99", "0", "13", "99", "", "-0", "99", "-99", "x", "-9.99"];
  const found = standIns(column, Float64Array.from(rows, toNumber));
  assert.deepEqual([...found].sort((a, b) => a - b), [-99, -9.99, 0, 99]);
});

Deno.test("a column is the same whether its table comes by rows of text or by columns of numbers", async () => {
  const columns = ["name", "ra [hours]", "dec", "log_flux_b", "G", "W1"];
  const names = columns.map((column) => {
    const [, name, unit] = /^(.*?)(?: \[(.*)\])?$/.exec(column)!;
    return { name, ...(unit && { unit }) };
  });
  const cells = [
    ["a", "b", "c", "d"],
    [1.5, 23.9, 12.25, 0.5],
    [-10, 88, 0, 45],
    [-13.5, -14.25, NaN, -15],
    [12.5, NaN, 18, 20.25],
    [NaN, 99, 99, 11],
  ];
  const read = async (table: Partial<Parameters<typeof readRows>[1]>) => {
    const opened = { kind: "t", columns: names, rows: [], ...table };
    const { batches, notes } = await readRows("t", opened, {
      features: ["flux_b", "G", "W1"],
      choices: [parseChoice("flux_b=log_flux_b:log (erg/s/cm2)")],
      onReject: (reject) => assert.fail(JSON.stringify(reject)),
    });
    const [sources] = await Array.fromAsync(batches);
    assert.doesNotMatch(notes.join(), /with errors/);
    return [
      [...sources.names],
      [...sources.ra],
      [...sources.dec],
      ...["flux_b", "G", "W1"].map((name) => [...columnOf(sources, name)]),
    ];
  };
  const rows = cells[0].map((_, row) =>
    cells.map((column) => Number.isNaN(column[row]) ? "" : String(column[row]))
  );
  const numbers = cells.map((column, i) =>
    i === 0 ? column : Float64Array.from(column as number[])
  );
  const byColumns = await read({ pieces: [{ nRows: 4, cells: numbers }] });
  assert.deepEqual(byColumns, await read({ rows }));
  assert.equal(byColumns[1][0], 22.5);
  assert.ok(Math.abs(byColumns[3][0] as number / 10 ** -13.5 - 1) < 1e-12);
  assert.deepEqual(byColumns[5], [NaN, NaN, NaN, 11]);
});
