import assert from "node:assert/strict";
import type * as library from "@csc-classify/lightgbm-wasm";
import { writeNpmPackage } from "#tools/derive/npm-package.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { chromiumPath, launchChromium } from "../chromium.ts";
import {
  THREE_CLASSES,
  threeClasses,
  trainThreeClasses,
} from "../../packages/lightgbm-wasm/test/samples.ts";

const hasNode = await new Deno.Command("node", { args: ["--version"] }).output()
  .then(({ success }) => success, () => false);
if (!hasNode) console.log("skipped: one module in three engines: there is no node");

const SITE = "http://classifier.test";

Deno.test({
  name: "one module trains the same model in Deno, Node and a browser, to the bit",
  ignore: !chromiumPath || !hasNode,
  async fn() {
    const folder = await Deno.makeTempDir();
    await writeNpmPackage("lightgbm-wasm", folder);
    const module = `${folder}/mod.js`, wasm = `${folder}/lightgbm.wasm`;
    const here = await trainThreeClasses();
    const expected = { text: here.text, probabilities: [...here.probabilities] };
    // what the page does, with the module and the bytes from files
    const script = `${folder}/train.mjs`;
    await Deno.writeTextFile(
      script,
      `import { readFileSync } from "node:fs";
import { Dataset, instantiateLightgbm, train } from "./mod.js";
const lightgbm = await instantiateLightgbm(readFileSync("lightgbm.wasm"));
const { parameters, matrix: { values, ...shape }, labels, weights } = ${
        JSON.stringify(plainSample()).replaceAll("null", "NaN")
      };
const matrix = { ...shape, values: Float64Array.from(values) };
const sample = { matrix, labels: Int32Array.from(labels), weights: Float64Array.from(weights) };
const dataset = new Dataset(lightgbm, { ...sample, parameters });
const booster = await train(dataset, parameters);
const probabilities = [...booster.predictProbabilities(matrix)];
console.log(JSON.stringify({ text: booster.save(), probabilities }));
`,
    );
    const engines = [["node"], [Deno.execPath(), "run", "-A"]];
    for (const [engine, ...args] of engines) {
      const said = await runCommand(engine, [...args, script], { cwd: folder });
      assert.deepEqual(JSON.parse(said), expected, engine);
    }
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.route(`${SITE}/**`, (route) => {
        const path = new URL(route.request().url()).pathname;
        if (path === "/") return route.fulfill({ contentType: "text/html", body: "" });
        if (path === "/lightgbm.wasm") return route.fulfill({ path: wasm });
        return route.fulfill({ contentType: "text/javascript", path: module });
      });
      await page.goto(SITE);
      const there = await page.evaluate(trainInPage, plainSample());
      assert.deepEqual(there, expected);
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
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
  const path = "/lightgbm.js";
  const { Dataset, instantiateLightgbm, train }: typeof library = await import(path);
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
