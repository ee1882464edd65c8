import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { FEATURE_SCALE, FEATURES } from "@csc-classify/chandra-sources";
import { ROOT } from "#lib/run/files.ts";
import { deriveScale } from "#tools/derive/scale.ts";
import { fitLine } from "#studies/fit-line.ts";
import { fetchPublished } from "#lib/tables/published-files.ts";
import { readCsv } from "@csc-classify/chandra-sources/files";
import { readPublishedModel } from "#lib/tables/published-model.ts";
import { ignore, mirror } from "../../published.ts";

const REFERENCE = `${ROOT}/../shared/reference/feature-scale.csv`;
const isAbsent = !existsSync(REFERENCE);
if (isAbsent) console.log("skipped: no ../shared with a reference to compare with");

Deno.test("a line is found through pairs, a stray pair and missing values notwithstanding", () => {
  const published = Float64Array.of(1, 2, 4, 5, 8, 9, NaN, 3);
  const original = published.map((x) => 20 + 3 * x);
  original[7] = 99;
  assert.deepEqual(fitLine(published, original), { min: 20, max: 50, pairs: 7, matches: 6 });
  assert.equal(fitLine(published.slice(0, 4), original.slice(0, 4)), undefined);
});

Deno.test("the row at the end of the scale gives its value exactly", () => {
  const published = Float64Array.of(0, 2.5, 5, 7.5, 10);
  const original = Float64Array.of(0.1, 0.15, 0.2, 0.25, 0.30000000000000004);
  const line = fitLine(published, original);
  assert.equal(line?.max, 0.30000000000000004);
  assert.equal(line?.min, 0.1);
});

Deno.test({
  name: "the committed scale is what its derivation finds",
  ignore,
  async fn() {
    const [candidates, ned, raw] = await Promise.all([
      "chandra-ml/id_frame.csv",
      "aurora-server/df_mw_final.csv",
      "muwclass/NGC3532_MW_clean.csv",
    ].map(async (path) => readCsv(await fetchPublished(path, { mirror }))));
    const model = readPublishedModel(
      await fetchPublished("chandra-ml/lightGBM-new.pkl", { mirror }),
    );
    assert.deepEqual(deriveScale({ model, candidates, ned, raw }), FEATURE_SCALE);
  },
});

/** What the reference calls the X-ray columns, by our names. */
const REFERENCE_QUANTITY: Readonly<Record<string, RegExp>> = {
  flux_u: /ultrasoft-band/,
  flux_b: /broad-band/,
  flux_s: /soft-band/,
  flux_m: /medium-band/,
  flux_h: /hard-band/,
  flux_ned: /0\.3-8 keV flux as NED lists it/,
  mips_24um: /a flux density/,
};

Deno.test({
  name: "the committed scale is the reference's, to its nine digits",
  ignore: isAbsent,
  fn() {
    const lines = Deno.readTextFileSync(REFERENCE).trimEnd().split("\n").slice(1);
    assert.equal(lines.length, FEATURES.length);
    lines.forEach((line, i) => {
      const [label, min, max, quantity] = line.split(",");
      const { feature, ...ours } = FEATURE_SCALE[i];
      assert.equal(ours.label, label);
      assert.equal(feature, FEATURES[i].name);
      assert.match(quantity, REFERENCE_QUANTITY[feature] ?? /./);
      // positions: two conventions of the Galactic pole differ by 0.03 arcsec
      const tolerance = (value: number) =>
        feature.startsWith("gal_") ? 1e-5 : 1e-9 * (+max - +min) + 5e-9 * Math.abs(value);
      for (const [our, their] of [[ours.min, +min], [ours.max, +max]]) {
        assert.ok(Math.abs(our - their) <= tolerance(their), `${label}: ${our}, not ${their}`);
      }
    });
  },
});
