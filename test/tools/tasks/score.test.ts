import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { writeModel } from "#lib/scoring/write-model.ts";
import { ROOT } from "#lib/run/files.ts";
import { smallPipeline } from "../../scoring/small-pipeline.ts";

const ORIGIN = { trainingData: "by hand", trainingSha256: "0", simulated: true, seed: 1 };

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function score(folder: string, ...args: string[]): Promise<Run> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", `${ROOT}/tools/tasks/score.ts`, ...args],
    cwd: folder,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

async function inFolder(table: string, test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await writeModel(`${folder}/model`, smallPipeline(), ORIGIN);
    await Deno.writeTextFile(`${folder}/s.csv`, table);
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const names = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
    !/^(model|s\.csv)$/.test(name)
  ).sort();

Deno.test("good rows are scored, bad ones kept apart with row, value and reason: exit code 3", () =>
  inFolder(
    "name,ra,dec,Gmag,flux_aper_b\nstar,10,-5,12,1e-13\nbad,10,-5,99,x\n,11,-5,12,\nagn,0,0,18,1e-14\n",
    async (folder) => {
      const run = await score(folder, "s.csv", "--out", "o.parquet", "--model", "model");
      assert.equal(run.code, 3, run.err);
      const frame = pl.readParquet(`${folder}/o.parquet`);
      assert.deepEqual([...frame.getColumn("name")], ["star", "agn"]);
      assert.deepEqual([...frame.getColumn("class")], ["STAR", "AGN"]);
      assert.equal(
        await Deno.readTextFile(`${folder}/o.parquet.rejects.csv`),
        "row,name,column,value,problem\n" +
          "2,bad,Gmag,99,outside -10 to 40; leave the cell empty where nothing is known\n" +
          "2,bad,flux_aper_b,x,not a number; leave the cell empty where nothing is known\n" +
          "3,,name,,the source has no name\n",
      );
      assert.match(run.err, /2 rows rejected/);
      assert.match(run.out, /AGN 1, STAR 1, .*total 2/);
      assert.deepEqual(names(folder), ["o.parquet", "o.parquet.rejects.csv"]);
    },
  ));

Deno.test("when every row is good the exit code is 0 and there is no rejects file", () =>
  inFolder("name,ra,dec,Gmag\nstar,10,-5,12\n", async (folder) => {
    const run = await score(folder, "s.csv", "--out", "o.vot", "--model", "model");
    assert.equal(run.code, 0, run.err);
    assert.deepEqual(names(folder), ["o.vot"]);
    // a Parquet table gives the same as CSV
    pl.readCSV("name,ra,dec,Gmag\nstar,10,-5,12\n").writeParquet(`${folder}/t.parquet`);
    const again = await score(folder, "t.parquet", "--out", "p.csv", "--model", "model");
    assert.equal(again.code, 0, again.err);
    assert.match(again.err, /trained on SIMULATED sources/);
    assert.match(await Deno.readTextFile(`${folder}/p.csv`), /^name,ra.*\nstar,10,-5,0\.00/);
  }));

Deno.test("columns that cannot be used end with code 2, all named, and nothing written", () =>
  inFolder("ident,Gmag [Jy]\na,1\n", async (folder) => {
    const run = await score(folder, "s.csv", "--out", "o.csv", "--model", "model");
    assert.equal(run.code, 2);
    assert.match(run.err, /unit "Jy" is not understood for G/);
    assert.match(run.err, /call it "name"/);
    assert.deepEqual(names(folder), []);
  }));

Deno.test("a bad command line ends with code 2, a missing file with 1", () =>
  inFolder("", async (folder) => {
    const format = await score(folder, "s.csv", "--out", "o.xlsx");
    assert.equal(format.code, 2);
    assert.match(format.err, /Use one of \.arrow, \.parquet, \.csv, \.vot/);
    const missing = await score(folder, "no.csv", "--out", "o.csv", "--model", "model");
    assert.equal(missing.code, 1);
    assert.match(missing.err, /cannot find no\.csv/);
  }));

Deno.test("a table whose rows are all bad gives an empty result and code 3", () =>
  inFolder("name,Gmag\na,x\n", async (folder) => {
    const run = await score(folder, "s.csv", "--out", "o.csv", "--model", "model");
    assert.equal(run.code, 3, run.err);
    assert.equal((await Deno.readTextFile(`${folder}/o.csv`)).split("\n").length, 2);
  }));
