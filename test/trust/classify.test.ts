import assert from "node:assert/strict";
import { CLASSES, FEATURE_NAMES, fillDerived, type Sources } from "@csc-classify/chandra-sources";
import { ADDED_NAMES } from "#lib/tables/added-features.ts";
import { SOURCE_COLUMNS, SourceClassifier } from "#lib/trust/classify.ts";
import { learnLikeness } from "#lib/trust/likeness.ts";
import { withAddedFeatures } from "#lib/tables/added-features.ts";
import { smallClassifier, smallPipeline, softmax } from "../scoring/small-pipeline.ts";

const ARCSEC = 1 / 3600;

/** Sources by hand, at (200, 30) where no position is given. */
function sources(rows: readonly Readonly<Record<string, number | string>>[]): Sources {
  const of = (name: string, other = NaN) =>
    Float64Array.from(rows, (row) => Number(row[name] ?? other));
  const place = { ra: of("ra", 200), dec: of("dec", 30) };
  const columns = [...SOURCE_COLUMNS].map((name) => [name, of(name)] as const);
  return {
    origin: { kind: "table", description: "", sha256: "" },
    names: rows.map((row, i) => String(row.name ?? `S${i}`)),
    ...place,
    matrix: fillDerived(new Map(columns), place),
  };
}

/** {@link smallClassifier} whose model reads `from` in place of its feature G. */
function reading(from: string) {
  const { pipeline } = smallClassifier();
  const spec = {
    ...pipeline.spec,
    features: pipeline.spec.features.map((name) => name === "G" ? from : name),
  };
  const model = pipeline.model.replace("feature_names=G ", `feature_names=${from} `);
  return { ...pipeline, spec, model };
}

const shares = (
  given: ReturnType<SourceClassifier["classify"]>,
  row: number,
) => [...given.probabilities.subarray(row * 8, row * 8 + 8)];

Deno.test("probabilities are the model's, of the scaled features", () => {
  const given = new SourceClassifier(smallClassifier()).classify(
    sources([{ G: 12, flux_b: 1e-14 }, { G: 18 }]),
  );
  // G 12 of 10 to 20 is 2 of 10, below the stumps' 5: AGN -2, STAR 4; 18 is above: 3 and -1, and
  // ULX 2 where there is no flux
  const scores = (values: Partial<Record<string, number>>) =>
    softmax(CLASSES.map((name) => values[name] ?? 0));
  const expected = [scores({ AGN: -2, STAR: 4 }), scores({ AGN: 3, STAR: -1, ULX: 2 })];
  expected.forEach((row, i) =>
    row.forEach((p, c) =>
      assert.ok(Math.abs(shares(given, i)[c] - p) < 1e-12, `${i}, ${CLASSES[c]}`)
    )
  );
  assert.equal(given.likeness, undefined);
  assert.deepEqual(given.isLimited, [false, false]);
});

Deno.test("a source is known to the training set by name, else within one second of arc", () => {
  const training = {
    ...smallClassifier().training,
    names: ["known", "other"],
    ra: [1, 7],
    dec: [1, null],
    labels: [1, 0],
  };
  const given = new SourceClassifier(smallClassifier({ training })).classify(sources([
    { name: "known", ra: 50, dec: 50 },
    { name: "a", ra: 1, dec: 1 + 0.9 * ARCSEC },
    { name: "b", ra: 1, dec: 1 + 1.1 * ARCSEC },
    // its own name counts before a neighbour's place; class 0 is a class
    { name: "other", ra: 1, dec: 1 },
    { name: "c", ra: 7, dec: 0 },
  ]));
  assert.deepEqual([...given.trainingLabels], [1, 1, -1, 0, -1]);
});

Deno.test("the broad flux is filled where the model was made so, and said to be measured or missing else", () => {
  const rows: Record<string, number>[] = [
    { flux_b: 2e-14, flux_s: 1e-14, flux_h: 1e-14 },
    { flux_s: 1e-14, flux_h: 2e-14 },
    {},
  ];
  const plain = new SourceClassifier(smallClassifier()).classify(sources(rows));
  assert.deepEqual(plain.fluxFrom, ["measured", null, null]);
  const filling = new SourceClassifier(smallClassifier({ fillsFlux: true }));
  assert.deepEqual(filling.classify(sources(rows)).fluxFrom, ["measured", "soft + hard", null]);
  const flux = (classifier: SourceClassifier, row: number) =>
    classifier.features(sources(rows)).values[2 * row + 1];
  assert.ok(Math.abs(flux(filling, 1) - 3e-14) < 1e-28);
  assert.ok(Number.isNaN(flux(new SourceClassifier(smallClassifier()), 1)));
});

Deno.test("columns are worked out where the model, the limits or the likeness go by them", () => {
  assert.ok(ADDED_NAMES.includes("hr_hs") && !FEATURE_NAMES.includes("hr_hs"));
  const table = sources([{ flux_h: 6e-15, flux_s: 2e-15, G: 12, flux_b: 1e-14 }]);
  const added = new SourceClassifier(smallClassifier({ pipeline: reading("hr_hs") }));
  const [hardness, flux] = added.features(table).values;
  assert.ok(Math.abs(hardness - 0.5) < 1e-12 && flux === 1e-14);
  // 12 is not worked out but there
  assert.deepEqual([...new SourceClassifier(smallClassifier()).features(table).values], [
    12,
    1e-14,
  ]);
  const { matrix } = withAddedFeatures(table);
  const reference = learnLikeness(matrix, Int32Array.of(1), 1);
  const alike = new SourceClassifier(smallClassifier({ likeness: reference })).classify(table);
  assert.deepEqual(alike.likeness, [
    { score: 1, reason: "of the 1 labelled sources most like it 1 is STAR" },
  ]);
  const { decision } = smallClassifier();
  const limited = new SourceClassifier(smallClassifier({
    decision: { ...decision, limitedPowers: CLASSES.map(() => 1), limitedSets: decision.sets },
  }));
  assert.deepEqual(limited.classify(table, { hostLimits: true }).isLimited, [false]);
  assert.throws(
    () => new SourceClassifier(smallClassifier()).classify(table, { hostLimits: true }),
    /stumps has no limits of hosts; leave out --host-limits/,
  );
});

Deno.test("a model that is not LightGBM's, or is scaled otherwise, is refused", () => {
  const pipeline = JSON.parse(smallPipeline());
  const withSpec = (spec: object) => () =>
    new SourceClassifier(
      smallClassifier({ pipeline: { ...pipeline, spec: { ...pipeline.spec, ...spec } } }),
    );
  assert.throws(
    withSpec({ algorithm: "random-forest" }),
    /not "random-forest" behind "scale-min-max"/,
  );
  assert.throws(withSpec({ transforms: ["impute-mode"] }), /not "lightgbm" behind "impute-mode"/);
});
