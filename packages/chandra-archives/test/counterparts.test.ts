import assert from "node:assert/strict";
import { COUNTERPART_IDS } from "../../chandra-sources/targets.ts";
import { COUNTERPART_CATALOGUES } from "../counterparts.ts";

Deno.test("what is known of a counterpart has a column for every catalogue that is asked", () => {
  assert.deepEqual(COUNTERPART_CATALOGUES.map(({ id }) => id), COUNTERPART_IDS);
});
