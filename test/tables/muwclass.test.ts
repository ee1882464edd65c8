import assert from "node:assert/strict";
import {
  CLASSES,
  columnOf,
  fillDerived,
  HOST_LISTS,
  toLabels,
} from "@csc-classify/chandra-sources";
import { harmonise, yangCompilation } from "#lib/tables/muwclass.ts";
import { ignore, mirror } from "../published.ts";

Deno.test({
  name: "the external table has 2,941 sources, classes as ours and colours from its magnitudes",
  ignore,
  async fn() {
    const sources = await yangCompilation({ mirror });
    assert.equal(sources.names.length, 2941);
    const classes = new Set(Array.from(sources.labels, (label) => CLASSES[label]));
    assert.deepEqual([...classes].sort(), ["AGN", "CV", "HMXB", "LMXB", "PULSAR", "STAR", "YSO"]);
    // 2CXO J000009.3+135618, first line of the file
    const first = (name: string) => columnOf(sources, name)[0];
    assert.deepEqual([first("flux_b"), first("u_sdss"), first("e_G")], [4e-15, NaN, 0.003]);
    assert.ok(Math.abs(first("Bp_Rp") - (18.77 - 18.02)) < 1e-12);
    assert.ok(Math.abs(first("W1_W2") - (15.49 - 14.61)) < 1e-12);
  },
});

Deno.test("harmonised, a young star is a YSO, a conflict goes as theirs has it, and none is there twice", () => {
  const orion = HOST_LISTS[2].objects.find(({ name }) => name === "Orion Nebula")!;
  const table = (names: string[], ra: number[], dec: number[], classes: string[]) => {
    const place = { ra: Float64Array.from(ra), dec: Float64Array.from(dec) };
    const matrix = fillDerived(new Map([["flux_b", ra.map(() => 1e-14)]]), place);
    const origin = { kind: "table" as const, description: "", sha256: "" };
    return { origin, names, ...place, matrix, labels: toLabels(classes) };
  };
  const ours = table(
    ["a", "b", "c", "d"],
    [10, 20, orion.ra, 40],
    [0, 0, orion.dec, 0],
    ["PULSAR", "STAR", "STAR", "STAR"],
  );
  const theirs = table(["A", "B", "E"], [10.0001, 20, 50], [0, 0.0001, 0], ["LMXB", "YSO", "CV"]);
  const { union, nOurs, sameAs, conflicts, young } = harmonise(ours, {
    ...theirs,
    predicted: theirs.labels,
  });
  assert.deepEqual(
    Array.from(union.labels, (label) => CLASSES[label]),
    ["LMXB", "YSO", "YSO", "STAR", "CV"],
  );
  assert.deepEqual([nOurs, ...sameAs], [4, 0, 1, -1]);
  assert.deepEqual(conflicts, [{ name: "a", ours: "PULSAR", theirs: "LMXB" }]);
  assert.deepEqual(young, { listed: 1, inRegion: 1 });
  assert.deepEqual(union.names, ["a", "b", "c", "d", "E"]);
});
