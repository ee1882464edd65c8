import assert from "node:assert/strict";
import NAMES from "../../packages/chandra-sources/data/column-names.json" with { type: "json" };
import { ROOT } from "#lib/run/files.ts";
import { joinedAngles } from "../../packages/chandra-sources/angles.ts";
import { mapColumns } from "../../packages/chandra-sources/column-map.ts";
import { dialectsText } from "#tools/derive/dialects.ts";

for (const { title, header, meaning, separator = " " } of NAMES.dialects) {
  Deno.test(`${title}: each column is what it is there`, () => {
    const columns = header.split(separator).map((name) => ({ name }));
    const { mapped, questions } = mapColumns([...columns, ...joinedAngles(columns)], {
      features: [],
      force: ["position"],
    });
    assert.deepEqual(questions, []);
    const targets = new Map(mapped.map(({ index, target }) => [index, target]));
    assert.deepEqual(columns.map((_, i) => targets.get(i) ?? "-"), meaning.split(separator));
  });
}

Deno.test("docs/dialects.md is what packages/chandra-sources/data/column-names.json says: deno run -RW -E tools/derive/dialects.ts", async () => {
  // the formatter aligns its tables and wraps its paragraphs
  const bare = (text: string) => text.replace(/[\s-]+/g, " ");
  const written = await Deno.readTextFile(`${ROOT}/docs/dialects.md`);
  assert.equal(bare(written), bare(dialectsText()));
});
