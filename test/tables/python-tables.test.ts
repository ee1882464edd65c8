import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openTable } from "@csc-classify/vo-tables/disk";
import { CHECKERS, NO_CHECKERS } from "../tools/publish/checkers.ts";

if (!CHECKERS) console.log(`skipped: ${NO_CHECKERS}`);

/** A column as the library that wrote it reads it. */
interface Expected {
  readonly unit: string | null;
  readonly cells: readonly (string | number | boolean | null)[];
}

/** Text that stands for a number is one here: CSV says no types. */
function same(cell: unknown, expected: Expected["cells"][number]): boolean {
  const isMissing = cell === null || cell === undefined || Number.isNaN(cell) || cell === "" ||
    cell === "null" || cell === "--";
  if (expected === null || expected === "") return isMissing;
  if (isMissing) return false;
  if (typeof expected === "string") return String(cell).trim() === expected;
  if (typeof expected === "boolean") return /^(true|1)$/i.test(String(cell)) === expected;
  return Object.is(Number(cell), expected) || Math.abs(Number(cell) / expected - 1) < 1e-15;
}

Deno.test({
  name: "tables that astropy, pandas and pyarrow write read as they read them, cell by cell",
  ignore: CHECKERS === undefined,
  async fn(t) {
    const folder = await Deno.makeTempDir();
    try {
      const script = fileURLToPath(new URL("./python_tables.py", import.meta.url));
      const { success, stderr } = await new Deno.Command(CHECKERS!, { args: [script, folder] })
        .output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const files: Record<string, Record<string, Expected>> = JSON.parse(
        await Deno.readTextFile(`${folder}/expected.json`),
      );
      assert.ok(Object.keys(files).length >= 30);
      for (const [file, columns] of Object.entries(files)) {
        await t.step(file, async () => {
          const table = await openTable(`${folder}/${file}`);
          const names = table.columns.map(({ name }) => name);
          const places = Object.keys(columns).map((name) => names.indexOf(name));
          table.want?.(places);
          const rows = await Array.fromAsync(table.rows);
          for (const [i, [name, { unit, cells }]] of Object.entries(columns).entries()) {
            const place = places[i], found = rows.map((row) => row[place]);
            assert.ok(place >= 0, `no ${name} among ${names}`);
            assert.equal(found.length, cells.length);
            const wrong = cells.findIndex((cell, row) => !same(found[row], cell));
            assert.ok(wrong < 0, `${name}, row ${wrong}: ${found[wrong]} is not ${cells[wrong]}`);
            const bare = (text = "") => text.replace(/[\s*()]/g, "");
            if (unit !== null) assert.equal(bare(table.columns[place].unit), bare(unit));
          }
        });
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
