import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { writeModel } from "#lib/scoring/model-folder.ts";
import { ROOT } from "#lib/run/files.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { smallClassifier } from "../../scoring/small-pipeline.ts";

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
    await writeModel(`${folder}/model`, new SourceClassifier(smallClassifier()));
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
          "3,,,,the source has no name\n",
      );
      assert.match(run.err, /2 rows were left out: all are listed in o\.parquet\.rejects\.csv/);
      assert.match(run.err, /Gmag +G +mag \(assumed\) +100 %/);
      assert.match(run.out, /AGN 1, STAR 1, .*total 2/);
      assert.deepEqual(names(folder), ["o.parquet", "o.parquet.rejects.csv"]);
    },
  ));

Deno.test("a model of other labels than those asked for is refused, and so are limits it has not", () =>
  inFolder("name,ra,dec,Gmag,flux_b\nstar,10,-5,12,1e-13\n", async (folder) => {
    const model = ["s.csv", "--out", "o.csv", "--model", "model"];
    const other = await score(folder, ...model, "--labels", "union");
    assert.match(other.err, /model learnt from by hand; leave out --labels, or --model to train/);
    const limits = await score(folder, ...model, "--host-limits");
    assert.match(limits.err, /stumps has no limits of hosts; leave out --host-limits/);
    assert.ok(other.code !== 0 && limits.code !== 0);
    assert.deepEqual(names(folder), []);
  }));

Deno.test("when every row is good the exit code is 0 and there is no rejects file", () =>
  inFolder("name,ra,dec,Gmag,flux_b\nstar,10,-5,12,1e-13\n", async (folder) => {
    const run = await score(folder, "s.csv", "--out", "o.vot", "--model", "model");
    assert.equal(run.code, 0, run.err);
    assert.deepEqual(names(folder), ["o.vot"]);
    // a Parquet table gives the same as CSV
    pl.readCSV("name,ra,dec,Gmag,flux_b\nstar,10,-5,12,1e-13\n").writeParquet(
      `${folder}/t.parquet`,
    );
    const again = await score(folder, "t.parquet", "--out", "p.csv", "--model", "model");
    assert.equal(again.code, 0, again.err);
    assert.match(again.err, /trained on SIMULATED sources/);
    assert.match(await Deno.readTextFile(`${folder}/p.csv`), /^name,ra.*\nstar,10,-5,0\.00/);
  }));

Deno.test("without --out the classes go beside the table, where nothing may be yet", () =>
  inFolder("name,ra,dec,Gmag,flux_b\nstar,10,-5,12,1e-13\n", async (folder) => {
    const args = ["--model", "model"];
    const run = await score(folder, "./s.csv", ...args);
    assert.equal(run.code, 0, run.err);
    assert.deepEqual(names(folder), ["s.classified.csv", "s.classified.csv-metadata.json"]);
    const again = await score(folder, "s.csv", ...args);
    assert.equal(again.code, 2);
    assert.match(again.err, /s\.classified\.csv is there; name another with --out, or give --over/);
    assert.equal((await score(folder, "s.csv", ...args, "--overwrite")).code, 0);
  }));

