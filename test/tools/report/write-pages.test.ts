import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { blobFile, openFile } from "@csc-classify/vo-tables/browser";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { readRows } from "@csc-classify/chandra-sources";
import { SOURCE_COLUMNS, SourceClassifier } from "#lib/trust/classify.ts";
import { exampleSources } from "#tools/report/write-pages.ts";
import { smallClassifier, writeSources } from "../../scoring/small-pipeline.ts";

Deno.test("twenty examples of every class, each once though two sets have it, are read without a question", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const source = (name: string, ra: number, G: number) => (
      { name, ra, dec: 5, G, flux_b: 1e-13 }
    );
    const files = { scored: `${folder}/s.arrow`, sources: `${folder}/s.parquet` };
    // by the stumps: STAR up to 15 mag, AGN beyond; each star twice, with another magnitude
    const stars = Array.from({ length: 30 }, (_, i) => source(`STAR ${i}`, 80 + i, 12));
    writeSources(files.sources, [
      ...stars.flatMap((star) => [star, { ...star, G: 13 }]),
      ...Array.from({ length: 3 }, (_, i) => source(`AGN ${i}`, 200 + i, 18)),
    ]);
    const classifier = new SourceClassifier(smallClassifier()).save();
    await scoreFile({
      ...{ input: files.sources, output: files.scored, classifier, workers: 1 },
      metadata: { title: "t", description: "invented", simulated: true, provenance: {} },
    });
    const text = await exampleSources(files.scored, files.sources);
    const [head, ...rows] = parse(text) as string[][];
    assert.deepEqual(head, ["name", "ra", "dec", "flux_b", "G"]);
    const names = rows.map(([name]) => name);
    assert.equal(new Set(names).size, 20);
    assert.equal(names.length, 20);
    assert.deepEqual(names.filter((name) => name.startsWith("AGN")), ["AGN 0", "AGN 1", "AGN 2"]);
    const file = new File([text], "examples.csv");
    const opened = await openFile(blobFile(file.name, file));
    const read = await readRows(file.name, opened, {
      features: SOURCE_COLUMNS,
      onReject: ({ problem }) => assert.fail(problem),
    });
    let understood = 0;
    for await (const { names } of read.batches) understood += names.length;
    assert.equal(understood, 20);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
