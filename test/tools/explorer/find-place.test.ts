import assert from "node:assert/strict";
import {
  FIRST_STATE,
  fromAddress,
  type PageState,
  toAddress,
} from "#tools/explorer/page/address.ts";
import { OBJECT_NAMES } from "@csc-classify/chandra-sources";
import { findPlace, OBJECTS, plainName } from "#tools/explorer/page/find-place.ts";

Deno.test("a search is an object by any of its names, a position, or a part of a source's name", () => {
  const object = (text: string) => {
    const found = findPlace(text);
    return found.kind === "place" ? found.object?.name : undefined;
  };
  assert.deepEqual(["M31", "m 31", "NGC 224", "ngc224", "Andromeda"].map(object), [
    ...Array(5).fill("NGC 224"),
  ]);
  assert.equal(object("Orion"), "Orion Nebula");
  assert.equal(object("M4"), "M4");
  assert.deepEqual(["M16", "Messier 16", "NGC 6611"].map(object), Array(3).fill("Eagle M16"));
  assert.equal(object("NGC 3324"), "Gum 31 NGC 3324");
  assert.equal(object("NGC 6205"), "M13");
  assert.equal(object("NGC 31"), object("NGC31"));
  assert.deepEqual(findPlace("83.63 +22.01"), { kind: "place", at: { ra: 83.63, dec: 22.01 } });
  assert.deepEqual(findPlace(" "), { kind: "all" });
  for (const name of ["2CXO J000002.8-251139", "J000002.8-25", "STAR 055", "nothing known"]) {
    assert.deepEqual(findPlace(name), { kind: "name", part: name });
  }
});

Deno.test("each other name leads to an object of the lists, and hides none of theirs", () => {
  const names = new Set(OBJECTS.map(({ name }) => plainName(name)));
  for (const [other, name] of OBJECT_NAMES) {
    assert.ok(names.has(name), `${other}: no ${name} in the lists`);
    assert.ok(!names.has(other), `${other} is in the lists`);
  }
});

Deno.test("Galactic coordinates are understood: the centre and the north pole", () => {
  for (const [text, ra, dec] of [["l 0 b 0", 266.405, -28.936], ["gal 0 90", 192.859, 27.128]]) {
    const found = findPlace(text as string);
    assert.ok(found.kind === "place");
    assert.ok(Math.abs(found.at.ra - Number(ra)) < 0.001, text as string);
    assert.ok(Math.abs(found.at.dec - Number(dec)) < 0.001, text as string);
  }
  assert.throws(() => findPlace("l 10 b 95"), /beyond ±90°/);
  assert.throws(() => findPlace("10 95"), /beyond ±90°/);
});

Deno.test("an address gives back the state that it was made of, and never a broken one", () => {
  const state: PageState = {
    ...{ source: "2CXO J000002.8-251139", search: "M31 & more", radius: "1.5", unit: "deg" },
    ...{ withoutClasses: [0, 7], withoutOrigins: [1], published: "other" },
    ...{ lowest: "0.5", highest: "0.9", sort: { key: "margin", descending: true } },
    view: { l: 121.5, b: -21.5, zoom: 12.5 },
  };
  assert.deepEqual(fromAddress(`#${toAddress(state)}`), state);
  assert.equal(toAddress(FIRST_STATE), "");
  assert.deepEqual(fromAddress(""), { ...FIRST_STATE, view: undefined });
  assert.equal(fromAddress("#2CXO J000002.8-251139").source, "2CXO J000002.8-251139");
  const broken = fromAddress("#%?cmp=x&view=1&r=-1&sort=__proto__&without=XYZ&published=1");
  assert.deepEqual(broken, { ...FIRST_STATE, source: "%", view: undefined });
});
