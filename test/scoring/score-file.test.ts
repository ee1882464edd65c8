// Slow: scores many batches.
import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import pl from "nodejs-polars";
import { classifyBatches } from "#lib/scoring/classify-batches.ts";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { fromArrowSchema } from "@csc-classify/vo-tables/arrow";
import { scoredColumns } from "#lib/scoring/scored-columns.ts";
import { columnOf, fillDerived } from "@csc-classify/chandra-sources";
import { BATCH_ROWS } from "@csc-classify/vo-tables/browser";
import {
  sourceBatches,
  writeSources as writeSourceTable,
} from "@csc-classify/chandra-sources/files";
import { sha256 } from "@csc-classify/safe-files";
import { simulatedSources } from "@csc-classify/chandra-sources/simulated";
import { SOURCE_COLUMNS } from "#lib/trust/classify.ts";
import { smallClassifier, softmax, writeSources } from "./small-pipeline.ts";
import { inFolder } from "../in-folder.ts";

const METADATA = { title: "t", description: "d", simulated: true, provenance: { seed: "1" } };

Deno.test("a source gets its probabilities, class, margin and the groups it has", () =>
  inFolder(async (folder) => {
    const input = `${folder}/s.parquet`, output = `${folder}/s.arrow`;
    writeSources(input, [
      { name: "star", ra: 10, dec: -5, G: 12, flux_b: 1e-13 },
      { name: "agn", ra: null, dec: null, G: null, flux_b: null },
    ]);
    const distribution = await scoreFile({
      input,
      output,
      classifier: JSON.stringify(smallClassifier()),
      metadata: METADATA,
      workers: 1,
    });
    const table = tableFromIPC(await Deno.readFile(output));
    assert.deepEqual(fromArrowSchema(table.schema), {
      columns: scoredColumns(),
      metadata: METADATA,
    });
    const [star, agn] = table.toArray().map((row) => row.toJSON());
    const expected = softmax([-2, 4, 0, 0, 0, 0, 0, 0]);
    assert.ok(Math.abs(star.cmp_STAR - expected[1]) < 1e-15);
    assert.equal(star.class, "STAR");
    assert.equal(star.cmp, star.cmp_STAR);
    assert.ok(Math.abs(star.margin - (expected[1] - expected[2])) < 1e-15);
    assert.deepEqual([star.has_gaia, star.has_xray_flux, star.has_wise], [true, true, false]);
    const [p] = softmax([3, -1, 0, 0, 0, 2, 0, 0]);
    assert.ok(Math.abs(agn.cmp_AGN - p) < 1e-15);
    assert.deepEqual([agn.ra, agn.dec, agn.has_gaia], [null, null, false]);
    assert.deepEqual([star.set95, star.set95_size], ["STAR", 1]);
    assert.deepEqual([agn.set95, agn.set95_size], ["AGN", 1]);
    assert.deepEqual([star.host, star.limits_change, star.in_training], [null, false, false]);
    assert.equal(star.cmp_STAR_limited, star.cmp_STAR);
    assert.ok(Math.abs(star.cmp_young_or_star - (expected[1] + expected[2])) < 1e-15);
    assert.match(
      star.set95_promise,
      /^with Gaia, 2MASS or WISE, outside nearby .*: held AGN 100 %/,
    );
    assert.equal(agn.set95_promise, "X-rays alone, position not known: nothing is promised");
    assert.deepEqual([star.flux_b_from, agn.flux_b_from], ["measured", null]);
    assert.deepEqual([star.simulated, agn.simulated], [true, true]);
    assert.deepEqual(distribution.counts.slice(0, 2).map(({ all }) => all), [1, 1]);
  }));

Deno.test("a known source says so, by name or place, and texts and flags go with their source", () =>
  inFolder(async (folder) => {
    const origin = { kind: "table", description: "", sha256: "" } as const;
    const given = {
      origin,
      names: ["known", "near", "far"],
      ra: Float64Array.of(100, 1, 1),
      dec: Float64Array.of(0, 1 + 0.9 / 3600, 1 + 1.1 / 3600),
      extras: { release: ["2.0", null, "2.1"], streak: [true, false, null] },
    };
    const sources = { ...given, matrix: fillDerived(new Map([["G", [12, 12, 12]]]), given) };
    await writeSourceTable(`${folder}/s.parquet`, SOURCE_COLUMNS, [sources], [
      { name: "release", type: "text" },
      { name: "streak", type: "boolean" },
    ]);
    await scoreFile({
      input: `${folder}/s.parquet`,
      output: `${folder}/s.arrow`,
      classifier: JSON.stringify(smallClassifier()),
      release: "1.1",
      metadata: METADATA,
      workers: 1,
    });
    const rows = tableFromIPC(await Deno.readFile(`${folder}/s.arrow`)).toArray();
    const of = (name: string) => rows.map((row) => row.toJSON()[name]);
    assert.deepEqual(of("in_training"), [true, true, false]);
    assert.deepEqual(of("training_class"), ["STAR", "STAR", null]);
    assert.deepEqual(of("release"), ["2.0", "1.1", "2.1"]);
    assert.deepEqual(of("streak"), [true, false, null]);
  }));

