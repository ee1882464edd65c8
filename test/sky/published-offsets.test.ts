import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import pl from "nodejs-polars";
import { ROOT } from "#lib/run/paths.ts";
import { crossMatch } from "#lib/sky/cross-match.ts";
import { separationArcsec } from "#lib/sky/separation.ts";

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
