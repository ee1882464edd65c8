import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";
import { readScored } from "#lib/scoring/read-scored.ts";
import { SCORED_COLUMNS } from "#lib/scoring/scored-columns.ts";
import { publishCatalogue } from "#tools/publish/catalogue.ts";
import { publishPython } from "#tools/publish/python.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { digests } from "../cluster/small-job.ts";
import { NO_CHECKERS, runChecker, runNotebook } from "./checkers.ts";
import { MADE, publishSmall, scoreSmall } from "./published.ts";
import { NO_PUBLISHING } from "./publishing-python.ts";

const reason = NO_PUBLISHING ?? NO_CHECKERS;
if (reason) console.log(`skipped: published products: ${reason}`);
const stilts = await runCommand("stilts", ["-version"]).catch(() => undefined);
if (!stilts) console.log("skipped: votlint and the recipes: no stilts");

const READ = `import sys, json, warnings; warnings.simplefilter("ignore")
import numpy as np
from astropy.io import ascii, fits
from astropy.table import Table
from mocpy import MOC
import lsdb, pandas as pd
from hats.io.validation import is_valid_catalog
folder = sys.argv[1]
columns = json.load(open(folder + "/columns.json"))
vot = Table.read(folder + "/catalogue.vot")
fit = Table.read(folder + "/catalogue.fits")
cds = ascii.read(folder + "/catalog.dat", readme=folder + "/ReadMe", format="cds")
pq = pd.read_parquet(folder + "/catalogue.parquet")
hats = lsdb.open_catalog(folder + "/hats").compute().sort_values("name").reset_index(drop=True)
def differs(a, b, tolerance):
    a, b = np.ma.MaskedArray(a), np.ma.MaskedArray(b)
    if a.dtype.kind in "fc":
        return not bool(np.allclose(a.filled(np.nan), b.astype("f8").filled(np.nan), rtol=0, atol=tolerance, equal_nan=True))
    if a.dtype.kind == "b":
        return bool((a.filled(False) != b.astype(bool).filled(False)).any())
    if a.dtype.kind in "iu":
        return bool((a.filled(0) != b.filled(0)).any())
    return [str(x) for x in a.filled("")] != [str(x) for x in b.filled("")]
wrong = []
order = np.argsort([str(v) for v in vot["name"]])
for c in columns:
    name = c["name"]
    # half of the last digit that is printed
    tolerance = 0.5001 * (1e-6 if c["unit"] == "deg" else 1e-5)
    if differs(vot[name], fit[name], 0): wrong.append("fits " + name)
    if name in cds.colnames and differs(vot[name], cds[name], tolerance): wrong.append("cds " + name)
    if name not in cds.colnames and any(v not in ("", np.ma.masked) for v in vot[name]): wrong.append("cds lacks " + name)
    for label, table, rows in (("parquet", pq, slice(None)), ("hats", hats, order)):
        values = table[name]
        mask = values.isna().to_numpy()
        kind = vot[name].dtype.kind
        plain = values.astype(object).where(~mask, "" if kind in "UOS" else 0).to_numpy().astype(vot[name].dtype if kind not in "OUS" else object)
        if differs(vot[name][rows], np.ma.MaskedArray(plain, mask=mask), 0): wrong.append(label + " " + name)
header = fits.getheader(folder + "/catalogue.fits", 1)
ucds = [header.get(f"TUCD{i}", "") for i in range(1, len(columns) + 1)]
unit = [header.get(f"TUNIT{i}", "") for i in range(1, len(columns) + 1)]
text = [header.get(f"TCOMM{i}", "") for i in range(1, len(columns) + 1)]
from astropy import units as u
moc = MOC.load(folder + "/coverage.fits")
print(json.dumps({
    "rows": [len(t) for t in (vot, fit, cds, pq, hats)], "wrong": wrong, "ucds": ucds, "unit": unit, "text": text,
    "moc": bool(moc == MOC.load(folder + "/coverage.txt", format="ascii")),
    "inside": int(moc.contains_lonlat(vot["ra"].quantity, vot["dec"].quantity).sum()),
    "order": int(moc.max_order), "hats": bool(is_valid_catalog(folder + "/hats", strict=True)),
    "simulated": bool(fits.getheader(folder + "/catalogue.fits")["SIMULATE"]),
    "verified": fits.open(folder + "/catalogue.fits", checksum=True).verify("exception") is None,
}))`;

