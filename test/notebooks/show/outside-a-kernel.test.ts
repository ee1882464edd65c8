import assert from "node:assert/strict";
import { showBanner } from "#show/display.ts";
import { progress, show } from "#show/mod.ts";

Deno.test("outside a kernel nothing is printed and bars can be used all the same", async () => {
  const printed: unknown[] = [];
  const { log, error } = console;
  console.log = console.error = (...parts) => void printed.push(parts);
  try {
    show([{ a: 1 }]);
    await showBanner({ kind: "simulated", description: "invented" });
    const bar = await progress("work", 2);
    bar.update(1);
    bar.update(2);
    await bar.finish();
  } finally {
    Object.assign(console, { log, error });
  }
  assert.deepEqual(printed, []);
  assert.throws(() => show("no table" as never), TypeError);
});
