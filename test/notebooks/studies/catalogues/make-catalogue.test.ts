import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { readSettings } from "#lib/run/settings.ts";
import { readScored } from "#lib/scoring/read-scored.ts";
import { fillDerived, type Sources } from "@csc-classify/chandra-sources";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { makeCatalogue } from "#studies/catalogues/make-catalogue.ts";
import { smallClassifier } from "../../../scoring/small-pipeline.ts";

/** Sources of a set: bright in G are STAR, faint AGN. */
function set(title: string, magnitudes: Record<string, number>, more = {}): Sources {
  const names = Object.keys(magnitudes), length = names.length;
  const position = { ra: new Float64Array(length).fill(10), dec: new Float64Array(length) };
  const columns = { G: Object.values(magnitudes), flux_b: names.map(() => 1e-13), ...more };
  return {
    origin: { kind: "compilation", description: title, sha256: "" },
    names,
    ...position,
    matrix: fillDerived(
      new Map(Object.entries(columns).map(([name, own]) => [name, Float64Array.from(own)])),
      position,
    ),
    extras: { origin: names.map(() => title) },
  };
}

Deno.test("two sets of 3 and 2 sources are a catalogue of 4 rows; the fifth is told beside its source", async () => {
  const out = await Deno.makeTempDir(), before = Deno.env.get("CSC_OUT");
  Deno.env.set("CSC_OUT", out);
  try {
    const catalogue = await makeCatalogue({
      ...{ name: "both", title: "Both", description: "two sets", simulated: true, release: "2.0" },
      sources: [
        set("first", { a: 12, b: 12, c: 18 }),
        set("second", { b: 18, d: 12 }, { W1: [12, 12] }),
      ],
      extras: [{ name: "origin", type: "text" }],
      classifier: new SourceClassifier(smallClassifier()),
      settings: { ...readSettings(() => undefined), workers: 1 },
    });
    const rows = await readScored(catalogue.arrow);
    const short = rows.map((row) => [row.name, row.class, row.origin]);
    assert.deepEqual(short, [
      ["a", "STAR", "first"],
      ["c", "AGN", "first"],
      ["b", "AGN", "second"],
      ["d", "STAR", "second"],
    ]);
    assert.match(String(rows[2].other_inputs), /^STAR with 0\.\d{3} by first$/);
    assert.deepEqual(rows.map((row) => row.other_inputs === null), [true, true, false, true]);
    assert.equal(catalogue.nRows, 4);
    assert.equal(pl.readParquet(catalogue.sources).height, 4);
    // for comparisons by set: all five, in the order of the sets
    const all = await catalogue.rows();
    assert.deepEqual(all.map(({ name }) => name), ["a", "b", "c", "b", "d"]);
    assert.deepEqual(all.map((row) => row.class), ["STAR", "STAR", "AGN", "AGN", "STAR"]);
    const left = [...Deno.readDirSync(`${out}/catalogue`)].map(({ name }) => name).sort();
    assert.deepEqual(left.filter((name) => !name.startsWith(".")), [
      "both-sources.parquet",
      "both.arrow",
    ]);
  } finally {
    if (before === undefined) Deno.env.delete("CSC_OUT");
    else Deno.env.set("CSC_OUT", before);
    await Deno.remove(out, { recursive: true });
  }
});
