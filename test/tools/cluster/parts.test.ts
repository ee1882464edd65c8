import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { SCORED_COLUMNS } from "#lib/scoring/scored-columns.ts";
import { readScored } from "#lib/scoring/read-scored.ts";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { fromFrame, writeSources } from "@csc-classify/chandra-sources/files";
import { SOURCE_COLUMNS, SourceClassifier } from "#lib/trust/classify.ts";
import { readModel, writeModel } from "#lib/scoring/model-folder.ts";
import { healpix29, partition } from "@csc-classify/sky/healpix";
import { gatherParts, scoreParts } from "#tools/cluster/score-parts.ts";
import { partPath, readParts } from "#tools/publish/hats.ts";
import { NO_CHECKERS, runChecker } from "../publish/checkers.ts";
import { digests, shard, writeScoringJob } from "./small-job.ts";
import { THOROUGH } from "../../thorough.ts";

Deno.test("the index is hats' own: compute_spatial_index of hats 0.11.1 at order 29", () => {
  const ra = [0, 10.684708, 83.822, 266.416833, 359.9999, 123.456, 200];
  const dec = [0, 41.26875, -5.391, -29.007806, 89.99, -89.5, 41.8103];
  assert.deepEqual([...healpix29(ra, dec)], [
    1369094286720630784n,
    190633513587146677n,
    1508682038483372758n,
    2028740913184745009n,
    1152921493332549503n,
    2594088959996330380n,
    762701918431854025n,
  ]);
});

