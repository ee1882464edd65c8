import { outFolder, writeAtomic } from "#lib/run/files.ts";
import { indexContent } from "./index-content.ts";
import { renderIndex } from "./render-index.ts";

/** Writes `out/index.html` from what is in `out/`; returns its path. */
export async function writeIndex(): Promise<string> {
  const path = `${outFolder()}/index.html`;
  await writeAtomic(path, await renderIndex(await indexContent()));
  return path;
}
