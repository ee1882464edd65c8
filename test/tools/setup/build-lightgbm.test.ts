import assert from "node:assert/strict";
import { buildLightgbm, lightgbmKey } from "#tools/setup/build-lightgbm.ts";
import { LIGHTGBM_BUILD } from "#lib/models/load-lightgbm.ts";
import { SetupError } from "#tools/setup/setup-error.ts";

Deno.test("a build is named after its version and flags", () => {
  assert.match(lightgbmKey(), /^4\.6\.0-[0-9a-f]{12}$/);
  assert.equal(Deno.readTextFileSync(LIGHTGBM_BUILD.key), lightgbmKey());
});

Deno.test("a finished build is left alone, whatever the tools at hand", async () => {
  const { mtime } = await Deno.stat(LIGHTGBM_BUILD.module);
  const steps: string[] = [];
  const onProgress = (step: string) => steps.push(step);
  assert.equal(
    await buildLightgbm({ python: "no-such-python", onProgress }),
    LIGHTGBM_BUILD.module,
  );
  assert.deepEqual(steps, []);
  assert.deepEqual((await Deno.stat(LIGHTGBM_BUILD.module)).mtime, mtime);
});

Deno.test("a step that cannot be done is named with its reason and remedies", () => {
  const error = new SetupError("compiling LightGBM", "emcc is not on PATH", {
    Debian: "sudo apt-get install emscripten",
    Fedora: "sudo dnf install emscripten",
  });
  assert.equal(
    error.message,
    "compiling LightGBM: emcc is not on PATH\nTo mend it:\n" +
      "  Debian: sudo apt-get install emscripten\n  Fedora: sudo dnf install emscripten",
  );
});
