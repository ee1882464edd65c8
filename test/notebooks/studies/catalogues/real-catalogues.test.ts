// Slow: scores the published table many times.
import assert from "node:assert/strict";
import { CLASSES, FEATURE_NAMES } from "@csc-classify/chandra-sources";
import { predictedLabels, takeColumns } from "@csc-classify/forests";
import {
  agreement,
  predict,
  publishedScorer,
  settleColumns,
  settledSources,
} from "#studies/catalogues/published-scorer.ts";
import { authorsSay, realCatalogues } from "#studies/catalogues/real-catalogues.ts";
import { authorsTable, publishedClasses } from "#studies/catalogues/published-tables.ts";
import { publishedTrainingTable } from "#lib/tables/training-table.ts";
import { ignore, mirror, published } from "../../../published.ts";
import {
  authorsStandIn,
  portalStandIns,
  REMOTE,
  serveFiles,
  yangStandIn,
} from "../../../stand-ins.ts";

Deno.test({
  name: "the published model classes each of its 7,703 training sources as they are labelled",
  ignore,
  async fn() {
    const { matrix, labels } = await publishedTrainingTable({ mirror });
    const scorer = await publishedScorer({ mirror });
    const probabilities = scorer.predictProbabilities(matrix);
    assert.deepEqual(predictedLabels(probabilities, CLASSES.length), labels);
  },
});

Deno.test({
  name:
    "whatever the shift of the six fluxes under their labels, the one that gives the probabilities is found",
  ignore,
  async fn() {
    const scorer = await publishedScorer({ mirror });
    for (let shift = 0; shift < 6; shift++) {
      const contents = { [REMOTE.authors]: await authorsStandIn(120, shift) };
      await serveFiles(contents, async (registry, cache) => {
        const table = await authorsTable({ registry, cache, mirror: "" });
        const found = settleColumns(table, scorer);
        const labels = ["h-csc", "b-csc", "m-csc", "s-csc", "u-csc", "0p3_8_csc"];
        // label i holds flux i + shift, so flux i stands under label i - shift
        const expected = labels.map((_, i) => labels[(i + 6 - shift) % 6]);
        assert.deepEqual(found.labels.slice(8, 14), expected);
        assert.deepEqual([found.scaled, found.equal], [true, 1]);
        assert.ok(found.difference < 1e-12, String(found.difference));
        const { matrix, scores } = settledSources(table, found);
        const again = scorer.predictProbabilities(takeColumns(matrix, FEATURE_NAMES));
        // there and back through physical units: the same probabilities
        assert.equal(agreement(again, scores.probabilities!).equal, 1);
      });
    }
  },
});

Deno.test({
  name: "a table that no assignment explains, or that two do, is refused",
  ignore,
  async fn() {
    const scorer = await publishedScorer({ mirror });
    const good = await authorsStandIn(60);
    await serveFiles({ [REMOTE.authors]: good }, async (registry, cache) => {
      const table = await authorsTable({ registry, cache, mirror: "" });
      const { values, nColumns } = table.published;
      // another model's probabilities: every row has those of the next
      const probabilities = table.scores.probabilities!.slice();
      probabilities.copyWithin(0, CLASSES.length);
      assert.throws(
        () => settleColumns({ ...table, scores: { ...table.scores, probabilities } }, scorer),
        /no order of the six flux columns gives .* made with another model or other columns/,
      );
      // without any flux no order is better than another
      const blank = values.map((value, i) => {
        const column = i % nColumns;
        return column >= 8 && column < 14 ? NaN : value;
      });
      const published = { ...table.published, values: blank };
      const assigned = { labels: published.names, scaled: true };
      const scores = { ...table.scores, probabilities: predict(published, assigned, scorer) };
      assert.throws(
        () => settleColumns({ published, scores }, scorer),
        /6 orders of the six flux columns give the probabilities .* do not tell them apart/,
      );
    });
  },
});

