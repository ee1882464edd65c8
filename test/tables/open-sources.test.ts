import assert from "node:assert/strict";
import { TableQuestions } from "@csc-classify/chandra-sources";
import { SOURCE_COLUMNS } from "#lib/trust/classify.ts";
import { openSources, RejectsList } from "#tools/tasks/user-table.ts";
import { inFolder } from "../in-folder.ts";

const HEADER = "name,ra,dec,flux_b,flux_h,G";
const ROWS = 20_000;

/** A long table as CSV; a line of the user's own in the place of some rows, by their number. */
function longTable(others: ReadonlyMap<number, string> = new Map(), nRows = ROWS): string {
  const lines = Array.from({ length: nRows }, (_, i) => {
    const row = i + 1, flux = (1 + i % 97) * 1e-15;
    return others.get(row) ??
      `S${row},${10 + i / 1000},${-30 + i / 2000},${flux},${flux / 3},${15 + i % 7}`;
  });
  return [HEADER, ...lines, ""].join("\n");
}

/** Opens a table of that content; what was told so far comes with it. */
async function opened(folder: string, content: string, told: string[] = []) {
  const path = `${folder}/table.csv`;
  await Deno.writeTextFile(path, content);
  const rejects = new RejectsList(`${folder}/rejects.csv`);
  const sources = await openSources(path, rejects, {
    features: SOURCE_COLUMNS,
    folder,
    column: [],
    tell: (line) => told.push(line),
  });
  return { ...sources, told, rejects };
}

Deno.test("a long table is told by its first rows before a source is given, and by all when they are read", async () => {
  await inFolder(async (folder) => {
    const bad = new Map([[18_000, "S18000,400,0,1e-15,1e-15,15"]]);
    const { batches, told, rejects, counts, expected, tellRest } = await opened(
      folder,
      longTable(bad),
    );
    using _ = rejects;
    assert.equal(told.length, 1);
    assert.match(told[0], /table\.csv \(text.*\), by its first 16384 rows:/);
    assert.match(told[0], /^ +flux_b +flux_b +.*100 %/m);
    // by the bytes read so far
    assert.ok(Math.abs(expected() - ROWS) < ROWS / 4, `${expected()} rows are expected`);
    const names: string[] = [];
    for await (const batch of batches) names.push(...batch.names);
    assert.equal(names.length, ROWS - 1);
    assert.deepEqual({ ...counts }, { rows: ROWS, accepted: ROWS - 1, rejected: 1, repeated: 0 });
    assert.equal(expected(), ROWS - 1);
    assert.equal(told.length, 1);
    tellRest();
    const [, complaint, whole] = told;
    assert.match(complaint, /row 18000, ra = "400"/);
    assert.match(whole, /table\.csv \(text.*\), by all its 20000 rows:/);
    assert.match(
      await Deno.readTextFile(`${folder}/rejects.csv`),
      /^row,[^\n]*\r?\n18000,S18000,ra,400,/,
    );
  });
});

Deno.test("a table of fewer rows is told once, by all of them; without bad rows no list is made", async () => {
  await inFolder(async (folder) => {
    const { batches, told, rejects, expected, tellRest } = await opened(
      folder,
      longTable(undefined, 500),
    );
    using _ = rejects;
    assert.match(told.join("\n"), /: 500 rows, 500 to score\./);
    assert.equal(expected(), 500);
    const [{ names }] = await Array.fromAsync(batches);
    assert.equal(names.length, 500);
    tellRest();
    assert.equal(told.length, 1);
    await assert.rejects(Deno.stat(`${folder}/rejects.csv`), Deno.errors.NotFound);
  });
});

Deno.test("how many rows a table of short lines has is about known from its first", async () => {
  await inFolder(async (folder) => {
    const nRows = 200_000;
    const lines = Array.from({ length: nRows }, (_, i) => `S${i},${i % 360},-5,1e-13\n`);
    const { batches, rejects, expected } = await opened(
      folder,
      ["name,ra,dec,flux_b\n", ...lines].join(""),
    );
    using _ = rejects;
    assert.ok(Math.abs(expected() - nRows) < nRows / 4, `${expected()} rows are expected`);
    await batches[Symbol.asyncIterator]().return?.(undefined);
  });
});

Deno.test("a table that ends with its first batches is told once, with all that is known in the end", async () => {
  await inFolder(async (folder) => {
    const noFlux = new Map([[16_384, "S16384,20,-20,,,15"]]);
    const { batches, told, rejects, tellRest } = await opened(
      folder,
      longTable(noFlux, 16_384),
    );
    using _ = rejects;
    assert.match(told.join("\n"), /: 16384 rows, 16384 to score\./);
    assert.match(told.join("\n"), /^1 of 16384 sources have no X-ray flux\.$/m);
    let given = 0;
    for await (const { names } of batches) given += names.length;
    tellRest();
    assert.deepEqual([given, told.length], [16_384, 1]);
  });
});

Deno.test("rows that are left out are told where the first rows end with a question, too", async () => {
  await inFolder(async (folder) => {
    const told: string[] = [];
    const others = new Map([[3, "S3,400,0,1e-15,1e-15,15"], [300, "S1,10,-30,5e-14,5e-15,19"]]);
    await assert.rejects(opened(folder, longTable(others), told), TableQuestions);
    assert.match(told.join("\n"), /^ +row 3, ra = "400": outside 0 to 360;[^\n]*$/);
  });
});

Deno.test("a doubt that only the last rows raise is asked in the place of more sources", async () => {
  await inFolder(async (folder) => {
    const again = new Map([[19_000, "S1,10,-30,5e-14,5e-15,19"]]);
    again.set(18_000, "S18000,400,0,1e-15,1e-15,15");
    const { batches, told, rejects, tellLeftOut } = await opened(folder, longTable(again));
    using _ = rejects;
    let given = 0;
    await assert.rejects(async () => {
      for await (const { names } of batches) given += names.length;
    }, (error) => error instanceof TableQuestions && /S1\b/.test(error.message));
    assert.ok(given > 0, "nothing was given");
    assert.equal(told.length, 1);
    // once, however often it is asked for
    for (const _ of [1, 2]) tellLeftOut();
    assert.deepEqual(told.slice(1).map((line) => line.slice(0, 23)), ['  row 18000, ra = "400"']);
  });
});

Deno.test("of a table that will end with a question no source is given behind the first doubt", async () => {
  await inFolder(async (folder) => {
    const again = new Map([[300, "S1,10,-30,5e-14,5e-15,19"], [ROWS, "S2,10,-30,5e-14,5e-15,19"]]);
    // both are named, though nothing is scored meanwhile
    await assert.rejects(
      opened(folder, longTable(again)),
      (error) => error instanceof TableQuestions && /2 sources/.test(error.message),
    );
  });
});
