import { ROOT, writeAtomic } from "#lib/run/files.ts";
import { stripOutputs } from "./strip-outputs.ts";

for await (const { name } of Deno.readDir(`${ROOT}/notebooks`)) {
  if (!name.endsWith(".ipynb")) continue;
  const path = `${ROOT}/notebooks/${name}`;
  const before = await Deno.readTextFile(path);
  const after = stripOutputs(before);
  if (before === after) continue;
  await writeAtomic(path, after);
  console.log(`stripped ${name}`);
}
