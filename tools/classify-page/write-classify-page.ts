import { FEATURES } from "#lib/catalogue/features.ts";
import { packageFile, writeAtomic } from "#lib/run/files.ts";
import { FEATURE_SETS } from "#lib/tables/added-features.ts";
import type { SourceClassifier } from "#lib/trust/classify.ts";
import { bundlePage } from "../explorer/bundle-page.ts";
import { inScript, pack } from "../explorer/write-explorer.ts";
import type { PageClassifier } from "./page/main.ts";

const PART = /(?:\/\*|<!--) part: (\w+) (?:\*\/|-->)/g;

/**
 * Writes a page that classifies a user's table in the browser, the classifier inside: it opens from
 * disk or any static host, asks nothing of the network and sends nothing anywhere.
 */
export async function writeClassifyPage(
  classifier: SourceClassifier,
  output: string,
): Promise<void> {
  const { saved } = classifier;
  const model: PageClassifier = {
    saved,
    meanings: Object.fromEntries(saved.pipeline.spec.features.map((name) => {
      const feature = FEATURES.find((feature) => feature.name === name);
      const set = FEATURE_SETS.find(({ names }) => names.includes(name));
      return [name, feature?.quantity ?? set?.title ?? name];
    })),
  };
  const text = (path: string) => Deno.readTextFile(new URL(path, import.meta.url));
  const parts: Record<string, string> = {
    style: await text("./page/style.css"),
    model: await pack(new TextEncoder().encode(JSON.stringify(model))),
    csv: inScript(await Deno.readTextFile(packageFile("csv-parse", "../dist/iife/sync.js"))),
    script: inScript(await bundlePage(new URL("./page/main.ts", import.meta.url))),
  };
  const page = await text("./page/index.html");
  await writeAtomic(output, page.replace(PART, (_, name) => parts[name]));
}
