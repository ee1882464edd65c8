import assert from "node:assert/strict";
import { HOST_LISTS, hostsOf } from "@csc-classify/chandra-sources";
import { cellsOf, hostGroups } from "#lib/trust/sky-blocks.ts";

// M 31 spans several 1 degree cells along its major axis
const m31 = HOST_LISTS[0].objects.find(({ name }) => /M ?31|NGC ?0?224/.test(name))!;
const sources = {
  ra: Float64Array.of(m31.ra, m31.ra + 0.7, m31.ra - 0.7, m31.ra + 90, m31.ra + 90.001),
  dec: Float64Array.of(m31.dec, m31.dec + 0.7, m31.dec - 0.7, 60, 60),
};

Deno.test("the cells of a galaxy larger than a cell are one group, other cells stay alone", () => {
  const cells = cellsOf(sources), groups = hostGroups(sources);
  assert.ok(new Set(cells.slice(0, 3)).size > 1, "the test needs sources of different cells");
  assert.equal(new Set(groups.slice(0, 3)).size, 1);
  assert.equal(groups[3], cells[3]);
  assert.notEqual(groups[3], groups[0]);
});

Deno.test("a source's host is the object it lies in, if any", () => {
  assert.deepEqual(hostsOf(sources), [m31.name, m31.name, m31.name, undefined, undefined]);
});

Deno.test("groups join, never split, the cells", () => {
  const cells = cellsOf(sources), groups = hostGroups(sources);
  cells.forEach((cell, row) =>
    cells.forEach((other, i) => {
      if (cell === other) assert.equal(groups[row], groups[i]);
    })
  );
});
