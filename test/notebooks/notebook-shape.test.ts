import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";

interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
}

// eight of this project and two packages, Plot, polars and Arrow
const MOST_LINES = 25, MOST_MODULES = 13;

for (const { name } of Deno.readDirSync(`${ROOT}/notebooks`)) {
  if (!name.endsWith(".ipynb")) continue;
  const { cells } = JSON.parse(Deno.readTextFileSync(`${ROOT}/notebooks/${name}`));
  const code = (cells as Cell[]).filter(({ cell_type }) => cell_type === "code")
    .map(({ source }) => [source].flat().join(""));

  Deno.test(`${name}: no cell is longer than a screen`, () => {
    const long = code.filter((text) => text.split("\n").length > MOST_LINES);
    assert.deepEqual(long.map((text) => text.split("\n")[0]), []);
  });

  Deno.test(`${name}: a reader meets few modules`, () => {
    const modules = new Set(
      code.flatMap((text) =>
        [...text.matchAll(/^(?:import|\}).* from "([^"]+)";$/gm)].map(([, module]) => module)
      ),
    );
    assert.ok(modules.size > 0 && modules.size <= MOST_MODULES, [...modules].sort().join(", "));
  });
}
