// Slow: scores a million rows of CSV and of Parquet where tests run whole, a twentieth elsewhere.
import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { CLASSES, columnOf, type Sources } from "@csc-classify/chandra-sources";
import { writeSources } from "@csc-classify/chandra-sources/files";
import { csvLine, polarsPath } from "@csc-classify/vo-tables";
import { simulatedSources } from "@csc-classify/chandra-sources/simulated";
import { SOURCE_COLUMNS, SourceClassifier } from "#lib/trust/classify.ts";
import { writeModel } from "#lib/scoring/model-folder.ts";
import { measuredRun } from "#tools/bench/measured-run.ts";
import { commandOf, LEAN } from "#tools/tasks/start.ts";
import { smallClassifier } from "../../scoring/small-pipeline.ts";
import { THOROUGH } from "../../thorough.ts";

/** Rows that come again and again under other names: those by which columns are judged. */
const PERIOD = 16_384;
const ROWS = THOROUGH ? 1_000_000 : 50_000;
/** What a run may take at most, in memory, whatever the rows. */
const MOST_MB = 400;
const COLUMNS = SOURCE_COLUMNS.filter((name) => !/^gal_[lb]$/.test(name));
const isLinux = Deno.build.os === "linux";
if (!isLinux) console.log("skipped: long tables: memory is told by Linux's /proc alone");

const [BASE] = simulatedSources(PERIOD, 5) as Iterable<Sources>;

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await writeModel(`${folder}/model`, new SourceClassifier(smallClassifier()));
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const nameOf = (row: number) => `S${row}`;

/** The first rows of the table that never ends, as CSV. */
async function writeCsv(path: string, rows: number): Promise<void> {
  const columns = [BASE.ra, BASE.dec, ...COLUMNS.map((name) => columnOf(BASE, name))];
  const tails = BASE.names.map((_, row) => csvLine(columns.map((column) => column[row])));
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const writer = file.writable.getWriter(), encoder = new TextEncoder();
  await writer.write(encoder.encode(csvLine(["name", "ra", "dec", ...COLUMNS])));
  for (let start = 0; start < rows; start += PERIOD) {
    const end = Math.min(rows, start + PERIOD);
    const lines = tails.slice(0, end - start).map((tail, i) => `${nameOf(start + i)},${tail}`);
    await writer.write(encoder.encode(lines.join("")));
  }
  writer.releaseLock();
}

/** The same as Parquet, all in one row group, as pandas and polars write up to a million rows. */
async function writeParquet(path: string, rows: number): Promise<void> {
  function* batches(): Generator<Sources> {
    for (let start = 0; start < rows; start += PERIOD) {
      yield { ...BASE, names: BASE.names.map((_, i) => nameOf(start + i)) };
    }
  }
  await writeSources(`${path}.groups.parquet`, COLUMNS, batches());
  await pl.scanParquet(`${path}.groups.parquet`).head(rows)
    .sinkParquet(path, { rowGroupSize: rows }).collect();
  await Deno.remove(`${path}.groups.parquet`);
}

/** Scores as `deno task score` does; the most that its process had in memory, in MB. */
async function score(folder: string, table: string, out: string): Promise<number> {
  const args = [`${folder}/${table}`, "--out", `${folder}/${out}`, "--model", `${folder}/model`];
  const command = commandOf("score", [...args, "--workers", "2"]);
  const { code, stderr, peakMB } = await measuredRun(Deno.execPath(), command, {
    env: LEAN.env,
  });
  assert.equal(code, 0, stderr);
  return peakMB;
}

function assertMemory(peak: number): void {
  assert.ok(peak > 50, "its memory was not seen");
  assert.ok(peak <= MOST_MB, `${ROWS} rows took ${Math.round(peak)} MB, of ${MOST_MB}`);
}

Deno.test({
  name: "rows of a long CSV are scored as those of a short one, in memory that does not grow",
  ignore: !isLinux,
  fn: () =>
    inFolder(async (folder) => {
      await writeCsv(`${folder}/short.csv`, PERIOD);
      await writeCsv(`${folder}/long.csv`, ROWS);
      await score(folder, "short.csv", "short.out.csv");
      assertMemory(await score(folder, "long.csv", "long.out.csv"));
      const short = (await Deno.readTextFile(`${folder}/short.out.csv`)).trimEnd().split("\n");
      const expected = short.slice(1).map((line) => line.slice(line.indexOf(",")));
      assert.equal(expected.length, PERIOD);
      let row = -1;
      for await (const line of linesOf(`${folder}/long.out.csv`)) {
        const wanted = row < 0 ? short[0] : nameOf(row) + expected[row % PERIOD];
        if (line !== wanted) assert.equal(line, wanted, `row ${row}`);
        row++;
      }
      assert.equal(row, ROWS);
    }),
});

Deno.test({
  name:
    "rows of a long Parquet file are scored as those of a short one, in memory that does not grow",
  ignore: !isLinux,
  fn: () =>
    inFolder(async (folder) => {
      await writeParquet(`${folder}/short.parquet`, PERIOD);
      await writeParquet(`${folder}/long.parquet`, ROWS);
      await score(folder, "short.parquet", "short.out.parquet");
      assertMemory(await score(folder, "long.parquet", "long.out.parquet"));
      const expected = pl.readParquet(`${folder}/short.out.parquet`);
      const long = pl.scanParquet(polarsPath(`${folder}/long.out.parquet`));
      const classes = new Set(expected.getColumn("class").toArray());
      assert.ok(classes.size > 1 && classes.size <= CLASSES.length);
      for (let start = 0; start < ROWS; start += PERIOD) {
        const part = long.slice(start, PERIOD).collectSync();
        assert.equal(part.getColumn("name").get(0), nameOf(start));
        assert.equal(part.height, Math.min(PERIOD, ROWS - start));
        const same = part.drop("name").frameEqual(expected.head(part.height).drop("name"), true);
        assert.ok(same, `rows ${start} to ${start + part.height}`);
      }
      assert.equal(Number(long.select(pl.len()).collectSync().row(0)[0]), ROWS);
    }),
});

async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  const text = (await Deno.open(path)).readable.pipeThrough(new TextDecoderStream());
  for await (const piece of text) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  assert.equal(rest, "");
}
