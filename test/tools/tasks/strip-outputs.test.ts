import assert from "node:assert/strict";
import { stripOutputs } from "#tools/tasks/strip-outputs.ts";
import { ROOT } from "#lib/run/files.ts";

const cell = {
  cell_type: "code",
  id: "a",
  metadata: { collapsed: true },
  source: ["1 + 1"],
  outputs: [{ output_type: "stream", text: "2" }],
  execution_count: 7,
};

Deno.test("what is no notebook is refused, and not read as one", () => {
  for (const text of ["null", "[]", "{}", '{"cells": 3}', "x"]) {
    assert.throws(() => stripOutputs(text), SyntaxError, text);
  }
});

Deno.test("stripping removes outputs, counts and metadata, and keeps sources and ids", () => {
  const stripped = JSON.parse(stripOutputs(JSON.stringify({ cells: [cell], metadata: {} })));
  assert.deepEqual(stripped.cells, [
    { ...cell, metadata: {}, outputs: [], execution_count: null },
  ]);
  assert.equal(stripped.metadata.kernelspec.name, "deno");
});

for (const { name } of Deno.readDirSync(`${ROOT}/notebooks`)) {
  if (!name.endsWith(".ipynb")) continue;
  const text = Deno.readTextFileSync(`${ROOT}/notebooks/${name}`);

  Deno.test(`${name} carries no outputs and no execution counts (deno task strip)`, () => {
    const { cells } = JSON.parse(text) as { cells: (typeof cell)[] };
    const run = cells.filter(({ outputs, execution_count }) => outputs?.length || execution_count);
    assert.deepEqual(run, []);
  });

  Deno.test(`${name} opens with a title and a why, and no cell is longer than a screen`, () => {
    const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string[] }[] };
    const opening = [cells[0].source].flat().join("");
    assert.equal(cells[0].cell_type, "markdown");
    assert.match(opening, /^# .+\n\s*\n?.+/);
    const code = cells.filter(({ cell_type }) => cell_type === "code");
    const longest = Math.max(
      ...code.map(({ source }) => [source].flat().join("").split("\n").length),
    );
    assert.ok(longest <= 60, `a cell has ${longest} lines; move code to lib/`);
  });
}

Deno.test("a notebook of the user's own beside them keeps its outputs and its kernel", async () => {
  const root = await Deno.makeTempDir();
  try {
    const parts = ["lib", "tools", "packages", "deno.json", "deno.lock"];
    const all = parts.map((part) => `${ROOT}/${part}`);
    await new Deno.Command("cp", { args: ["-r", ...all, root] }).output();
    await Deno.mkdir(`${root}/notebooks`);
    const text = JSON.stringify({ cells: [cell], metadata: { kernelspec: { name: "python3" } } });
    for (const name of ["07-ours.ipynb", "mine.ipynb", "2026-mine.ipynb"]) {
      await Deno.writeTextFile(`${root}/notebooks/${name}`, text);
    }
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "-A", `${root}/tools/tasks/strip.ts`],
    }).output();
    assert.equal(code, 0);
    const said = new TextDecoder().decode(stdout);
    assert.match(said, /^stripped 07-ours\.ipynb$/m);
    for (const name of ["mine.ipynb", "2026-mine.ipynb"]) {
      assert.match(said, new RegExp(`^${name} stays as it is`, "m"));
      assert.equal(await Deno.readTextFile(`${root}/notebooks/${name}`), text);
    }
    assert.notEqual(await Deno.readTextFile(`${root}/notebooks/07-ours.ipynb`), text);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