Deno.test("columns that cannot be used end with code 2, all named, and nothing written", () =>
  inFolder("ident,G [Jy],flux_b\na,1,1e-14\n", async (folder) => {
    const run = await score(folder, "s.csv", "--out", "o.csv", "--model", "model");
    assert.equal(run.code, 2);
    assert.match(run.err, /unit "Jy" is not understood for G/);
    assert.match(run.err, /no column holds the sources' names/);
    assert.deepEqual(names(folder), []);
  }));

Deno.test("a bad command line or a missing file ends with code 2", () =>
  inFolder("", async (folder) => {
    const format = await score(folder, "s.csv", "--out", "o.xlsx");
    assert.equal(format.code, 2);
    assert.match(format.err, /Use one of \.arrow, \.parquet, \.csv, \.vot/);
    const missing = await score(folder, "no.csv", "--out", "o.csv", "--model", "model");
    assert.equal(missing.code, 2);
    assert.match(missing.err, /cannot read no\.csv: .*check the path/);
  }));

Deno.test("a table whose rows are all bad, or that has none, ends with code 2 and nothing written", () =>
  inFolder("name,ra,dec,flux_b\na,1,2,x\n", async (folder) => {
    const run = await score(folder, "s.csv", "--out", "o.csv", "--model", "model");
    assert.equal(run.code, 2, run.err);
    assert.match(run.err, /none of the 1 rows of s\.csv can be used/);
    await Deno.writeTextFile(`${folder}/s.csv`, "name,ra,dec,flux_b\n");
    const empty = await score(folder, "s.csv", "--out", "o.csv", "--model", "model");
    assert.equal(empty.code, 2, empty.err);
    assert.match(empty.err, /s\.csv has a header and no rows/);
    assert.deepEqual(names(folder), []);
  }));

Deno.test("no output replaces the table, the other output or a file that is no list of rejects", () =>
  inFolder("name,ra,dec,flux_b\na,1,2,1e-14\n", async (folder) => {
    const before = await Deno.readTextFile(`${folder}/s.csv`);
    await Deno.symlink(`${folder}/s.csv`, `${folder}/link.csv`);
    await Deno.link(`${folder}/s.csv`, `${folder}/hard.csv`);
    await Deno.writeTextFile(`${folder}/mine.csv`, "my,own\n1,2\n");
    for (
      const [out, rejects, message] of [
        ["s.csv", "r.csv", /is the table itself/],
        ["./link.csv", "r.csv", /is the table itself/],
        ["hard.csv", "r.csv", /is the table itself/],
        ["o.csv", "s.csv", /is the table itself/],
        ["o.csv", "./o.csv", /--rejects \.\/o\.csv is what --out names/],
        [
          "o.csv",
          "mine.csv",
          /mine\.csv is there and was not written by this project.*--overwrite/,
        ],
      ] as const
    ) {
      const args = ["s.csv", "--out", out, "--rejects", rejects, "--model", "model"];
      const run = await score(folder, ...args);
      assert.equal(run.code, 2, run.err);
      assert.match(run.err, message);
    }
    assert.equal(await Deno.readTextFile(`${folder}/s.csv`), before);
    assert.deepEqual(names(folder), ["hard.csv", "link.csv", "mine.csv"]);
  }));

Deno.test("a table that is written to while it is read ends with code 2 and nothing written", () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `S${i},${10 + i / 1000},-5,1e-13\n`);
  return inFolder(["name,ra,dec,flux_b\n", ...lines].join(""), async (folder) => {
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-check",
        "-A",
        `${ROOT}/tools/tasks/score.ts`,
        "s.csv",
        "--model",
        "model",
      ],
      cwd: folder,
      stdout: "null",
      stderr: "piped",
    }).spawn();
    let said = "", isAdded = false;
    for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (isAdded || !said.includes("by its first")) continue;
      isAdded = true;
      await Deno.writeTextFile(`${folder}/s.csv`, "late,10,-5,1e-13\n", { append: true });
    }
    const { code } = await process.status;
    assert.deepEqual([isAdded, code], [true, 2], said);
    assert.match(
      said,
      /s\.csv changed while it was read; run this again when nothing writes there/,
    );
    assert.deepEqual(names(folder), []);
  });
});

Deno.test("a run without bad rows takes away the list of an earlier one", () =>
  inFolder("name,ra,dec,flux_b\na,1,2,1e-14\nb,1,2,x\n", async (folder) => {
    const args = ["s.csv", "--out", "o.vot", "--model", "model"];
    assert.equal((await score(folder, ...args)).code, 3);
    assert.deepEqual(names(folder), ["o.vot", "o.vot.rejects.csv"]);
    await Deno.writeTextFile(`${folder}/s.csv`, "name,ra,dec,flux_b\na,1,2,1e-14\n");
    assert.equal((await score(folder, ...args)).code, 0);
    assert.deepEqual(names(folder), ["o.vot"]);
  }));

