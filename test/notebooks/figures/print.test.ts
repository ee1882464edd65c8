import assert from "node:assert/strict";
import * as Plot from "@observablehq/plot";
import { validationFlow } from "#figures/figure-3.ts";
import { print } from "#figures/print.ts";
import { DISPLAY } from "#show/display.ts";

const marks = [Plot.dot([[1, 2], [3, 4]], { fill: "#0072b2" })];

/** What a figure shows in its cell, and the files it leaves below `out/figures`. */
async function printed(...args: Parameters<typeof print>) {
  const folder = await Deno.makeTempDir(), before = Deno.env.get("CSC_OUT");
  Deno.env.set("CSC_OUT", folder);
  try {
    const shown = (await print(...args))[DISPLAY]() as Record<string, string>;
    const read = (kind: string) => Deno.readTextFile(`${folder}/figures/${args[0]}.${kind}`);
    return { shown, svg: await read("svg"), sidecar: JSON.parse(await read("json")) };
  } finally {
    if (before === undefined) Deno.env.delete("CSC_OUT");
    else Deno.env.set("CSC_OUT", before);
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("what the cell shows is what the file holds, larger and with its words", async () => {
  const { shown, svg } = await printed("trial", { title: "A trial", marks }, "Two points.");
  assert.match(svg, /^<svg .*width="83\.873mm".*@font-face/);
  // on a narrow screen its letters are as large as in print
  const added = / style="width:475\.5px;min-width:317px" role="img" aria-label="A trial"/;
  assert.ok(shown["text/html"].replace(added, "").includes(svg));
  // parts of an image have no names of their own
  assert.doesNotMatch(svg, /aria-/);
});

Deno.test("the sidecar says title, caption, seed and versions; a figure of the paper its number", async () => {
  const caption = "Two <b>points</b>.";
  const { shown, sidecar } = await printed("figure-9", { title: "A trial", marks }, caption);
  assert.deepEqual([sidecar.title, sidecar.caption], ["A trial", caption]);
  const { seed, profile, versions } = sidecar.provenance;
  assert.deepEqual([seed, profile, versions.lightgbm], [42, "quick", "4.6.0"]);
  assert.equal(shown["text/plain"], `Figure 9. A trial. ${caption}`);
  assert.match(shown["text/html"], /<figcaption>Figure 9\. A trial\. Two &lt;b&gt;points/);
});

Deno.test("a caption may be written in several lines", async () => {
  const { sidecar } = await printed("trial", { title: "A trial", marks }, "Two\n  points, seen.");
  assert.equal(sidecar.caption, "Two points, seen.");
});

Deno.test("a figure of simulated sources says so in the drawing, others do not", async () => {
  const options = { title: "A trial", marks, height: 100 };
  const stamped = await printed("trial", { ...options, simulated: true }, "");
  assert.match(stamped.svg, /viewBox="0 -14 317 114".*SIMULATED SOURCES/);
  assert.doesNotMatch((await printed("trial", options, "")).svg, /SIMULATED/);
});

Deno.test("the flowchart shows no sources, so it is never called simulated", async () => {
  assert.equal(validationFlow.simulated, false);
  assert.match((await printed("trial", validationFlow, "")).svg, /prediction/);
});

Deno.test("panels share the width and inherit what all have in common", async () => {
  const panels = [{ marks, height: 60 }, { marks, height: 60, marginLeft: 40 }];
  const { svg } = await printed("trial", { title: "A trial", panels, width: 400 }, "");
  assert.match(svg, /viewBox="0 0 400 60"/);
  assert.match(svg, /translate\(200,0\)/);
});

Deno.test("an id that could not name files everywhere is refused", async () => {
  await assert.rejects(print("../x", { title: "x", marks }, ""), /the figure's id is "\.\.\/x"/);
});
