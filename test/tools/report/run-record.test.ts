import assert from "node:assert/strict";
import { notebookOpening } from "#tools/report/run-record.ts";

Deno.test("a notebook's opening is its title and its first paragraph as plain text", () => {
  const source = [
    "# The audit\n",
    "\n",
    "Why the *labels* of\n",
    "[the table](x) are _shifted_: `CSC_DATA`.\n",
  ];
  const opening = notebookOpening({ cells: [{ cell_type: "markdown", source }] });
  assert.deepEqual(opening, {
    title: "The audit",
    why: "Why the labels of the table are shifted: CSC_DATA.",
  });
});

Deno.test("a notebook without markdown has an empty opening", () => {
  assert.deepEqual(notebookOpening({ cells: [{ cell_type: "code", source: "1" }] }), {
    title: "",
    why: "",
  });
});
