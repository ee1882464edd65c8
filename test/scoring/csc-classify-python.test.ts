import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";
import { PYTHON } from "#tools/setup/python-environment.ts";

const isSetUp = await Deno.stat(PYTHON).then(() => true, () => false);

Deno.test({
  name: "csc_classify.py without its packages says which to install, and shows no stack",
  ignore: !isSetUp && (console.log("skipped: the set-up has not been run"), true),
  async fn() {
    // -S leaves installed packages out
    const { code, stderr } = await new Deno.Command(PYTHON, {
      args: ["-S", `${ROOT}/lib/scoring/csc_classify.py`, "sources.csv"],
    }).output();
    assert.equal(code, 1);
    assert.equal(
      new TextDecoder().decode(stderr).trim(),
      "csc_classify needs lightgbm: python -m pip install numpy pandas lightgbm astropy",
    );
  },
});
