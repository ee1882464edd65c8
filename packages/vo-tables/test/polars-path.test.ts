import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { polarsPath } from "../polars-path.ts";

Deno.test("polars scans the file that is named, not the one that its name matches as a pattern", async () => {
  const folder = `${await Deno.makeTempDir()}/run[1]?`;
  try {
    await Deno.mkdir(folder);
    const names = ["field[1]", "field1", "q?", "qq", "s*", "star", "b]", "{a,b}"];
    for (const [i, name] of names.entries()) {
      const frame = pl.DataFrame({ place: [i] });
      await Deno.writeFile(`${folder}/${name}.parquet`, frame.writeParquet());
      await Deno.writeFile(`${folder}/${name}.arrow`, frame.writeIPC());
    }
    for (const [i, name] of names.entries()) {
      const path = polarsPath(`${folder}/${name}`);
      assert.deepEqual(pl.scanParquet(`${path}.parquet`).collectSync().row(0), [i]);
      assert.deepEqual(pl.scanIPC(`${path}.arrow`).collectSync().row(0), [i]);
    }
  } finally {
    await Deno.remove(folder.replace(/\/[^/]*$/, ""), { recursive: true });
  }
});