Deno.test("rows keep their order, and neither batches nor workers change a bit", () =>
  inFolder(async (folder) => {
    const nRows = 2 * BATCH_ROWS + 123, input = `${folder}/s.parquet`;
    const rows = Array.from({ length: nRows }, (_, i) => ({
      name: `S${i}`,
      ra: i / nRows,
      dec: 0,
      G: 10 + i % 11,
      flux_b: i % 3 === 0 ? null : 1e-14,
    }));
    writeSources(input, rows);
    const bytes = [];
    const progress: number[] = [];
    for (const workers of [1, 2, 5]) {
      await scoreFile({
        input,
        output: `${folder}/s.arrow`,
        classifier: JSON.stringify(smallClassifier()),
        metadata: METADATA,
        workers,
        onProgress: (done) => progress.push(done),
      });
      bytes.push(await Deno.readFile(`${folder}/s.arrow`));
    }
    // of unlike arrays of millions of bytes an assertion would word the difference for minutes
    const digests = bytes.map((file) => sha256(file));
    assert.equal(new Set(digests).size, 1, digests.join());
    const table = tableFromIPC(bytes[0]);
    assert.equal(table.numRows, nRows);
    assert.equal(table.getChild("name")!.get(nRows - 1), `S${nRows - 1}`);
    assert.deepEqual(progress.slice(0, 3), [BATCH_ROWS, 2 * BATCH_ROWS, nRows]);
  }));

Deno.test("a cancelled scoring rejects with the reason and leaves no file", () =>
  inFolder(async (folder) => {
    const rows = Array.from({ length: 3 * BATCH_ROWS }, (_, i) => (
      { name: `S${i}`, ra: 0, dec: 0, G: 12, flux_b: null }
    ));
    writeSources(`${folder}/s.parquet`, rows);
    const cancel = new AbortController();
    const scoring = scoreFile({
      input: `${folder}/s.parquet`,
      output: `${folder}/s.arrow`,
      classifier: JSON.stringify(smallClassifier()),
      metadata: METADATA,
      workers: 1,
      onProgress: () => cancel.abort(new Error("enough")),
      signal: cancel.signal,
    });
    await assert.rejects(scoring, /enough/);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["s.parquet"]);
  }));

Deno.test("a file without the columns is refused with its name", () =>
  inFolder(async (folder) => {
    writeSources(`${folder}/s.parquet`, [{ name: "a", ra: 1, dec: 1, G: 1, flux_b: 1 }]);
    pl.readParquet(`${folder}/s.parquet`).drop("W4").writeParquet(`${folder}/s.parquet`);
    const scoring = scoreFile({
      input: `${folder}/s.parquet`,
      output: `${folder}/s.arrow`,
      classifier: JSON.stringify(smallClassifier()),
      metadata: METADATA,
      workers: 1,
    });
    await assert.rejects(
      scoring,
      /cannot read name, ra, dec and 48 features from .*s\.parquet.*W4/s,
    );
  }));

Deno.test("sources are asked for as they are scored, and none of them is left when nobody takes more", async () => {
  const drawn: number[] = [], position = { ra: Float64Array.of(1), dec: Float64Array.of(1) };
  let isEnded = false;
  async function* sources() {
    try {
      for (let row = 0; row < 100; row++) {
        drawn.push(row);
        yield {
          origin: { kind: "table", description: "", sha256: "" } as const,
          names: [`S${row}`],
          ...position,
          matrix: fillDerived(new Map([["G", [10 + row]]]), position),
        };
      }
    } finally {
      isEnded = true;
    }
  }
  const { batches, distribution } = classifyBatches(sources(), {
    classifier: JSON.stringify(smallClassifier()),
    metadata: METADATA,
    workers: 3,
    extras: [],
  });
  let row = 0;
  for await (const batch of batches) {
    assert.equal(batch.getChild("name")!.get(0), `S${row++}`);
    if (row === 20) break;
  }
  assert.ok(drawn.length <= 20 + 2 * 3 + 4, `${drawn.length} of 100 batches were drawn`);
  assert.ok(isEnded);
  assert.equal(distribution.counts.reduce((sum, { all }) => sum + all, 0), 20);
});

Deno.test("sources and texts go through an Arrow file as they go through Parquet", () =>
  inFolder(async (folder) => {
    const [sources] = simulatedSources(1000, 3);
    const release = sources.names.map((_, row) => row % 3 ? `2.${row % 2} \u00fc` : null);
    const streak = sources.names.map((_, row) => row % 5 ? row % 2 === 0 : null);
    const table = { ...sources, extras: { release, streak } };
    const extras = [{ name: "release", type: "text" }, {
      name: "streak",
      type: "boolean",
    }] as const;
    for (const path of [`${folder}/s.arrow`, `${folder}/s.parquet`]) {
      assert.equal(await writeSourceTable(path, SOURCE_COLUMNS, [table, table], extras), 2000);
      const batches = await Array.fromAsync(sourceBatches(path, SOURCE_COLUMNS, extras));
      assert.deepEqual(batches.flatMap(({ names }) => names), [...table.names, ...table.names]);
      assert.deepEqual(batches.flatMap(({ extras }) => extras!.release), [...release, ...release]);
      assert.deepEqual(batches.flatMap(({ extras }) => extras!.streak), [...streak, ...streak]);
      for (const name of SOURCE_COLUMNS) {
        const values = batches.flatMap((batch) => [...columnOf(batch, name)]);
        assert.deepEqual(values, [...columnOf(table, name), ...columnOf(table, name)]);
      }
    }
  }));
