import assert from "node:assert/strict";
import { holdsOurResults } from "#tools/tasks/out-folder.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { writeModel } from "#lib/scoring/model-folder.ts";
import { smallClassifier } from "../../scoring/small-pipeline.ts";

Deno.test("a folder with nothing but a model of this project is taken for results, with more not", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/model`);
    assert.equal(await holdsOurResults(folder), false);
    await writeModel(`${folder}/model`, new SourceClassifier(smallClassifier()));
    assert.equal(await holdsOurResults(folder), true);
    await Deno.writeTextFile(`${folder}/thesis.tex`, "mine");
    assert.equal(await holdsOurResults(folder), false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
