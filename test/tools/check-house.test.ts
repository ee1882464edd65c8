import assert from "node:assert/strict";
import { median } from "simple-statistics";
import { ROOT } from "#lib/run/files.ts";
import { checkHouse } from "#tools/check-house.ts";

/** A small project of the given files; its package `p` is `@x/p`. */
async function houseOf(files: Readonly<Record<string, string>>) {
  const root = await Deno.makeTempDir();
  const all = {
    "deno.json": '{ "imports": { "#lib/": "./lib/", "#tools/": "./tools/" } }',
    "packages/p/deno.json": '{ "name": "@x/p", "exports": { ".": "./mod.ts" } }',
    "packages/p/mod.ts": 'export { one } from "./one.ts";\n',
    "packages/p/one.ts": "export const one = 1;\n",
    "lib/mod.ts": 'export { two } from "./two.ts";\n',
    "lib/two.ts": 'import { one } from "@x/p";\nexport const two = 2 * one;\n',
    "tools/t.ts": 'import { two } from "#lib/mod.ts";\nconsole.log(two);\n',
    "notebooks/n.ipynb": '{ "cells": [] }',
    "test/a.test.ts": "",
    ...files,
  };
  try {
    for (const [path, text] of Object.entries(all)) {
      await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, text);
    }
    return await checkHouse(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("a project that keeps the rules has nothing to say but its counts", async () => {
  const house = await houseOf({});
  assert.deepEqual([house.wrongImports, house.circles], [[], []]);
  assert.deepEqual([house.exportedForNobody, house.offeredToNobody], [[], []]);
  assert.deepEqual([house.libNames, house.libLines, house.packageLines], [1, 3, { p: 2 }]);
  assert.equal(house.libNamesUsed, 1);
});

Deno.test("an import against the order of the house is named, a type or a notebook's too", async () => {
  const code = 'import { two } from \\"#lib/mod.ts\\";\\nimport type { T } from \\"#tools/t.ts\\";';
  const { wrongImports } = await houseOf({
    "packages/p/one.ts": 'import type { T } from "#lib/two.ts";\nexport const one: T = 1;\n',
    "lib/two.ts": 'import { x } from "../tools/t.ts";\nexport const two = x;\n',
    "tools/u.ts": 'import { one } from "../packages/p/one.ts";\none;\n',
    "notebooks/n.ipynb": `{ "cells": [{ "cell_type": "code", "source": "${code}" }] }`,
  });
  assert.deepEqual(wrongImports.toSorted(), [
    "lib/two.ts imports ../tools/t.ts",
    "notebooks/n.ipynb imports #tools/t.ts",
    "packages/p/one.ts imports #lib/two.ts",
    "tools/u.ts imports ../packages/p/one.ts",
  ]);
});

Deno.test("a circle of imports is found, if it is of types alone", async () => {
  const { circles } = await houseOf({
    "lib/two.ts": 'import type { T } from "./three.ts";\nexport const two: T = 2;\n',
    "lib/three.ts": 'import { two } from "./two.ts";\nexport type T = typeof two;\n',
  });
  assert.deepEqual(circles, [["lib/three.ts", "lib/two.ts"]]);
});

Deno.test("rooms that import each other are found, though their modules go in no circle", async () => {
  const { circles, roomCircles } = await houseOf({
    "lib/a/one.ts": 'import type { T } from "../b/two.ts";\nexport const one: T = 1;\n',
    "lib/b/two.ts": "export type T = 1;\n",
    "lib/b/three.ts": 'import { four } from "../a/four.ts";\nfour;\n',
    "lib/a/four.ts": "export const four = 4;\n",
    "lib/c/five.ts": 'import { four } from "../a/four.ts";\nfour;\n',
  });
  assert.deepEqual([circles, roomCircles], [[], [["lib/a", "lib/b"]]]);
});

Deno.test("what is exported or offered for nobody is named", async () => {
  const house = await houseOf({
    "lib/mod.ts": 'export { two, type Two } from "./two.ts";\n',
    "lib/two.ts": "export const two = 2;\nexport type Two = 2;\nexport interface Three {}\n",
  });
  assert.deepEqual(
    house.exportedForNobody,
    ["lib/two.ts: Three"],
  );
  assert.deepEqual(house.offeredToNobody, ["packages/p/mod.ts: one", "lib/mod.ts: Two"]);
});

Deno.test("a literal that is spread where it stands is named; what is chosen or made is not", async () => {
  const packed = [
    "const a = { ...{ b: 1, c: [2] }, d: 3 };",
    'const e = [...["f", `g${[1].map((i) => ({ ...{ i } }))}`], 4];',
  ];
  const fine = [
    "const h = { ...a, ...d && { k: 1 }, ...(d ? { l: 1 } : {}) };",
    'const m = [...["n"].map((o) => o), ...(d ? [1] : [])]; // ...{ p: 1 }',
    'const q = "...{ r }", f = (...[s, t]: number[]) => s;',
  ];
  const { packingSpreads } = await houseOf({ "lib/two.ts": [...packed, ...fine].join("\n") });
  assert.deepEqual(packingSpreads, [
    "lib/two.ts: ... { b : 1 , c",
    "lib/two.ts: ... { i } } ) )",
    'lib/two.ts: ... [ "f" , `g${ [ 1',
  ]);
});

Deno.test("a value that a package offers to tests alone is named, a type and what its README uses not", async () => {
  const { offeredToTests } = await houseOf({
    "packages/p/mod.ts": 'export { four, one, three, type Two } from "./one.ts";\n',
    "packages/p/one.ts":
      "export const one = 1, three = 3;\nexport const four = 4;\nexport type Two = 2;\n",
    "packages/p/README.md": "# p\n\n```ts\nconsole.log(four);\n```\n",
    "test/a.test.ts": 'import { four, three, type Two } from "@x/p";\n',
  });
  assert.deepEqual(offeredToTests, ["packages/p/mod.ts: three"]);
});

Deno.test("of a notebook lines, prose, prose built in code and the libraries called are counted", async () => {
  const cell = (cell_type: string, source: string) => ({ cell_type, source });
  const { notebooks } = await houseOf({
    "notebooks/n.ipynb": JSON.stringify({
      cells: [
        cell("markdown", `# Title\n\n${"x".repeat(101)}`),
        cell("code", 'import { tableFromIPC } from "apache-arrow";\n\nPlot.plot({});'),
        cell("code", "await Deno.jupyter.md`one\n\ntwo\nthree`;"),
        cell("code", "Deno.jupyter.md`one\ntwo`;"),
      ],
    }),
  });
  assert.deepEqual(notebooks, {
    "notebooks/n.ipynb": { cells: [2, 3, 2], prose: 3, builtProse: 1, calls: ["Plot", "Arrow"] },
  });
});

const house = await checkHouse(ROOT);

Deno.test("no module imports what it may not or in a circle; rooms of lib and packages go one way", () => {
  assert.deepEqual(house.wrongImports, []);
  assert.deepEqual(house.circles, []);
  assert.deepEqual(house.roomCircles, []);
});

Deno.test("types are converted against the checker's word in six places at most", () => {
  assert.ok(house.doubleCasts <= 6, `${house.doubleCasts} of "as unknown as"`);
});

Deno.test("no literal is spread only to pack lines", () => {
  assert.deepEqual(house.packingSpreads, []);
});

Deno.test("lib offers at most 150 names, four fifths of them taken outside of tests; nothing is offered to nobody", () => {
  assert.ok(house.libNames <= 150, `${house.libNames} names`);
  assert.ok(house.libNamesUsed >= 0.8 * house.libNames, `${house.libNamesUsed} taken`);
  assert.deepEqual(house.offeredToNobody, []);
  assert.deepEqual(house.offeredToTests, []);
  assert.deepEqual(house.exportedForNobody, []);
});

const notebooks = Object.entries(house.notebooks);

Deno.test("Plot, polars, Arrow and danfojs are called in the notebooks that show what they are for", () => {
  const calling = (library: string) =>
    notebooks.filter(([, { calls }]) => calls.some((call) => call === library)).length;
  const counts = Object.fromEntries(
    ["Plot", "polars", "Arrow", "danfojs"].map((name) => [name, calling(name)]),
  );
  const least = { Plot: 8, polars: 9, Arrow: 2, danfojs: 2 };
  for (const [name, number] of Object.entries(least)) {
    assert.ok(counts[name] >= number, `${name} in ${counts[name]} notebooks`);
  }
});

Deno.test("notebooks have few and short cells, prose of their own, and three lines of code to one of it", () => {
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
  for (const [path, { cells, builtProse }] of notebooks) {
    assert.ok(cells.length <= 25, `${path}: ${cells.length} code cells`);
    assert.ok(Math.min(...cells) > 0, `${path}: an empty cell, which JupyterLab never runs`);
    assert.ok(Math.max(...cells) <= 20, `${path}: a cell of ${Math.max(...cells)} lines`);
    assert.ok(
      median(cells) <= 10,
      `${path}: half of its cells have ${median(cells)} lines or more`,
    );
    assert.equal(builtProse, 0, `${path}: cells that build prose`);
  }
  const code = sum(notebooks.map(([, { cells }]) => sum(cells)));
  const prose = sum(notebooks.map(([, { prose }]) => prose));
  assert.ok(code <= 3 * prose, `${code} lines of code, ${prose} of prose`);
});

Deno.test("a notebook begins with its question and ends with its answer in three sentences", async () => {
  for (const [path] of notebooks) {
    const { cells } = JSON.parse(await Deno.readTextFile(`${ROOT}/${path}`)) as {
      cells: { cell_type: string; source: string | string[] }[];
    };
    const [first, last] = [cells[0], cells.at(-1)!].map(({ source }) => [source].flat().join(""));
    assert.match(first, /^# \d+\. .*\n\n\*\*[^\n]*\?\*\*\n/, `${path}: a question in bold`);
    const [, answer] = /\n## Answer\n\n([^\n]+)$/.exec(`\n${last}`) ?? [];
    assert.ok(answer, `${path}: ends with "## Answer"`);
    const sentences = answer.split(/(?<=[.!?]) (?=[A-Z"])/).length;
    assert.ok(sentences <= 3, `${path}: ${sentences} sentences`);
  }
});
