import assert from "node:assert/strict";
import fc from "fast-check";
import { bytesFile } from "../table-file.ts";
import { openFile } from "../open-file.ts";
import { cellOf } from "../open-table.ts";
import { splitCells } from "../split-cells.ts";
import { plainNumber } from "../text-cells.ts";

const SEPARATORS = [",", ";", "\t"] as const;

Deno.test("a number read from letters is the one that JavaScript reads, to the bit", () => {
  const digits = fc.stringMatching(/^\d{1,20}$/), sign = fc.constantFrom("", "-", "+");
  const written = fc.tuple(
    sign,
    digits,
    fc.option(digits),
    fc.option(fc.integer({ min: -330, max: 320 })),
  )
    .map(([sign, whole, part, power]) =>
      sign + whole + (part === null ? "" : `.${part}`) + (power === null ? "" : `e${power}`)
    );
  const texts = fc.oneof(written, fc.double({ noNaN: true }).map(String));
  const holds = (text: string) => {
    const number = Number(text), found = plainNumber(`,${text} ;`, 1, text.length + 2);
    assert.ok(Object.is(found, Number.isFinite(number) ? number : NaN), `${text} is ${found}`);
  };
  fc.assert(fc.property(texts, holds), { seed: 30, numRuns: 3000 });
  const some = ["0", "-0", "5.", ".5", "+.5e1", "1E-5", "9007199254740993", "1e22", "123e-22"];
  [...some, "00012.50", "8.999999999999999e15", "1e999", "0.000000000000000000000001"].forEach(
    holds,
  );
});

Deno.test("what is no number, or more than one, is none", () => {
  const none = [
    "",
    " ",
    ".",
    "-",
    "e5",
    "1e",
    "1e+",
    "0x1f",
    "1_000",
    "1,5",
    "1.2.3",
    "12 30",
    "1d5",
  ];
  for (const text of [...none, "NaN", "Infinity", "--1", "\u22121", "1\t"]) {
    assert.ok(Number.isNaN(plainNumber(text, 0, text.length)), text);
  }
});

/** Rows of a text of three columns as the file reads them: by columns, and the numbers of its cells. */
async function read(text: string, chunk: number) {
  const bytes = new TextEncoder().encode(text), file = bytesFile("t.csv", bytes);
  async function* stream() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  const rows: unknown[][] = [], numbers: number[] = [], lines: number[] = [];
  const { pieces } = await openFile({ ...file, stream });
  for await (const { nRows, cells, numbers: places, irregular } of pieces!) {
    for (let row = 0; row < nRows; row++) {
      lines.push(places![row]);
      rows.push([...irregular!.get(row) ?? cells.map((column) => cellOf(column, row))]);
      for (const column of cells) {
        numbers.push((column as { numbers(): Float64Array }).numbers()[row]);
      }
    }
  }
  return { rows, numbers, lines };
}

Deno.test("rows of text are what they are line by line, however quotes and pieces fall", async () => {
  const plain = fc.constantFrom("", " ", "1", "-2.5e-3", "x", "a b", "\u00e9", " 7 ", "12:30");
  const quoted = fc.constantFrom("", "a", "1.5", 'say ""hi""', "a,b;c\td", "b\nc", "  ")
    .map((text) => `"${text}"`);
  const cells = fc.array(fc.oneof({ weight: 4, arbitrary: plain }, quoted), {
    ...{ minLength: 1, maxLength: 4 },
  });
  const comment = fc.constantFrom(["# a comment"], ["#"], [""], ["#1", "2", "3"]);
  const cases = fc.record({
    separator: fc.constantFrom(...SEPARATORS),
    end: fc.constantFrom("\n", "\r\n", "\r"),
    rows: fc.array(fc.oneof({ weight: 4, arbitrary: cells }, comment), { maxLength: 12 }),
    isEnded: fc.boolean(),
    chunk: fc.integer({ min: 1, max: 50 }),
  });
  const good = Array.from({ length: 30 }, (_, i) => [`s${i}`, `${i}.5`, "-7"]);
  await fc.assert(
    fc.asyncProperty(cases, async ({ separator, end, rows, isEnded, chunk }) => {
      const all = [...good, ...rows].map((row) => row.join(separator));
      const text = [["name", "ra", "dec"].join(separator), ...all].join(end) + (isEnded ? end : "");
      const expected = all.flatMap((line, i) => {
        const cells = splitCells(line, { separator })!;
        while (cells.length > 3 && cells.at(-1)!.trim() === "") cells.pop();
        const isRow = cells.some((cell) => cell.trim() !== "") &&
          (cells.length === 3 || !line.startsWith("#"));
        return isRow ? [{ line: i + 1, cells }] : [];
      });
      const found = await read(text, chunk);
      assert.deepEqual(found.rows, expected.map(({ cells }) => cells));
      assert.deepEqual(found.lines, expected.map(({ line }) => line));
      const numbers = expected.flatMap(({ cells }) =>
        [0, 1, 2].map((i) => cells.length === 3 ? plainNumber(cells[i], 0, cells[i].length) : NaN)
      );
      assert.deepEqual(found.numbers, numbers);
    }),
    { seed: 30, numRuns: 400 },
  );
});
