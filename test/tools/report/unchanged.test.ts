import assert from "node:assert/strict";
import { readRuns, recordRun } from "#tools/report/run-record.ts";
import { filesSince, isUnchanged, runFingerprint } from "#tools/report/unchanged.ts";

const VARIABLES = { CSC_DATA: "published", CSC_PROFILE: "smoke", CSC_SEED: "1" };

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir(), before = Deno.env.get("CSC_OUT");
  Deno.env.set("CSC_OUT", `${folder}/out`);
  try {
    await Deno.mkdir(`${folder}/out`);
    await test(folder);
  } finally {
    if (before === undefined) Deno.env.delete("CSC_OUT");
    else Deno.env.set("CSC_OUT", before);
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("code, data, packages, settings, a user's table and what was acquired change the fingerprint, workers do not", () =>
  inFolder(async (folder) => {
    for (
      const part of [
        "packages",
        "lib/run",
        "data",
        "notebooks/figures",
        "notebooks/show",
        "notebooks/studies",
        "tools",
      ]
    ) {
      await Deno.mkdir(`${folder}/${part}`, { recursive: true });
    }
    const files = ["deno.json", "deno.lock", "lib/run/a.ts", "data/b.json", "tools/c.ts"];
    files.push("notebooks/studies/d.ts");
    for (const file of files) await Deno.writeTextFile(`${folder}/${file}`, "1");
    const table = `${folder}/mine.csv`;
    await Deno.writeTextFile(table, "a,b");
    const fingerprint = (more = {}) => runFingerprint({ ...VARIABLES, ...more }, folder);
    const first = await fingerprint();
    assert.equal(await fingerprint({ CSC_WORKERS: "7" }), first);
    const seen = new Set([first, await fingerprint({ CSC_SEED: "2" })]);
    seen.add(await fingerprint({ CSC_PROFILE: "quick" }));
    seen.add(await fingerprint({ CSC_DATA: table }));
    await Deno.writeTextFile(table, "a,c");
    seen.add(await fingerprint({ CSC_DATA: table }));
    for (const file of files) {
      await Deno.writeTextFile(`${folder}/${file}`, "2");
      seen.add(await fingerprint());
    }
    const acquired = `${folder}/out/acquired/2.1`;
    await Deno.mkdir(acquired, { recursive: true });
    await Deno.writeTextFile(`${acquired}/acquired.json`, "{}");
    for (const content of ["1", "2"]) {
      await Deno.writeTextFile(`${acquired}/catalogue.parquet`, content);
      seen.add(await fingerprint());
    }
    assert.equal(seen.size, 7 + files.length);
  }));

Deno.test("a notebook is unchanged only as it was, whole, and with all it wrote", () =>
  inFolder(async (folder) => {
    const notebook = `${folder}/01-a.ipynb`, page = `${folder}/out/01-a.html`;
    await Deno.writeTextFile(notebook, '{"cells":[]}');
    await Deno.mkdir(`${folder}/out/figures`);
    const start = Date.now() - 1000;
    await Deno.writeTextFile(page, "<p>all is well</p>");
    await Deno.writeTextFile(`${folder}/out/figures/a.svg`, "<svg/>");
    const wrote = await filesSince(start);
    assert.deepEqual(wrote, ["01-a.html", "figures/a.svg"]);
    await recordRun("01-a", notebook, { seconds: 1 }, { fingerprint: "f", wrote });
    const isSame = async (fingerprint = "f") =>
      await isUnchanged((await readRuns())[0], notebook, { fingerprint, variables: VARIABLES });
    assert.equal(await isSame(), true);
    assert.equal(await isSame("g"), false);

    // whatever the page says, the record of the run tells whether it lacked a table
    await Deno.writeTextFile(page, "<p>The external table cannot be had: no network</p>");
    assert.equal(await isSame(), true);
    await recordRun("01-a", notebook, { seconds: 1, lacked: true }, { fingerprint: "f", wrote });
    assert.equal(await isSame(), false);
    await recordRun("01-a", notebook, { seconds: 1 }, { fingerprint: "f", wrote });
    await Deno.remove(page);
    assert.equal(await isSame(), false);
    await Deno.writeTextFile(page, "<p>all is well</p>");
    await Deno.remove(`${folder}/out/figures/a.svg`);
    assert.equal(await isSame(), false);
    await Deno.writeTextFile(`${folder}/out/figures/a.svg`, "<svg/>");
    assert.equal(await isSame(), true);

    // another notebook was run with other settings: the results are no longer those of this one
    const other = `${folder}/02-b.ipynb`;
    await Deno.writeTextFile(other, '{"cells":[]}');
    await recordRun("02-b", other, { seconds: 1 }, { fingerprint: "g", wrote: [] });
    assert.equal(await isSame(), false);

    await recordRun("01-a", notebook, { seconds: 1 }, { fingerprint: "f", wrote });
    assert.equal(await isSame(), true);
    await Deno.writeTextFile(notebook, '{"cells":[{}]}');
    assert.equal(await isSame(), false);
  }));

Deno.test("a failed notebook and one that fell back to simulated sources run again", () =>
  inFolder(async (folder) => {
    const notebook = `${folder}/01-a.ipynb`;
    await Deno.writeTextFile(notebook, '{"cells":[]}');
    await Deno.writeTextFile(`${folder}/out/01-a.html`, "");
    const isSame = async (data: string) =>
      await isUnchanged((await readRuns())[0], notebook, {
        fingerprint: "f",
        variables: { ...VARIABLES, CSC_DATA: data },
      });
    const failure = { number: 1, source: "", name: "Error", message: "", traceback: "" };
    await recordRun("01-a", notebook, { seconds: 1, failure }, { fingerprint: "f" });
    assert.equal(await isSame("auto"), false);
    await recordRun("01-a", notebook, { seconds: 1 }, { fingerprint: "f" });
    assert.equal(await isSame("auto"), true);
    const results = { head: { simulated: true }, results: {} };
    await Deno.writeTextFile(`${folder}/out/results.json`, JSON.stringify(results));
    assert.equal(await isSame("auto"), false);
    assert.equal(await isSame("simulated"), true);
  }));