Deno.test({
  name: "with the mirror alone, 8,290 real sources of three origins; what is not there is named",
  ignore: ignore || !mirror,
  async fn() {
    const { names } = await publishedTrainingTable({ mirror });
    const { found, lacking, published } = await realCatalogues(names, { mirror });
    const origins = found.filter(({ id }) => id !== "acquired");
    assert.deepEqual(origins.map(({ id, sources }) => [id, sources.names.length]), [
      ["ned", 6738],
      ["yang-td", 1179],
      ["ngc-3532", 373],
    ]);
    const theirs = found.find(({ id }) => id === "yang-td")!.sources.names;
    const { found: left } = await realCatalogues([...names, ...theirs], { mirror });
    const counts = left.filter(({ id }) => id !== "acquired")
      .map(({ id, sources }) => [id, sources.names.length]);
    assert.deepEqual(counts, [["ned", 6145], ["ngc-3532", 373]]);
    assert.deepEqual(lacking.map(({ path }) => path), [
      "csc-portal-app/df2.csv",
      "muwclass/gcs.dat",
      "chandra-xai/paper-2-data-table-with-shap.gz",
    ]);
    for (const { url, why } of lacking) {
      assert.match(url, /^https:\/\/raw\.githubusercontent\.com\//);
      assert.equal(why, "not in the folder of CSC_MIRROR");
    }
    // the paper's model on what NED has of a source, against what its authors published of it
    const ned = found.find(({ id }) => id === "ned")!, said = authorsSay(ned, published);
    const scorer = await publishedScorer({ mirror });
    const ours = predictedLabels(scorer.predictProbabilities(ned.sources.matrix), CLASSES.length);
    const all = [...ours.keys()].filter((row) => said.labels[row] >= 0);
    const sure = all.filter((row) => said.cmp[row] > 0.97);
    assert.deepEqual([all.length, sure.length], [2919, 2195]);
    const same = [all, sure].map((rows) =>
      rows.filter((row) => said.labels[row] === ours[row]).length / rows.length
    );
    assert.ok(same[0] >= 0.96 && same[1] >= 0.99, same.join(" and "));
  },
});

Deno.test({
  name:
    "with all files there, the best come first, and a table of theirs is reproduced source by source",
  ignore: ignore || !mirror,
  async fn() {
    const authors = await authorsStandIn(80), yang = await yangStandIn(50);
    const { pairs, classes } = portalStandIns(authors);
    const here = [
      ...["chandra-ml/lightGBM-new.pkl", "chandra-ml/id_frame.csv", "muwclass/TD.csv"],
      ...["aurora-server/df_mw_final.csv", "muwclass/NGC3532_MW_clean.csv"],
    ];
    const contents: Record<string, string | Uint8Array> = {
      ...{ [REMOTE.authors]: authors, [REMOTE.yang]: yang.table, "muwclass/ReadMe": yang.readMe },
      ...{ [REMOTE.pairs]: pairs, [REMOTE.classes]: classes },
    };
    for (const path of here) contents[path] = await published(path);
    await serveFiles(contents, async (registry, cache) => {
      const options = { registry, cache, mirror: "" };
      const { names } = await publishedTrainingTable({ mirror });
      const { found, lacking, published: tables } = await realCatalogues(names, options);
      assert.deepEqual(lacking, []);
      const ids = found.map(({ id }) => id).filter((id) => id !== "acquired");
      assert.deepEqual(ids, ["authors", "yang", "ned", "yang-td", "ngc-3532"]);
      const theirs = found.find(({ id }) => id === "authors")!;
      const scorer = await publishedScorer(options);
      const probabilities = scorer.predictProbabilities(theirs.sources.matrix);
      const again = agreement(probabilities, theirs.scores!.probabilities!);
      assert.deepEqual([again.equal, theirs.assignment!.scaled], [1, true]);
      assert.deepEqual(authorsSay(theirs, tables).labels, theirs.scores!.labels);
      // every origin can be scored: eight probabilities that sum to 1
      for (const { id, sources } of found) {
        const p = scorer.predictProbabilities(sources.matrix), n = sources.names.length;
        assert.equal(p.length, n * CLASSES.length);
        const sums = Array.from(
          { length: n },
          (_, row) =>
            p.subarray(row * CLASSES.length, (row + 1) * CLASSES.length).reduce((a, b) => a + b, 0),
        );
        assert.ok(sums.every((sum) => Math.abs(sum - 1) < 1e-12), id);
      }
      const of = await publishedClasses(options);
      const said = authorsSay({ sources: theirs.sources }, [of]);
      assert.equal(said.labels.filter((label) => label >= 0).length, of.names.length);
    });
    // a file that comes and is another one is an error, not something to do without
    const wrong = { ...contents, [REMOTE.authors]: "<html></html>" };
    await serveFiles(wrong, async (registry, cache) => {
      const blob = "a81fca8e60d96a50dbb0f308fedbf7fd6cafe652";
      const pinned = registry.map((file) =>
        file.path === REMOTE.authors ? { ...file, blob } : file
      );
      await assert.rejects(
        realCatalogues([], { registry: pinned, cache, mirror: "" }),
        /df2\.csv is not the published file: it is a web page; git blob/,
      );
    });
  },
});
