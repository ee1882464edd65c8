import { stripOutputs } from "../notebook/strip-outputs.ts";
import { ROOT } from "../run/paths.ts";
import { writeAtomic } from "../run/write-atomic.ts";

for await (const { name } of Deno.readDir(`${ROOT}/notebooks`)) {
  if (!name.endsWith(".ipynb")) continue;
  const path = `${ROOT}/notebooks/${name}`;
  const before = await Deno.readTextFile(path);
  const after = stripOutputs(before);
  if (before === after) continue;
  await writeAtomic(path, after);
  console.log(`stripped ${name}`);
}