Deno.test({
  name: "what is published of a catalogue",
  ignore: reason !== undefined,
  async fn(t) {
    const folder = await Deno.makeTempDir();
    const { arrow, published } = await publishSmall(folder);

    await t.step(
      "has equal rows and values in every format, read back by astropy, pandas and lsdb",
      async () => {
        const answer = JSON.parse(await runChecker(READ, published));
        assert.deepEqual(answer.wrong, []);
        assert.deepEqual(answer.rows, [2000, 2000, 2000, 2000, 2000]);
        assert.deepEqual(answer.ucds, SCORED_COLUMNS.map(({ ucd }) => ucd));
        assert.deepEqual(answer.unit, SCORED_COLUMNS.map(({ unit }) => unit));
        assert.deepEqual(answer.text, SCORED_COLUMNS.map(({ description }) => description));
        assert.deepEqual([answer.moc, answer.inside, answer.order], [true, 2000, 8]);
        assert.deepEqual([answer.hats, answer.simulated, answer.verified], [true, true, true]);
      },
    );

    await t.step("says in every title that the sources are simulated", async () => {
      for (const name of ["ReadMe", "CITATION.cff", ".zenodo.json", "codemeta.json", "q.rd"]) {
        assert.match(
          await Deno.readTextFile(`${published}/${name}`),
          /SIMULATED: Classified sources/,
          name,
        );
      }
      assert.match(
        await Deno.readTextFile(`${published}/catalogue.vot`),
        /name="simulated" value="true"/,
      );
      assert.match(
        await Deno.readTextFile(`${published}/hats/hats.properties`),
        /^simulated=true$/m,
      );
      assert.equal(
        JSON.parse(await Deno.readTextFile(`${published}/provenance.json`)).simulated,
        true,
      );
    });

    await t.step(
      "agrees with its own checksums, and is made again to the byte but for FITS's date",
      async () => {
        await runCommand("sha256sum", ["--quiet", "--strict", "-c", "SHA256SUMS"], {
          cwd: published,
        });
        const python = await publishPython();
        await publishCatalogue(arrow, `${folder}/again`, { python, simulated: true, made: MADE });
        const stable = (lines: string[]) =>
          lines.filter((line) => !/\.fits |SHA256SUMS|\.csc-classify-files/.test(line));
        assert.deepEqual(
          stable(await digests(`${folder}/again`)),
          stable(await digests(published)),
        );
      },
    );

    await t.step({
      name: "passes votlint without a word, and STILTS does what the page's recipes say",
      ignore: !stilts,
      async fn() {
        const page = await Deno.readTextFile(`${ROOT}/docs/catalogue.md`);
        const recipes = page.match(/^stilts .*$/gm)!;
        assert.equal(recipes.length, 4);
        const answers: string[] = [];
        for (const recipe of recipes) {
          answers.push(await runCommand("sh", ["-c", `${recipe} 2>&1`], { cwd: published }));
        }
        assert.equal(answers[0], "");
        assert.match(answers[3], /rows: 2000/);
        const scored = await readScored(arrow);
        const stars = scored.filter((row) => Number(row.cmp_STAR) > 0.9).length;
        const listed =
          (await Deno.readTextFile(`${published}/stars.csv`)).trim().split("\n").length;
        assert.equal(listed - 1, stars);
      },
    });

    await t.step("is read by the page of Python", async () => {
      await runNotebook(published, {});
    });

    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("simulated sources are refused, and real ones where simulated are asked for", async () => {
  const folder = await Deno.makeTempDir(), arrow = `${folder}/scored.arrow`;
  await scoreSmall(folder, arrow, true);
  await assert.rejects(
    publishCatalogue(arrow, `${folder}/p`, { python: "none" }),
    /SIMULATED sources/,
  );
  await scoreSmall(folder, arrow, false);
  await assert.rejects(
    publishCatalogue(arrow, `${folder}/p`, { python: "none", simulated: true }),
    /holds real sources/,
  );
  assert.equal(await Deno.stat(`${folder}/p`).catch(() => "nothing"), "nothing");
  await Deno.remove(folder, { recursive: true });
});
