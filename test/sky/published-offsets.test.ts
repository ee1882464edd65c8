import assert from "node:assert/strict";
import type { DataFrame } from "nodejs-polars";
import { takeColumns } from "@csc-classify/forests";
import { crossMatch, separationArcsec, toGalactic } from "@csc-classify/sky";
import { readCsv } from "@csc-classify/chandra-sources/files";
import { readPublishedModel } from "#lib/tables/published-model.ts";
import { ignore, published } from "../published.ts";

const candidates = async () => readCsv(await published("chandra-ml/id_frame.csv"));
const training = async () => readPublishedModel(await published("chandra-ml/lightGBM-new.pkl"));

function column(frame: DataFrame, name: string): number[] {
  return frame.getColumn(name).toArray() as number[];
}

Deno.test({
  name: "every offset of the published candidates comes out to a millionth of an arcsecond",
  ignore,
  async fn() {
    const frame = await candidates();
    const [ra, dec, catRa, catDec, offset] = ["ra", "dec", "cat_ra", "cat_dec", "offset"]
      .map((name) => column(frame, name));
    assert.equal(frame.height, 13_880);
    let worst = 0;
    for (let row = 0; row < frame.height; row++) {
      const own = separationArcsec(ra[row], dec[row], catRa[row], catDec[row]);
      worst = Math.max(worst, Math.abs(own - offset[row]));
    }
    console.log(`largest difference: ${worst} arcsec`);
    assert.ok(worst < 1e-6, `largest difference: ${worst} arcsec`);
  },
});

Deno.test({
  name: "matching the published positions again gives the paper's 7,703 sources by name",
  ignore,
  async fn() {
    const frame = await candidates();
    const names = frame.getColumn("name").toArray() as string[];
    const flags = ["streak_src_flag", "pileup_flag", "sat_src_flag", "extent_flag", "conf_flag"]
      .map((name) => column(frame, name));
    const significance = column(frame, "significance");
    const sources = { ra: column(frame, "ra"), dec: column(frame, "dec") };
    const labels = { ra: column(frame, "cat_ra"), dec: column(frame, "cat_dec") };
    const matched = (radiusArcsec: number) =>
      new Set(
        [...crossMatch(sources, labels, { radiusArcsec }).first]
          .filter((row) => significance[row] > 0 && flags.every((flag) => flag[row] === 0))
          .map((row) => names[row]),
      );
    const found = matched(1.01);
    assert.equal(found.size, 7_703);
    assert.equal(matched(1).size, 7_656);
    assert.deepEqual([...found].sort(), [...(await training()).names].sort());
  },
});

Deno.test({
  name: "the published Galactic coordinates follow from the published positions",
  ignore,
  async fn() {
    const frame = await candidates();
    const ra = column(frame, "ra"), dec = column(frame, "dec");
    const names = frame.getColumn("name").toArray() as string[];
    const rows = new Map(names.map((name, row) => [name, row]));
    const { names: trained, normalised } = await training();
    // the table is scaled to 0..10; the limits are the smallest and largest coordinates
    const { values: b } = takeColumns(normalised, ["gal_b2"]);
    const { values: l } = takeColumns(normalised, ["gal_l2"]);
    l.forEach((x, row) => l[row] = 0.000245989072 + x * 35.9999389010928);
    b.forEach((x, row) => b[row] = -89.4249596 + x * 17.90019698);
    let worst = 0;
    trained.forEach((name, i) => {
      const own = toGalactic(ra[rows.get(name)!], dec[rows.get(name)!]);
      worst = Math.max(worst, separationArcsec(own.l, own.b, l[i], b[i]));
    });
    console.log(`largest difference: ${worst} arcsec`);
    // the CSC goes to Galactic coordinates by way of FK5, and the limits have nine digits
    assert.ok(worst < 0.1, `${worst} arcsec`);
  },
});
