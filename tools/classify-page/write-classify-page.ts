import { writeAtomic } from "@csc-classify/safe-files";
import { classifierProvenance } from "#lib/scoring/product-provenance.ts";
import type { SourceClassifier } from "#lib/trust/classify.ts";
import { bundlePage } from "../explorer/bundle-page.ts";
import { inScript, pack, paletteCss } from "../explorer/write-explorer.ts";
import type { PageClassifier } from "./page/main.ts";

const PART = /(?:\/\*|<!--) part: (\w+) (?:\*\/|-->)/g;

/**
 * Writes a page that classifies a user's table in the browser, the classifier inside: it opens from
 * disk or any static host, asks nothing of the network and sends nothing anywhere.
 *
 * @param examples A few sources as CSV, for those who have no table at hand.
 */
export async function writeClassifyPage(
  classifier: SourceClassifier,
  output: string,
  examples?: string,
): Promise<void> {
  const { saved } = classifier;
  const model: PageClassifier = {
    // why each label is what it is stands in the model folder
    saved: { ...saved, training: { ...saved.training, notes: {} } },
    provenance: classifierProvenance(classifier),
    examples,
  };
  const text = (path: string) => Deno.readTextFile(new URL(path, import.meta.url));
  const parts: Record<string, string> = {
    style: paletteCss() + await text("./page/style.css"),
    model: await pack(new TextEncoder().encode(JSON.stringify(model))),
    script: inScript(await bundlePage(new URL("./page/main.ts", import.meta.url))),
  };
  const page = await text("./page/index.html");
  await writeAtomic(output, page.replace(PART, (_, name) => parts[name]));
}
