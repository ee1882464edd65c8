import assert from "node:assert/strict";
import { CLASSES, FEATURE_NAMES, fillDerived } from "@csc-classify/chandra-sources";
import type { ScoredSource } from "#lib/scoring/read-scored.ts";
import { compare, comparedCsv, table8Of, withOrigin } from "#studies/catalogues/compare.ts";
import type { RealCatalogue } from "#studies/catalogues/real-catalogues.ts";
import { table8Results } from "#lib/scoring/table-8.ts";

const position = { ra: Float64Array.of(10, 11, 12), dec: Float64Array.of(-5, -6, -7) };
const [AGN, STAR, YSO] = [0, 1, 2];

/** Three sources: one with Gaia, one with WISE, one with an X-ray flux alone; flags of CSC. */
const catalogue: RealCatalogue = {
  id: "yang",
  title: "=a set",
  sources: {
    origin: { kind: "compilation", description: "by hand", sha256: "", release: "2.0" },
    names: ["one", "two", "three"],
    ...position,
    matrix: fillDerived(
      new Map([
        ["flux_b", Float64Array.of(1e-14, 1e-14, 1e-14)],
        ["G", Float64Array.of(12, NaN, NaN)],
        ["W1", Float64Array.of(NaN, 14, NaN)],
      ]),
      position,
    ),
    extras: { var_flag: [true, false, null] },
  },
  scores: {
    by: "Yang et al. 2022",
    labels: Int32Array.of(STAR, AGN, YSO),
    cmp: Float64Array.of(0.9, 0.8, 0.7),
  },
};
const published = [{
  by: "Kumaran et al. 2023" as const,
  names: ["two", "elsewhere", "one"],
  labels: Int32Array.of(YSO, AGN, STAR),
  cmp: Float64Array.of(0.98, 0.5, 0.6),
}];
/** Says STAR of all, with 0.75. */
const scorer = {
  predictProbabilities: () =>
    Float64Array.from(
      { length: 3 * CLASSES.length },
      (_, i) => i % CLASSES.length === STAR ? 0.75 : 0.25 / 7,
    ),
  predictScaled: () => new Float64Array(0),
};
const said = ["STAR", "AGN", "AGN"], cmp = [0.9, 0.95, 1];
const scored: ScoredSource[] = catalogue.sources.names.map((name, i) => ({
  name,
  ra: position.ra[i],
  dec: position.dec[i],
  origin: "=a set",
  class: said[i],
  cmp: cmp[i],
  margin: 0.5,
  set95: "AGN;STAR",
  host: null,
  likeness: 0.4,
}));
const compared = compare(scored, [catalogue], published, scorer);

Deno.test("each source stands beside what the authors, Yang, the paper's model and ours say", () => {
  const said = compared.select("authors_class", "yang_class", "paper_class", "class", "groups");
  assert.deepEqual(said.rows(), [
    ["STAR", "STAR", "STAR", "STAR", "X-ray flux; Gaia"],
    ["YSO", "AGN", "STAR", "AGN", "X-ray flux; WISE"],
    [null, "YSO", "STAR", "AGN", "X-ray flux"],
  ]);
  const numbers = compared.select("authors_cmp", "paper_cmp", "cmp").rows();
  assert.deepEqual(numbers, [[0.6, 0.75, 0.9], [0.98, 0.75, 0.95], [null, 0.75, 1]]);
  assert.throws(
    () => compare(scored.toReversed(), [catalogue], published, scorer),
    /row 0 is one here and three scored/,
  );
});

Deno.test("of a source in two sets the row with more measured features stands for it", () => {
  const columns = new Map([
    ["flux_b", Float64Array.of(1e-14)],
    ["W1", Float64Array.of(14)],
    ["W2", Float64Array.of(13)],
  ]);
  const place = { ra: Float64Array.of(11), dec: Float64Array.of(-6) };
  const sources = { ...catalogue.sources, names: ["two"], ...place, extras: {} };
  const better: RealCatalogue = {
    id: "ned",
    title: "another",
    sources: { ...sources, matrix: fillDerived(columns, place) },
  };
  const all = compare([...scored, scored[1]], [catalogue, better], []);
  assert.deepEqual(all.select("name", "stands").rows(), [
    ["one", true],
    ["two", false],
    ["three", true],
    ["two", true],
  ]);
});

Deno.test("without the paper's model its columns are missing, not those of others", () => {
  const alone = compare(scored, [catalogue], published);
  assert.deepEqual(alone.select("paper_class", "paper_cmp", "yang_class").rows(), [
    [null, null, "STAR"],
    [null, null, "AGN"],
    [null, null, "YSO"],
  ]);
});

Deno.test("Table 8 counts by any side, a source that the side says nothing of not at all", () => {
  const count = (by?: "class" | "paper_class" | "authors_class") =>
    table8Of(compared, by).table.filter(({ all }) => all > 0).map((row) => [row.class, row.all]);
  assert.deepEqual(count(), [["AGN", 2], ["STAR", 1], ["total", 3]]);
  assert.deepEqual(count("paper_class"), [["STAR", 3], ["total", 3]]);
  assert.deepEqual(count("authors_class"), [["STAR", 1], ["YSO", 1], ["total", 2]]);
  const results = table8Results(table8Of(compared).table, "real.table8", { origin: "a set" });
  assert.equal(results["real.table8.AGN.all"].value, 2);
  // 0.9, 0.95 and 1: one above 0.997
  assert.equal(results["real.table8.total.3sigma"].value, 1);
  assert.equal(results["real.table8.AGN.all"].origin, "a set");
});

Deno.test("products say where a source is from, what was published of it, and its flags", () => {
  const { extras, matrix } = withOrigin(catalogue, published);
  assert.deepEqual(extras, {
    origin: ["=a set", "=a set", "=a set"],
    // the authors' class goes before the publisher's own
    published_class: ["STAR", "YSO", "YSO"],
    published_by: ["Kumaran et al. 2023", "Kumaran et al. 2023", "Yang et al. 2022"],
    release: ["2.0", "2.0", "2.0"],
    var_flag: [true, false, null],
  });
  assert.ok(FEATURE_NAMES.every((name) => matrix.names.includes(name)));
  const invented = withOrigin({ ...catalogue, invented: true }, []);
  assert.deepEqual(invented.extras!.release, ["2.0, invented", "2.0, invented", "2.0, invented"]);
  const [head, first, , third] = comparedCsv(compared).split("\n");
  assert.match(head, /^name,ra,dec,origin,authors_class,authors_cmp,yang_class,paper_class,/);
  assert.match(first, /^one,10,-5,'=a set,STAR,0\.6,STAR,STAR,0\.75,STAR,0\.9,AGN;STAR,0\.4,,/);
  assert.match(third, /^three,12,-7,'=a set,,,YSO,/);
});
