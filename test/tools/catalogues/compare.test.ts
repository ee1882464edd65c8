import assert from "node:assert/strict";
import { CLASSES } from "#lib/catalogue/classes.ts";
import { FEATURE_NAMES } from "#lib/catalogue/features.ts";
import type { ScoredSource } from "#lib/scoring/scored-batch.ts";
import { fillDerived } from "#lib/tables/sources.ts";
import {
  compare,
  comparedCsv,
  distinct,
  share,
  table8Of,
  withOrigin,
} from "#tools/catalogues/compare.ts";
import type { RealCatalogue } from "#tools/catalogues/real-catalogues.ts";
import { table8Results } from "#tools/catalogues/table-8.ts";

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
        ["var_flag", Float64Array.of(1, 0, NaN)],
      ]),
      position,
    ),
  },
  scores: {
    by: "Yang et al. 2022",
    labels: Int32Array.of(STAR, AGN, YSO),
    cmp: Float64Array.of(0.9, 0.8, 0.7),
  },
};
const published = [{
  by: "Kumaran et al. 2023",
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
const said = ["STAR", "AGN", "AGN"];
const scored = catalogue.sources.names.map((name, i) => ({
  ...{ name, ra: position.ra[i], dec: position.dec[i], class: said[i], cmp: 0.9 + i / 20 },
  ...{ margin: 0.5, set95: "AGN;STAR", host: null, likeness: 0.4 },
})) as ScoredSource[];
const rows = compare(catalogue, scored, published, scorer);

Deno.test("each source stands beside what the authors, Yang, the paper's model and ours say", () => {
  assert.deepEqual(rows.map(({ authors, yang, paper, ours }) => [authors, yang, paper, ours]), [
    ["STAR", "STAR", "STAR", "STAR"],
    ["YSO", "AGN", "STAR", "AGN"],
    [null, "YSO", "STAR", "AGN"],
  ]);
  assert.deepEqual(rows.map(({ groups }) => groups), [
    ["X-ray flux", "Gaia"],
    ["X-ray flux", "WISE"],
    ["X-ray flux"],
  ]);
  assert.throws(() => compare(catalogue, scored.toReversed(), published, scorer), /row 0 is one/);
});

Deno.test("agreement counts the sources that both sides class", () => {
  assert.deepEqual(share(rows, "authors", "ours"), { sources: 2, percent: 50 });
  assert.deepEqual(share(rows, "yang", "ours"), { sources: 3, percent: 100 * 2 / 3 });
  assert.deepEqual(share(rows, "authors", "paper", ({ authorsCmp }) => authorsCmp > 0.97), {
    sources: 1,
    percent: 0,
  });
  assert.ok(Number.isNaN(share([], "authors", "ours").percent));
});

Deno.test("Table 8 counts by any side, a source of two sets once", () => {
  const twice = [...rows, { ...rows[0], origin: "another", ours: "CV" as const }];
  assert.deepEqual(distinct(twice), rows);
  const count = (by: "ours" | "paper" | "authors") =>
    table8Of(twice, by).table.filter(({ all }) => all > 0).map((row) => [row.class, row.all]);
  assert.deepEqual(count("ours"), [["AGN", 2], ["STAR", 1], ["CV", 1], ["total", 4]]);
  assert.deepEqual(count("paper"), [["STAR", 4], ["total", 4]]);
  assert.deepEqual(count("authors"), [["STAR", 2], ["YSO", 1], ["total", 3]]);
  const results = table8Results(table8Of(rows, "ours").table, "real.table8", { origin: "a set" });
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
  const [head, first, , third] = comparedCsv(rows).split("\n");
  assert.match(head, /^name,ra,dec,origin,authors_class,authors_cmp,yang_class,paper_class,/);
  assert.match(first, /^one,10,-5,'=a set,STAR,0\.6,STAR,STAR,0\.75,STAR,0\.9,AGN;STAR,0\.4,,/);
  assert.match(third, /^three,12,-7,'=a set,,,YSO,/);
});
