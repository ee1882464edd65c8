import assert from "node:assert/strict";
import {
  FEATURE_NAMES,
  FEATURES,
  PUBLISHED_LABELS,
  TABLE_2_FEATURES,
  XRAY_FEATURE_NAMES,
} from "@csc-classify/chandra-sources";

Deno.test("there are 41 features, each named once, under 41 published labels", () => {
  assert.equal(FEATURES.length, 41);
  assert.equal(new Set(FEATURE_NAMES).size, 41);
  assert.equal(PUBLISHED_LABELS.length, 41);
});

Deno.test("Table 2 has the K-S probability where the published table has NED's flux", () => {
  const names = TABLE_2_FEATURES.map(({ name }) => name);
  assert.equal(names.length, 41);
  assert.deepEqual(names.filter((name) => !FEATURE_NAMES.includes(name)), ["ks_intra_prob_b"]);
  assert.deepEqual(FEATURE_NAMES.filter((name) => !names.includes(name)), ["flux_ned"]);
});

Deno.test("the labels of the fluxes are shifted: h-csc holds the broad band, b-csc the soft", () => {
  const held = (label: string) => FEATURE_NAMES[PUBLISHED_LABELS.indexOf(label)];
  assert.deepEqual(
    ["ks_intra_prob_b", "h-csc", "b-csc", "m-csc", "s-csc", "u-csc"].map(held),
    ["flux_u", "flux_b", "flux_s", "flux_m", "flux_h", "flux_ned"],
  );
});

Deno.test("a colour is named after the two magnitudes it is made of, both features", () => {
  const colours = FEATURES.filter(({ from }) => from);
  assert.equal(colours.length, 9);
  for (const { name, from } of colours) {
    assert.equal(name, from!.join("_"));
    for (const magnitude of from!) assert.ok(FEATURE_NAMES.includes(magnitude));
  }
});

Deno.test("the X-ray sample is the first fourteen columns: position, variability, fluxes", () => {
  assert.equal(XRAY_FEATURE_NAMES.length, 14);
  const groups = FEATURES.slice(0, 14).map(({ group }) => group);
  assert.deepEqual([...new Set(groups)], ["position", "X-ray variability", "X-ray flux"]);
});
