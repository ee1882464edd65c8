import assert from "node:assert/strict";
import { FEATURE_NAMES, TABLE_2_FEATURES } from "@csc-classify/chandra-sources";
import { featureWords, unitWords } from "#lib/tables/feature-words.ts";
import { ADDED_NAMES } from "#lib/tables/added-features.ts";

Deno.test("every feature of every model has words of its own, none of them a name of the program", () => {
  const names = [
    ...new Set([...FEATURE_NAMES, ...TABLE_2_FEATURES.map(({ name }) => name), ...ADDED_NAMES]),
  ];
  const words = names.map(featureWords);
  for (const [i, word] of words.entries()) assert.doesNotMatch(word, /_/, names[i]);
  for (const word of words) assert.equal(words.filter((other) => other === word).length, 1, word);
});

Deno.test("flux ratios, colours and counts are made of the words of their bands", () => {
  assert.equal(featureWords("log_x_W1"), "X-ray to W1 flux ratio");
  assert.equal(featureWords("G_W2"), "G − W2");
  assert.equal(featureWords("u_sdss_g_sdss"), "u − g");
  assert.equal(featureWords("n_X_ray_flux"), "number of X-ray flux values");
  assert.equal(featureWords("observed_2mass"), "whether 2MASS looked there");
  assert.equal(featureWords("observed_flux_b"), "whether flux b was observed");
  assert.equal(featureWords("something else"), "something else");
});

Deno.test("units are written as people write them", () => {
  assert.equal(unitWords("mW.m**-2"), "erg s⁻¹ cm⁻²");
  assert.equal(unitWords("ph.s**-1.cm**-2"), "ph s⁻¹ cm⁻²");
  assert.equal(unitWords("mag"), "mag");
});
