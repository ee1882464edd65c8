import assert from "node:assert/strict";
import { save } from "#figures/saves.ts";
import { recordResults, runName } from "#lib/run/results.ts";
import { indexContent } from "#tools/report/index-content.ts";
import { writeIndex } from "#tools/report/write-index.ts";

const head = (simulated: boolean) => ({
  ...{ data: "d", dataSha256: simulated ? "22" : "11", simulated, profile: "quick", seed: 1 },
  versions: {},
});

Deno.test("after a simulated run in a used folder the index shows nothing of the real one", async () => {
  const folder = await Deno.makeTempDir(), before = Deno.env.get("CSC_OUT");
  Deno.env.set("CSC_OUT", folder);
  const write = async (path: string, content: unknown) => {
    await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, JSON.stringify(content));
  };
  const record = (name: string, simulated: boolean, wrote: string[]) => (
    { name, title: name, why: "", seconds: 1, ended: "2026", wrote, run: runName(head(simulated)) }
  );
  const figure = (simulated: boolean) => ({
    ...{ figure: "f", title: "F", caption: "c", run: runName(head(simulated)) },
  });
  try {
    await recordResults(head(false), { "table4.AGN.count": { value: 2395 } });
    await save("what-to-believe", [{ class: "AGN", text: "Believe it: F1 96 %" }]);
    for (const [id, simulated] of [["old", false], ["new", true]] as const) {
      await write(`figures/${id}.json`, figure(simulated));
      await write(`figures/${id}.svg`, "");
    }
    for (const path of ["catalogue/real-sources.csv", "catalogue/made.csv", "explorer.html"]) {
      await write(path, "");
    }
    await write("report.json", [
      record("02-table", true, ["catalogue/made.csv"]),
      record("05-catalogue", false, ["catalogue/real-sources.csv"]),
    ]);
    await recordResults(head(true), { "table4.AGN.count": { value: 1 } });
    const content = await indexContent();
    assert.deepEqual(content.figures.map(({ id }) => id), ["new"]);
    assert.deepEqual(content.files.map(({ path }) => path), ["results.json", "catalogue/made.csv"]);
    assert.deepEqual(content.advice, []);
    assert.deepEqual(content.runs.map(({ isOfRun }) => isOfRun), [true, false]);
    await writeIndex();
    for (const page of ["index.html", "results.html"]) {
      const html = await Deno.readTextFile(`${folder}/${page}`);
      assert.doesNotMatch(html, /Believe it|real-sources|explorer\.html|figures\/old/, page);
      assert.match(html, /class="band"/, page);
    }
  } finally {
    if (before === undefined) Deno.env.delete("CSC_OUT");
    else Deno.env.set("CSC_OUT", before);
    await Deno.remove(folder, { recursive: true });
  }
});
