import { outFolder } from "#lib/run/files.ts";
import { writeAtomic } from "@csc-classify/safe-files";
import { indexContent } from "./index-content.ts";
import { renderIndex, renderResults } from "./render-index.ts";

/** Writes `out/index.html` and `out/results.html` from what is in `out/`; returns the index's path. */
export async function writeIndex(): Promise<string> {
  const content = await indexContent(), path = `${outFolder()}/index.html`;
  await writeAtomic(`${outFolder()}/results.html`, await renderResults(content));
  await writeAtomic(path, await renderIndex(content));
  return path;
}
