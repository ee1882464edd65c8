import { MARK, OutputError, readRegularText, useFolder } from "@csc-classify/safe-files";
import { CACHE, outFolder } from "#lib/run/files.ts";

/**
 * `outFolder`, where every command may write: it is made, or empty, or holds results of this
 * project already.
 *
 * @throws RangeError naming it where it holds files of others, or is the project, a home, the root.
 */
export async function useOutFolder(): Promise<string> {
  const out = outFolder(), named = Deno.env.get("CSC_OUT");
  if (named && named.trim() === "") {
    throw new OutputError("CSC_OUT is blank; name a folder, or unset it");
  }
  if (await isInCache(out)) {
    throw new OutputError(`CSC_OUT is ${out}, which is the cache or in it; name another folder`);
  }
  await useFolder(out, {
    option: named ? "CSC_OUT" : undefined,
    isOurs: holdsOurResults,
  });
  return out;
}

/** Whether a path is the cache or lies in it, under whatever name. */
export async function isInCache(path: string): Promise<boolean> {
  if (`${path}/`.startsWith(`${CACHE}/`)) return true;
  const cache = await Deno.realPath(CACHE).catch(() => undefined);
  const real = await Deno.realPath(path).catch(() => undefined);
  return cache !== undefined && real !== undefined && `${real}/`.startsWith(`${cache}/`);
}

/**
 * Whether a folder holds what an earlier version of this project wrote, which had no mark, or
 * nothing but a model of it, put there to score with.
 */
export async function holdsOurResults(folder: string): Promise<boolean> {
  const read = (path: string) =>
    readRegularText(`${folder}/${path}`).then((text) => JSON.parse(text!)).catch(() => undefined);
  const results = await read("results.json"), runs = await read("report.json");
  if (typeof results?.head?.dataSha256 === "string" && results.results) return true;
  if (Array.isArray(runs) && runs.some((run) => run?.name && run.ended)) return true;
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const model = await read("model/pipeline.json");
  const isModel = /^csc-classify\b/.test(model?.format);
  if (isModel && names.every((name) => name === "model" || name === MARK)) return true;
  const acquired = await Array.fromAsync(Deno.readDir(`${folder}/acquired`)).catch(() => []);
  const notes = acquired.map(({ name }) => read(`acquired/${name}/acquired.json`));
  return (await Promise.all(notes)).some((note) => note?.release && note.flux);
}
