import { createHash } from "node:crypto";
import jsTokens from "js-tokens";
import { LIGHTGBM_BUILD } from "../models/load-lightgbm.ts";
import { ROOT } from "../run/files.ts";
// made by `deno run -A tools/derive/fold-code.ts`; a test compares it with `deno info`
import closure from "./fold-code.json" with { type: "json" };

/**
 * SHA-256 of the code that decides what a fold predicts: the statements of the modules that the
 * fold worker loads, the packages that these load in their locked versions, LightGBM's build.
 * Comments and layout are left out.
 *
 * @param root Folder of the project; tests hash copies of it.
 */
export function fittingCode(root = ROOT): Promise<string> {
  // what is loaded does not change any more
  return root === ROOT ? loaded ??= codeOf(root) : codeOf(root);
}

let loaded: Promise<string> | undefined;

async function codeOf(root: string): Promise<string> {
  const build = await Deno.readTextFile(LIGHTGBM_BUILD.key).catch(() => "not built");
  const hash = createHash("sha256").update(JSON.stringify([build, closure.packages]));
  for (const path of closure.modules) {
    hash.update(`\0${path}\0${statements(await Deno.readTextFile(`${root}/${path}`))}`);
  }
  return hash.digest("hex");
}

const LAYOUT = /^(WhiteSpace|LineTerminatorSequence|(Single|Multi)LineComment|HashbangComment)$/;

/** The tokens of a module, one a line. */
function statements(text: string): string {
  return Array.from(jsTokens(text)).filter(({ type }) => !LAYOUT.test(type))
    .map(({ value }) => value)
    // a comma before a closing bracket is layout too
    .filter((value, i, all) => value !== "," || !/^[)\]}]$/.test(all[i + 1] ?? ""))
    .join("\n");
}
