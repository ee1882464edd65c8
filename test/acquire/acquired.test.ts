import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { CLASSES, columnOf } from "@csc-classify/chandra-sources";
import { type AcquiredNote, acquiredSources, acquisitionsIn } from "@csc-classify/chandra-archives";

const NOTE: AcquiredNote = {
  release: "2.0",
  invented: false,
  sources: 2,
  selected: 1,
  labelled: 1,
  flux: "flux_aper_avg",
  problems: [],
};

async function put(folder: string, note: Partial<AcquiredNote>): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const frame = pl.DataFrame([
    pl.Series("name", ["a", "b"], pl.Utf8),
    pl.Series("class", ["CV", null], pl.Utf8),
    pl.Series("catalogue", ["ritter-cv", null], pl.Utf8),
    pl.Series("label_name", ["SS Cyg", null], pl.Utf8),
    pl.Series("ra", [10, 20], pl.Float64),
    pl.Series("dec", [1, -2], pl.Float64),
    pl.Series("flux_b", [1e-14, null], pl.Float64),
    pl.Series("conf_flag", [false, true], pl.Bool),
  ]);
  await Deno.writeFile(`${folder}/catalogue.parquet`, frame.writeParquet());
  await Deno.writeTextFile(`${folder}/acquired.json`, JSON.stringify({ ...NOTE, ...note }));
}

Deno.test("the best acquisition is given as sources, with flags, and -1 where no class is known", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assert.equal(await acquiredSources(`${folder}/none`), undefined);
    await put(`${folder}/2.0`, {});
    await put(`${folder}/2.1`, { release: "2.1" });
    await put(`${folder}/2.1-field`, { release: "2.1", area: "158 -57.5 0.2" });
    await put(`${folder}/2.1-recorded`, { release: "2.1", invented: true });
    await Deno.mkdir(`${folder}/unfinished`);
    const found = await acquisitionsIn(folder);
    const names = found.map((one) => one.folder.slice(folder.length + 1));
    assert.deepEqual(names, ["2.1", "2.0", "2.1-field", "2.1-recorded"]);
    const sources = (await acquiredSources(folder))!;
    assert.deepEqual(sources.names, ["a", "b"]);
    assert.deepEqual([...sources.labels!], [CLASSES.indexOf("CV"), -1]);
    assert.deepEqual(sources.catalogues, ["ritter-cv", ""]);
    assert.deepEqual([...columnOf(sources, "conf_flag")], [0, 1]);
    assert.deepEqual([...columnOf(sources, "flux_b")], [1e-14, NaN]);
    assert.equal(sources.origin.release, "2.1");
    assert.equal(sources.origin.description, "2 sources of the Chandra Source Catalog 2.1");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
