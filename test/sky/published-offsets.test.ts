import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import pl from "nodejs-polars";
import { ROOT } from "#lib/run/files.ts";
import { crossMatch } from "#lib/sky/cross-match.ts";
import { separationArcsec, toGalactic } from "#lib/sky/positions.ts";

const CANDIDATES = `${ROOT}/../shared/archive/chandra-ml/id_frame.csv`;
const ABSENT = !existsSync(CANDIDATES);
if (ABSENT) console.log("skipped: no ../shared");

function column(frame: pl.DataFrame, name: string): number[] {
  return frame.getColumn(name).toArray() as number[];
}

Deno.test({
  name: "every offset of the published candidates comes out to a millionth of an arcsecond",
  ignore: ABSENT,
  fn() {
    const frame = pl.readCSV(CANDIDATES);
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
  ignore: ABSENT,
  fn() {
    const frame = pl.readCSV(CANDIDATES);
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
    const training = `${ROOT}/../shared/reference/training-table.csv`;
    const published = pl.readCSV(training).getColumn("name").toArray() as string[];
    assert.deepEqual([...found].sort(), [...published].sort());
  },
});

Deno.test({
  name: "the published Galactic coordinates follow from the published positions",
  ignore: ABSENT,
  fn() {
    const candidates = pl.readCSV(CANDIDATES);
    const ra = column(candidates, "ra"), dec = column(candidates, "dec");
    const names = candidates.getColumn("name").toArray() as string[];
    const rows = new Map(names.map((name, row) => [name, row]));
    const training = pl.readCSV(`${ROOT}/../shared/reference/training-table.csv`);
    // the table is scaled to 0..10; the limits are those of feature-scale.csv
    const l = column(training, "gal_l2").map((x) => 0.000245989072 + x * 35.9999389010928);
    const b = column(training, "gal_b2").map((x) => -89.4249596 + x * 17.90019698);
    let worst = 0;
    (training.getColumn("name").toArray() as string[]).forEach((name, i) => {
      const own = toGalactic(ra[rows.get(name)!], dec[rows.get(name)!]);
      worst = Math.max(worst, separationArcsec(own.l, own.b, l[i], b[i]));
    });
    console.log(`largest difference: ${worst} arcsec`);
    // the CSC goes to Galactic coordinates by way of FK5, and the limits have nine digits
    assert.ok(worst < 0.1, `${worst} arcsec`);
  },
});
