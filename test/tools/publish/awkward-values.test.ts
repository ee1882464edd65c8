import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";
import { NO_PUBLISHING, runPublishing } from "./publishing-python.ts";

if (NO_PUBLISHING) console.log(`skipped: awkward values: ${NO_PUBLISHING}`);

const COLUMNS = [
  { name: "name", type: "text", unit: "", ucd: "meta.id", description: "name, d’après the table" },
  { name: "ra", type: "double", unit: "deg", ucd: "pos.eq.ra", description: "right ascension" },
  { name: "dec", type: "double", unit: "deg", ucd: "pos.eq.dec", description: "declination" },
  { name: "flag", type: "boolean", unit: "", ucd: "meta.code", description: "looked at" },
];
const ROWS = [
  ["two&#10;lines", "10", "1", "T"],
  ["étoile &#9733;", "20", "2", ""],
  ["plain", "30", "3", "F"],
];
const VOTABLE =
  `<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
<FIELD name="name" datatype="unicodeChar" arraysize="*"/><FIELD name="ra" datatype="double" unit="deg"/>
<FIELD name="dec" datatype="double" unit="deg"/><FIELD name="flag" datatype="boolean"/>
<DATA><TABLEDATA>${
    ROWS.map((row) => `<TR>${row.map((cell) => `<TD>${cell}</TD>`).join("")}</TR>`).join("\n")
  }</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;

const READ = `import sys, json, warnings; warnings.simplefilter("ignore")
import numpy as np
from astropy.io import ascii, fits
folder = sys.argv[1]
with fits.open(folder + "/catalogue.fits", checksum=True) as hdus:
    hdus.verify("exception")
    print(json.dumps({
        "names": list(hdus[1].data["name"]),
        "flags": hdus[1].data.view(np.ndarray)["flag"].tolist(),
        "title": hdus[0].header["TITLE"],
        "cds": [str(v) for v in ascii.read(folder + "/catalog.dat", readme=folder + "/ReadMe", format="cds")["name"]],
        "flagged": ascii.read(folder + "/catalog.dat", readme=folder + "/ReadMe", format="cds")["flag"].filled(-1).tolist(),
    }))`;

Deno.test({
  name:
    "line feeds and letters beyond ASCII are escaped where FITS and CDS cannot hold them; what is not known is neither true nor false",
  ignore: NO_PUBLISHING !== undefined,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/catalogue.vot`, VOTABLE);
      const head = {
        ...{ title: "sources of naïve.csv", description: "three", author: "Zoë", about: "a test" },
        ...{ license: "CC0", version: "1", date: "2026-01-01", keywords: "x", simulated: true },
      };
      const job = {
        votable: `${folder}/catalogue.vot`,
        columns: COLUMNS,
        provenance: ["by: é"],
        head,
      };
      await Deno.writeTextFile(`${folder}/job.json`, JSON.stringify(job));
      await runPublishing(`${ROOT}/tools/publish/publish.py`, folder, `${folder}/job.json`);
      const names = ["two\\u000alines", "\\u00e9toile \\u2605", "plain"];
      assert.deepEqual(JSON.parse(await runPublishing("-c", READ, folder)), {
        names,
        flags: [84, 0, 70], // T, a zero byte, F
        title: "sources of na\\u00efve.csv",
        cds: names,
        flagged: [1, -1, 0],
      });
      assert.equal((await Deno.readTextFile(`${folder}/catalog.dat`)).trim().split("\n").length, 3);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