Deno.test("--dry-run shows how a table is understood, as a table or as JSON, and writes nothing", () =>
  inFolder("name,ra,dec,flux_b [W/m2],KS\na,10,-5,1e-17,12\n", async (folder) => {
    const shown = await score(folder, "s.csv", "--dry-run");
    assert.equal(shown.code, 0, shown.err);
    assert.match(shown.out, /flux_b +flux_b +W\/m2 +x 1000 +100 %/);
    assert.match(shown.out, /Not used: KS/);
    const json = await score(folder, "s.csv", "--dry-run", "--json");
    const { rows, accepted, columns, questions } = JSON.parse(json.out);
    assert.deepEqual([rows, accepted, questions], [1, 1, []]);
    assert.deepEqual(columns[3], {
      ...{ target: "flux_b", column: "flux_b", unit: "W/m2", factor: 1000, offset: 0 },
      ...{ place: 4, present: 1 },
    });
    assert.deepEqual(names(folder), []);
    assert.match((await score(folder, "s.csv", "--json")).err, /--json needs --dry-run/);
    // the code is that which scoring would have
    const two = ["a,10,-5,1e-17,12", "b,10,-95,1e-17,12"];
    await Deno.writeTextFile(
      `${folder}/s.csv`,
      `name,ra,dec,flux_b [W/m2],KS\n${two.join("\n")}\n`,
    );
    assert.equal((await score(folder, "s.csv", "--dry-run")).code, 3);
    assert.equal((await score(folder, "s.csv", "--dry-run", "--json")).code, 3);
    await Deno.writeTextFile(`${folder}/s.csv`, `name,ra,dec,flux_b [W/m2],KS\n${two[1]}\n`);
    assert.equal((await score(folder, "s.csv", "--dry-run")).code, 2);
  }));

Deno.test("what is unsure ends with code 2 and the command that goes on, which does", () =>
  inFolder("SRC NAME,SRC_RA,SRC_DEC,flux_b\na,10,-5,1e-14\n", async (folder) => {
    const args = ["s.csv", "--out", "o.csv", "--model", "model"];
    const asked = await score(folder, ...args);
    assert.equal(asked.code, 2);
    assert.match(
      asked.err,
      /\n {2}deno task score s\.csv --out o\.csv --model model --column 'name=SRC NAME' --column ra=SRC_RA --column dec=SRC_DEC\n/,
    );
    assert.deepEqual(names(folder), []);
    const said = ["name=SRC NAME", "ra=SRC_RA", "dec=SRC_DEC"].flatMap((one) => ["--column", one]);
    const gone = await score(folder, ...args, ...said);
    assert.equal(gone.code, 0, gone.err);
  }));

Deno.test("rows that are left out late are told where a late question ends the scoring", () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `S${i + 1},${10 + i / 1000},-30,1e-14`);
  rows[17_999] = "S18000,400,0,1e-14";
  rows[18_999] = "S1,10,-30,5e-14";
  return inFolder(["name,ra,dec,flux_b", ...rows, ""].join("\n"), async (folder) => {
    const { code, err } = await score(folder, "s.csv", "--out", "o.csv", "--model", "model");
    assert.equal(code, 2, err);
    assert.match(err, /^ {2}row 18000, ra = "400": outside 0 to 360[^]*S1\b[^]*--rows all/m);
    assert.deepEqual(names(folder), []);
  });
});

Deno.test("--force takes the name of a doubt, lists them when bare, and settles no other", () =>
  inFolder("name,flux\na,1e-14\n", async (folder) => {
    const args = ["s.csv", "--out", "o.csv", "--model", "model"];
    const bare = await score(folder, ...args, "--force");
    assert.equal(bare.code, 2);
    assert.match(bare.err, /name of a doubt: name, position, flux, bands, values, overflow/);
    const one = await score(folder, ...args, "--force", "flux");
    assert.equal(one.code, 2);
    assert.match(one.err, /no column holds the position/);
    assert.doesNotMatch(one.err, /no column holds an X-ray flux/);
    const both = await score(folder, ...args, "--force", "flux", "--force", "position");
    assert.equal(both.code, 0, both.err);
  }));
