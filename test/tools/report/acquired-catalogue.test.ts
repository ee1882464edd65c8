import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { acquire } from "@csc-classify/chandra-archives";
import { ROOT } from "#lib/run/files.ts";
import { readRecorded } from "#lib/tables/acquired.ts";
import { RecordedCache } from "@csc-classify/vo-archives";
import { saveAcquired } from "#tools/acquire/save-acquired.ts";
import { registerKernel } from "#tools/setup/kernelspec.ts";
import { pythonEnvironment } from "#tools/setup/python-environment.ts";
import { runNotebook } from "#tools/report/run-notebook.ts";
import { settingsVariables } from "#tools/tasks/options.ts";

Deno.test("after an acquisition from recorded answers the report scores exactly what was acquired", async () => {
  await pythonEnvironment();
  await registerKernel();
  const out = await Deno.makeTempDir();
  try {
    const { release, area, answers } = await readRecorded();
    const acquired = await acquire({
      release,
      area,
      ned: "few",
      cache: new RecordedCache(answers),
    });
    await saveAcquired(acquired, `${out}/acquired/${release}`, true);
    // an acquisition needs no published file: the training data may be anything but simulated
    const env = { ...settingsVariables({ profile: "smoke" }) };
    const { failure } = await runNotebook(`${ROOT}/notebooks/05-catalogue.ipynb`, { out, env });
    assert.equal(failure && `cell ${failure.number}: ${failure.message}`, undefined);
    const scored = pl.readParquet(`${out}/catalogue/acquired.parquet`);
    const column = (name: string) => scored.getColumn(name).toArray();
    assert.deepEqual(column("name"), acquired.sources.names);
    assert.deepEqual(column("ra"), [...acquired.sources.ra]);
    assert.deepEqual(new Set(column("release")), new Set([`${release}, invented`]));
    const selected = column("selected").filter((flag) => flag === true).length;
    assert.equal(selected, acquired.nSelected);
    // invented objects are in no count of real ones
    const { results } = JSON.parse(await Deno.readTextFile(`${out}/results.json`));
    // 8,290 rows of public files, less those that the default classifier has learnt from
    const real = 6518;
    assert.equal(results["real.sources"]?.value ?? real, real);
    const page = await Deno.readTextFile(`${out}/05-catalogue.html`);
    assert.match(page, /INVENTED/);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
