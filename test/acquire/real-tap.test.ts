import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { ArchiveError, fetchStrips, TapClient } from "@csc-classify/vo-archives";
import { ROOT } from "#lib/run/files.ts";
import { NO_TAP_SERVER, startTapServer, TAP_URL } from "./tap-server.ts";

if (NO_TAP_SERVER) console.log(`skipped: ${NO_TAP_SERVER}`);

const SERVICE = { name: "local TAP", url: TAP_URL };

async function rejection(promise: Promise<unknown>): Promise<ArchiveError> {
  const error = await promise.then(() => undefined, (reason) => reason);
  assert.ok(error instanceof ArchiveError, `expected an ArchiveError, got ${error}`);
  return error;
}

/** The catalogue as it went in. */
function original(): pl.DataFrame {
  return pl.readCSV(`${ROOT}/../shared/archive/muwclass/TD.csv`, { inferSchemaLength: 3000 });
}

Deno.test({
  name: "a real TAP server",
  ignore: NO_TAP_SERVER !== undefined,
  async fn(t) {
    const stop = await startTapServer();
    const tap = new TapClient(SERVICE, { firstWaitMs: 10, attempts: 2 });
    try {
      for (const format of ["votable", "votable/b2", "votable/td", "csv"]) {
        await t.step(`${format} gives every row and value of the catalogue`, async () => {
          const query = "SELECT name, ra, fb, true_class FROM cxo.td";
          const types = { name: "char", ra: "double", fb: "double", true_class: "char" };
          const { frame } = await tap.sync({ adql: query, maxRows: 5000, format, types });
          const truth = original();
          assert.deepEqual(
            frame.sort("name").rows(),
            truth.select("CSCv2_name", "CSCv2_RA", "Fb", "True_Class").sort("CSCv2_name").rows(),
          );
        });
      }

      await t.step("columns come with unit and UCD", async () => {
        const { columns } = await tap.sync({ adql: "SELECT TOP 1 * FROM cxo.td" });
        const fb = columns.find(({ name }) => name === "fb")!;
        assert.deepEqual([fb.unit, fb.ucd], ["erg.s**-1.cm**-2", "phot.flux;em.X-ray"]);
      });

      await t.step("COUNT(*) and TAP_SCHEMA answer", async () => {
        assert.equal(await tap.count("cxo.td"), 2941);
        assert.equal(await tap.count("cxo.td", "true_class = 'AGN'"), 1390);
        const columns = (await tap.columns(["cxo.td"])).get("cxo.td") as { name: string }[];
        const names = columns.map(({ name }) => name).sort();
        assert.equal(names.join(" "), "dec fb fh fm fs name pu ra true_class");
      });

      await t.step("paging past MAXREC loses nothing", async () => {
        const paged = new TapClient({ ...SERVICE, pageRows: 200 });
        const columns = ["name", "ra", "dec", "pu", "fs", "fm", "fh", "fb", "true_class"];
        let pages = 0;
        const options = { table: "cxo.td", columns, key: "name", onProgress: () => pages++ };
        const frame = await fetchStrips(paged, options);
        const names = original().getColumn("CSCv2_name").toArray().sort();
        assert.deepEqual(frame.getColumn("name").toArray().sort(), names);
        assert.ok(pages > 15, `${pages} pages`);
      });

      await t.step(
        "overflow is an error in VOTable, and in csv, which carries no sign",
        async () => {
          for (const format of ["votable", "votable/td", "csv"]) {
            for (const maxRows of [100, 2941]) {
              const adql = "SELECT name FROM cxo.td";
              const error = await rejection(tap.sync({ adql, maxRows, format }));
              assert.equal(error.kind, "incomplete", `${format} ${maxRows}`);
            }
          }
        },
      );

      await t.step("a csv cut at the default limit is noticed by its count", async () => {
        const adql = "SELECT a.name, b.name AS other FROM cxo.td AS a, cxo.td AS b " +
          "WHERE a.true_class = 'CV' AND b.dec > 0";
        const rows = await tap.count("cxo.td", "true_class = 'CV'") *
          await tap.count("cxo.td", "dec > 0");
        assert.ok(rows > 20_000);
        const error = await rejection(tap.sync({ adql, rows, format: "csv" }));
        assert.match(error.message, new RegExp(`gave 20000 rows of ${rows} and left rows out`));
      });

      await t.step("query errors of status 200 are thrown in the server's words", async () => {
        const cases: [string, RegExp][] = [
          ["SELECT nope FROM cxo.td", /No such field known: column 'nope'/],
          ["SELECT * FROM cxo.nothing", /cxo\.nothing/],
          ["SELEKT 1", /SELEKT/],
        ];
        for (const [adql, message] of cases) {
          for (const format of ["votable", "csv"]) {
            const error = await rejection(tap.sync({ adql, format }));
            assert.equal(error.kind, "query");
            assert.match(error.message, message);
          }
        }
      });

      await t.step("text without a header row is seen to lack its columns", async () => {
        const query = { adql: "SELECT name, ra FROM cxo.td", format: "text/csv", maxRows: 9000 };
        const error = await rejection(tap.sync({ ...query, expect: ["name", "ra"] }));
        assert.deepEqual([error.kind, /name, ra is missing/.test(error.message)], ["format", true]);
      });
    } finally {
      await stop();
    }
  },
});
