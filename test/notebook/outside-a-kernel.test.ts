import assert from "node:assert/strict";
import {
  document,
  progress,
  showBanner,
  showMarkdown,
  showPlot,
  showTable,
} from "#lib/notebook/mod.ts";

Deno.test("outside a kernel the helpers do nothing", async () => {
  await showTable([{ a: 1 }]);
  await showMarkdown("text");
  await showBanner({ kind: "simulated", description: "invented" });
  const bar = await progress("work", 2);
  bar.tick();
  bar.update(2);
  assert.equal(await bar.finish(), undefined);
});

Deno.test("showPlot refuses what is not one svg and says what to do", async () => {
  await assert.rejects(
    showPlot(document.createElement("figure"), "a caption"),
    /one <svg>, not <figure>: draw the legend inside/,
  );
});
