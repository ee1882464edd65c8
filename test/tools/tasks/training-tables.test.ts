import assert from "node:assert/strict";
import { CLASSES } from "@csc-classify/chandra-sources";
import { ROOT } from "#lib/run/files.ts";
import { random } from "@csc-classify/forests";

interface Row {
  G: number | string;
  W1: number | string;
  class: string;
}

/** A training table of the given rows, every other column filled by chance. */
function table(n: number, change: (row: Row, i: number) => void = () => {}): string {
  const draw = random(3, "training tables");
  const lines = Array.from({ length: n }, (_, i) => {
    const row: Row = { G: 10 + 8 * draw.uniform(), W1: 8, class: CLASSES[i % CLASSES.length] };
    row.W1 = 9 + 6 * draw.uniform();
    change(row, i);
    const place = `${360 * draw.uniform()},${160 * draw.uniform() - 80}`;
    return `s${i},${row.class},${place},${10 ** (-15 + 2 * draw.uniform())},${row.G},${row.W1}`;
  });
  return ["name,class,ra,dec,flux_b,G,W1", ...lines, ""].join("\n");
}

const CASES: readonly [title: string, table: string, end: RegExp | "scored"][] = [
  [
    "an unknown class",
    table(80, (row, i) => {
      if (i === 7) row.class = "QSO";
    }),
    /row 8, class = "QSO": the class is not one of AGN, STAR/,
  ],
  ["no class at all", table(80, (row) => row.class = ""), /class = "": the class is not one of/],
  ["one class", table(80, (row) => row.class = "AGN"), /80 rows, 1 classes; give at least 20 rows/],
  ["one row", table(1), /1 rows, 1 classes; give at least 20 rows, of two classes or more/],
  ["a few rows", table(8), /8 rows, 8 classes; give at least 20 rows, of two classes or more/],
  ["no row", table(0), /a header and no rows; is it the right file\?/],
  ["no byte", "", /the file is empty; is it the right one\?/],
  ["a name twice", table(80).replace("s1,", "s0,"), /rows 1 and 2 have the same name "s0"/],
  ["two classes", table(80, (row, i) => row.class = CLASSES[i % 2]), "scored"],
  ["a constant column", table(80, (row) => row.G = 15), "scored"],
  ["an empty column", table(80, (row) => row.G = ""), "scored"],
  [
    "nothing but empty columns",
    table(80, (row) => {
      row.G = row.W1 = "";
    }),
    "scored",
  ],
];

for (const [title, text, end] of CASES) {
  Deno.test(`a training table with ${title} ${end === "scored" ? "can be learnt from" : "is refused with the remedy"}`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/training.csv`, text);
      await Deno.writeTextFile(`${folder}/t.csv`, "name,ra,dec,flux_b,G\na,1,2,1e-14,15\n");
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--no-check", "-A", `${ROOT}/tools/tasks/score.ts`, `${folder}/t.csv`],
          ...["--out", `${folder}/o.csv`, "--model", "paper", "--workers", "1"],
        ],
        env: { CSC_DATA: `${folder}/training.csv`, CSC_OUT: `${folder}/out`, NO_COLOR: "1" },
      }).output();
      const said = new TextDecoder().decode(stderr);
      assert.doesNotMatch(said, /\n {4}at /);
      if (end === "scored") {
        assert.equal(code, 0, said);
        return;
      }
      assert.ok(code === 1 || code === 2, said);
      assert.match(said, end);
      assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
        "t.csv",
        "training.csv",
      ]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** Notes that the first thread, which is to hear signals, works with LightGBM; others do not load it. */
const WATCHED = `const { instantiate } = WebAssembly;
WebAssembly.instantiate = (...all) => {
  console.error("LightGBM in the first thread");
  return instantiate(...all);
};`;

Deno.test("the thread that hears signals trains nothing: steps of a fit may take it seconds", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/training.csv`, table(80));
    await Deno.writeTextFile(`${folder}/t.csv`, "name,ra,dec,flux_b,G\na,1,2,1e-14,15\n");
    await Deno.writeTextFile(`${folder}/watched.ts`, WATCHED);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-check", "-A", "--preload", `${folder}/watched.ts`],
        ...[`${ROOT}/tools/tasks/score.ts`, `${folder}/t.csv`],
        ...["--out", `${folder}/o.csv`, "--model", "paper", "--workers", "1"],
      ],
      // a seed of its own: what was fitted with it before is kept
      env: {
        CSC_DATA: `${folder}/training.csv`,
        CSC_OUT: `${folder}/out`,
        CSC_SEED: String(Date.now() % 1e9),
      },
    }).output();
    const said = new TextDecoder().decode(stderr);
    assert.equal(code, 0, said);
    assert.match(said, /^Training /m);
    assert.doesNotMatch(said, /LightGBM in the first thread/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
