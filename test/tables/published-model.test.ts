// Slow: reads the published model a thousand times.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { PUBLISHED_LABELS } from "@csc-classify/chandra-sources";
import { random } from "@csc-classify/forests";
import { share } from "../thorough.ts";
import {
  decodePublishedModel,
  parseModel,
  readPublishedModel,
} from "#lib/tables/published-model.ts";
import { ignore, published } from "../published.ts";
import { encodeModel } from "../../packages/vo-tables/test/encode-pickle.ts";

const pickle = () => published("chandra-ml/lightGBM-new.pkl");

/**
 * SHA-256 of the decoded table as an independent reader printed it: per row the name, the class
 * and 41 values of ten digits, empty where missing, joined by commas; lines ended by LF.
 */
const DIGEST = "c69dc35ec55059ede410db379acdd3fcd86509afc5306cd40b92bf2fecb483d4";

Deno.test("a table is read row by row from the columns pandas stores", () => {
  const bytes = encodeModel(["s 1", "s 2", "s 3"], ["AGN", "CV", "CV"], ["a", "b"], [
    1,
    2,
    NaN, // column a
    4,
    5,
    6, // column b
  ]);
  const model = parseModel(bytes);
  assert.deepEqual(model.names, ["s 1", "s 2", "s 3"]);
  assert.deepEqual(model.classes, ["AGN", "CV", "CV"]);
  assert.deepEqual(model.normalised.names, ["a", "b"]);
  assert.deepEqual([...model.normalised.values], [1, 4, 2, 5, NaN, 6]);
  assert.equal(model.modelText, "tree\n");
});

Deno.test("a table with more labels than rows is refused", () => {
  assert.throws(() => parseModel(encodeModel(["s 1"], ["AGN", "CV"], ["a"], [1])), /label/);
});

Deno.test("any other stream than the known file is refused before it is read", () => {
  const bytes = encodeModel(["s 1"], ["AGN"], ["a"], [1]);
  assert.throws(() => decodePublishedModel(bytes), /the published model is damaged/);
  assert.throws(() => readPublishedModel(bytes), /not a whole zlib stream/);
});

Deno.test({
  name: "the published pickle holds the reference table, all 7,703 x 41 values of it",
  ignore,
  async fn() {
    const model = readPublishedModel(await pickle());
    assert.deepEqual(model.normalised.names, PUBLISHED_LABELS);
    assert.match(model.modelText, /^tree\nversion=v3/);
    assert.equal(model.names.length, 7703);
    const hash = createHash("sha256");
    model.names.forEach((name, row) => {
      const cells = Array.from(
        model.normalised.values.subarray(41 * row, 41 * row + 41),
        (value) => Number.isNaN(value) ? "" : String(Number(value.toPrecision(10))),
      );
      hash.update([name, model.classes[row], ...cells].join(",") + "\n");
    });
    assert.equal(hash.digest("hex"), DIGEST);
  },
});

Deno.test({
  name: `${
    share(10_000)
  } single-byte changes and 100 truncations of the inflated pickle are all refused`,
  ignore,
  async fn() {
    const inflated = new Uint8Array(inflateSync(await pickle()));
    const stream = random(2, "changes");
    for (let change = 0; change < share(10_000); change++) {
      const at = stream.integer(inflated.length), old = inflated[at];
      inflated[at] ^= 1 + stream.integer(255);
      assert.throws(() => decodePublishedModel(inflated), /damaged/);
      inflated[at] = old;
    }
    for (let cut = 0; cut < 100; cut++) {
      const part = inflated.subarray(0, stream.integer(inflated.length));
      assert.throws(() => decodePublishedModel(part), /damaged/);
    }
    assert.equal(decodePublishedModel(inflated).names.length, 7703);
  },
});

Deno.test({
  name: "single-byte changes and truncations of the file itself are refused or harmless",
  ignore,
  async fn() {
    const file = await pickle();
    const right = readPublishedModel(file).normalised.values;
    const stream = random(3, "changes");
    for (let change = 0; change < 100; change++) {
      const damaged = change % 4 ? file.slice() : file.slice(0, stream.integer(file.length));
      damaged[stream.integer(damaged.length)] ^= 1 + stream.integer(255);
      let values: Float64Array;
      try {
        values = readPublishedModel(damaged).normalised.values;
      } catch (error) {
        assert.match((error as Error).message, /published model|pickle/);
        continue;
      }
      assert.deepEqual(values, right);
    }
  },
});
