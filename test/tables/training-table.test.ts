import assert from "node:assert/strict";
import { CLASSES, FEATURE_NAMES, FEATURES, PAPER } from "@csc-classify/chandra-sources";
import { toFrame, toMatrix } from "@csc-classify/chandra-sources/files";
import { fetchCandidates, loadTrainingTable } from "#lib/tables/training-table.ts";
import { isTrainingCandidate } from "#studies/audit.ts";
import { ignore, mirror } from "../published.ts";

Deno.test({
  name: "the published table has the paper's Table 4 and names that are used once",
  ignore,
  async fn() {
    const sources = await loadTrainingTable("published", { mirror }), frame = toFrame(sources);
    assert.equal(sources.origin.kind, "published");
    assert.deepEqual(sources.matrix.names.slice(0, 41), FEATURE_NAMES);
    const classes = frame.getColumn("class").toArray();
    for (const name of CLASSES) {
      assert.equal(classes.filter((label) => label === name).length, PAPER.table4[name]);
    }
    assert.equal(new Set(frame.getColumn("name").toArray()).size, 7703);
  },
});

Deno.test({
  name: "values are physical: magnitudes of a known row, fluxes near 1e-14, colours of magnitudes",
  ignore,
  async fn() {
    const frame = toFrame(await loadTrainingTable("auto", { mirror }));
    const { values, nColumns } = toMatrix(frame, FEATURE_NAMES);
    const at = (name: string, feature: string) => {
      const row = frame.getColumn("name").toArray().indexOf(name);
      return values[row * nColumns + FEATURE_NAMES.indexOf(feature)];
    };
    // HD 97583 in the field of NGC 3532, as Yang et al. 2022 print it
    assert.ok(Math.abs(at("2CXO J110435.9-584520", "G") - 7.413162) < 2e-6);
    // NED's values under the scrambled headers
    assert.ok(Math.abs(at("2CXO J002359.4-720438", "flux_b") / 5.13805e-16 - 1) < 1e-6);
    FEATURES.forEach(({ from }, column) => {
      if (!from) return;
      const [first, second] = from.map((name) => FEATURE_NAMES.indexOf(name));
      for (let start = 0; start < values.length; start += nColumns) {
        const difference = values[start + first] - values[start + second];
        const colour = values[start + column];
        assert.equal(Number.isNaN(colour), Number.isNaN(difference));
        if (!Number.isNaN(colour)) assert.ok(Math.abs(colour - difference) < 3e-6);
      }
    });
  },
});

Deno.test({
  name: "the candidates within 1.01 arcsec with clean flags are the training sources, by name",
  ignore,
  async fn() {
    const candidates = await fetchCandidates({ mirror });
    const frame = toFrame(await loadTrainingTable("published", { mirror }));
    const chosen = isTrainingCandidate(candidates);
    const names = candidates.getColumn("name").toArray().filter((_, row) => chosen[row]);
    assert.deepEqual(names, frame.getColumn("name").toArray());
  },
});
