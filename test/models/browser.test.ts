import assert from "node:assert/strict";
import { stripTypeScriptTypes } from "node:module";
import type * as data from "#lib/models/lightgbm-data.ts";
import type * as training from "#lib/models/lightgbm-training.ts";
import type * as wasm from "#lib/models/lightgbm-wasm.ts";
import { ROOT } from "#lib/run/files.ts";
import { LIGHTGBM_BUILD } from "#lib/models/load-lightgbm.ts";
import { chromiumPath, launchChromium } from "../chromium.ts";
import { THREE_CLASSES, threeClasses, trainThreeClasses } from "./samples.ts";

const SITE = "http://classifier.test";

Deno.test({
  name: "a browser trains the same model from the same bytes, to the bit",
  ignore: !chromiumPath,
  async fn() {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.route(`${SITE}/**`, async (route) => {
        const path = new URL(route.request().url()).pathname;
        if (path === "/") return route.fulfill({ contentType: "text/html", body: "" });
        if (path === "/lightgbm.wasm") return route.fulfill({ path: LIGHTGBM_BUILD.module });
        const source = await Deno.readTextFile(`${ROOT}${path}`);
        const body = stripTypeScriptTypes(source, { mode: "transform" });
        return route.fulfill({ contentType: "text/javascript", body });
      });
      await page.goto(SITE);
      const there = await page.evaluate(trainInPage, plainSample());
      const here = await trainThreeClasses();
      assert.equal(there.text, here.text);
      assert.deepEqual(there.probabilities, [...here.probabilities]);
    } finally {
      await browser.close();
    }
  },
});

/** As what crosses into a page: no typed arrays. */
function plainSample() {
  const { matrix, labels, weights } = threeClasses();
  return {
    matrix: { ...matrix, values: [...matrix.values] },
    labels: [...labels],
    weights: [...weights],
    parameters: THREE_CLASSES,
  };
}

/** Runs in the browser. */
async function trainInPage({ parameters, ...sample }: ReturnType<typeof plainSample>) {
  const module = (name: string) => import(`/lib/models/lightgbm-${name}.ts`);
  const { instantiateLightgbm }: typeof wasm = await module("wasm");
  const { Dataset }: typeof data = await module("data");
  const { train }: typeof training = await module("training");
  const bytes = await (await fetch("/lightgbm.wasm")).arrayBuffer();
  const lightgbm = await instantiateLightgbm(bytes);
  const matrix = { ...sample.matrix, values: Float64Array.from(sample.matrix.values) };
  using dataset = new Dataset(lightgbm, {
    matrix,
    labels: Int32Array.from(sample.labels),
    weights: Float64Array.from(sample.weights),
    parameters,
  });
  using booster = await train(dataset, parameters);
  return {
    text: booster.save(),
    probabilities: Array.from(booster.predictProbabilities(matrix)),
  };
}