Deno.test("a link in the place of scored parts, or below it, is not followed", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/mine`);
    for (const text of ["", "{}", "null"]) {
      await Deno.writeTextFile(`${folder}/job.json`, text);
      await assert.rejects(gatherParts(folder), /job\.json is damaged; partition the table again/);
    }
    await Deno.writeTextFile(`${folder}/job.json`, '{"model": "", "head": {}, "metadata": {}}');
    const options = { shard: { i: 1, n: 1 }, classifier: "", workers: 1 };
    for (const [name, to] of [["scored", "mine"], ["scored/dataset", "../mine"]]) {
      await Deno.symlink(to, `${folder}/${name}`);
      const words = new RegExp(`${name} is a link, which is neither followed nor replaced; move`);
      await assert.rejects(scoreParts(folder, options), words);
      await assert.rejects(gatherParts(folder), words);
      await Deno.remove(`${folder}/${name}`);
      await Deno.mkdir(`${folder}/${name}`);
    }
    // without the link it is the next thing that is wrong
    await assert.rejects(scoreParts(folder, options), /for another model/);
    assert.deepEqual([...Deno.readDirSync(`${folder}/mine`)], []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a source without a position is refused by its row", () => {
  assert.throws(() => healpix29([1, NaN], [2, 3]), /row 1 has the position \(NaN, 3\)/);
});

Deno.test("partitions are the largest pixels with few enough rows, down to the last order", () => {
  const at = (order: number, pixel: number) => BigInt(pixel) << BigInt(2 * (29 - order));
  const sorted = BigInt64Array.from([
    at(0, 0),
    at(2, 16),
    at(2, 17),
    at(2, 17) + 1n,
    at(1, 7),
    at(0, 11),
  ]);
  assert.deepEqual(partition(sorted, { maxRows: 2, maxOrder: 2 }), [
    { order: 0, pixel: 0, rows: 1 },
    { order: 2, pixel: 16, rows: 1 },
    { order: 2, pixel: 17, rows: 2 },
    { order: 1, pixel: 7, rows: 1 },
    { order: 0, pixel: 11, rows: 1 },
  ]);
  assert.deepEqual(partition(sorted, { maxRows: 1, maxOrder: 1 }).map((part) => part.rows), [
    1,
    3,
    1,
    1,
  ]);
  assert.equal(
    partPath({ order: 7, pixel: 120_345 }),
    "dataset/Norder=7/Dir=120000/Npix=120345.parquet",
  );
});

const SHARDS = THOROUGH ? [1, 2, 8, 64] : [1, 2, 5];

Deno.test("a catalogue in parts", async (t) => {
  const folder = await Deno.makeTempDir();
  const env = { CSC_OUT: `${folder}/out`, CSC_WORKERS: "1" };
  const table = `${folder}/table.csv`, model = `${folder}/model`, parts = `${folder}/parts`;
  await writeScoringJob(table, model);
  const base = ["--model", model];

  await t.step("is cut by place, each row in one part", async () => {
    await shard(["partition", table, "--to", parts, ...base, "--rows", "300"], env);
    const list = await readParts(`${parts}/sources`);
    assert.ok(list.length > 8 && list.every(({ rows }) => rows <= 300));
    assert.equal(list.reduce((sum, { rows }) => sum + rows, 0), 3000);
  });

  const copies: string[][] = [];
  await t.step(`gives the same bytes by ${SHARDS.join(", ")} shards`, async () => {
    for (const n of SHARDS) {
      const copy = `${folder}/parts-${n}`;
      await new Deno.Command("cp", { args: ["-r", parts, copy] }).output();
      // in turn, and of 64 the first eight, then the rest as one: the cutting is what differs
      const some = Array.from({ length: Math.min(n, 8) }, (_, i) => i + 1);
      for (const i of some) await shard(["score", copy, "--shard", `${i}/${n}`, ...base], env);
      if (n > 8) await shard(["score", copy, ...base], env);
      await shard(["gather", copy], env);
      copies.push(await digests(`${copy}/scored`));
    }
    for (const copy of copies) assert.deepEqual(copy, copies[0]);
  });

  await t.step("has the rows and values of one scored file", async () => {
    const classifier = await readModel(model);
    const arrow = `${folder}/whole.arrow`, whole = `${folder}/whole.parquet`;
    const origin = { kind: "table", description: "", sha256: "" } as const;
    const sources = fromFrame(pl.readCSV(table, { inferSchemaLength: 3000 }), origin);
    await writeSources(whole, SOURCE_COLUMNS, [sources]);
    const metadata = { title: "", description: "", simulated: true, provenance: {} };
    await scoreFile({
      ...{ input: whole, output: arrow, classifier: classifier.save(), workers: 1, metadata },
    });
    const expected = new Map((await readScored(arrow)).map((row) => [row.name, row]));
    const rows = pl.scanParquet(`${folder}/parts-2/scored/dataset/Norder=*/Dir=*/*.parquet`)
      .collectSync().toRecords();
    assert.equal(rows.length, 3000);
    for (const { _healpix_29, ...row } of rows.slice(0, 500)) {
      assert.deepEqual(row, { ...expected.get(row.name as string) });
    }
  });

  await t.step("is refused while parts are missing, which are named", async () => {
    const [first] = await readParts(`${parts}/sources`);
    await Deno.remove(`${folder}/parts-2/scored/${partPath(first)}`);
    const [, path] = /(Norder.*)/.exec(partPath(first))!;
    await assert.rejects(shard(["gather", `${folder}/parts-2`], env), new RegExp(`1 of .*${path}`));
  });

  await t.step("keeps what its user put in the place of a part, or changed there", async () => {
    const copy = `${folder}/parts-1`, [first] = await readParts(`${copy}/sources`);
    const path = `${copy}/scored/${partPath(first)}`, scored = await Deno.readFile(path);
    await Deno.writeTextFile(path, "mine");
    await assert.rejects(
      shard(["score", copy, ...base], env),
      /Npix=\d+\.parquet is no part of this job, or was changed .*: it is not replaced; move it/,
    );
    assert.equal(await Deno.readTextFile(path), "mine");
    await Deno.remove(path);
    await shard(["score", copy, ...base], env);
    assert.deepEqual(await Deno.readFile(path), scored);
  });

  await t.step("is refused where its list is damaged, with the line", async () => {
    const path = `${folder}/parts-1/sources/partition_info.csv`;
    const list = await Deno.readTextFile(path), [head, line] = list.split("\n");
    const damaged: [text: string, problem: RegExp][] = [
      ["", /lists no part: it is damaged; partition the table again/],
      [`${head}\n`, /lists no part/],
      [`${head}\nx,y\n`, /has a line 2 that is no order and pixel, "x,y"/],
      [`${head}\n${line}\n0,../../mine\n`, /has a line 3 that is no order/],
      [`${head}\n0,12\n`, /has a line 2 that is no order/],
      [`${list}${line}\n`, /lists a part twice/],
      [`${head}\n9,5\n`, /Npix=5\.parquet is missing or damaged, and partition_info\.csv lists/],
    ];
    for (const [text, problem] of damaged) {
      await Deno.writeTextFile(path, text);
      for (const command of [["score", ...base], ["gather"]]) {
        const [name, ...more] = command;
        await assert.rejects(shard([name, `${folder}/parts-1`, ...more], env), problem);
      }
    }
    await Deno.writeTextFile(path, list);
  });

  await t.step("of another model is refused", async () => {
    const changed = `${folder}/changed`;
    const { saved } = await readModel(model);
    const powers = saved.decision.powers.map((power) => power / 2);
    const decision = { ...saved.decision, powers };
    await writeModel(changed, new SourceClassifier({ ...saved, decision }));
    await assert.rejects(
      shard(["score", parts, "--model", changed], env),
      /are for another model/,
    );
  });

  if (NO_CHECKERS) console.log(`skipped: lsdb reads the parts: ${NO_CHECKERS}`);
  await t.step({
    name: "is valid to hats and read by lsdb, with every row and a cone",
    ignore: NO_CHECKERS !== undefined,
    async fn() {
      const answer = JSON.parse(
        await runChecker(
          `import sys, json, warnings; warnings.simplefilter("ignore")
import hats, lsdb
from hats.io.validation import is_valid_catalog
path = sys.argv[1]
catalog = lsdb.open_catalog(path)
row = catalog.head(1).iloc[0]
cone = catalog.cone_search(ra=row.ra, dec=row.dec, radius_arcsec=3600).compute()
far = lsdb.open_catalog(path).compute()
print(json.dumps({"valid": bool(is_valid_catalog(path, strict=True)), "rows": len(far), "columns": list(far.columns), "cone": bool((cone.name == row["name"]).any()), "sum": float(far.cmp.sum())}))`,
          `${folder}/parts-${SHARDS[2]}/scored`,
        ),
      );
      const rows = pl.scanParquet(
        `${folder}/parts-${SHARDS[2]}/scored/dataset/Norder=*/Dir=*/*.parquet`,
      )
        .collectSync();
      assert.equal(answer.valid, true);
      assert.equal(answer.rows, 3000);
      assert.equal(answer.cone, true);
      assert.deepEqual(answer.columns, SCORED_COLUMNS.map(({ name }) => name));
      assert.ok(Math.abs(answer.sum - rows.getColumn("cmp").sum()) < 1e-9);
    },
  });
  await Deno.remove(folder, { recursive: true });
});
