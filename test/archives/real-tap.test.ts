import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { ArchiveError } from "#lib/archives/archive-error.ts";
import { fetchStrips } from "#lib/archives/fetch-strips.ts";
import { TapClient } from "#lib/archives/tap-client.ts";
import { writeVotable } from "#lib/archives/write-votable.ts";
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
        assert.deepEqual((await tap.tableColumns("cxo.td")).sort(), [
          "dec",
          "fb",
          "fh",
          "fm",
          "fs",
          "name",
          "pu",
          "ra",
          "true_class",
        ]);
      });

      await t.step("an asynchronous job gives the same rows", async () => {
        const adql = "SELECT name, ra FROM cxo.td WHERE true_class = 'CV' ORDER BY name";
        const [job, sync] = [await tap.async({ adql }), await tap.sync({ adql })];
        assert.ok(job.frame.height > 10);
        assert.deepEqual(job.frame.rows(), sync.frame.rows());
      });

      await t.step("an uploaded table is joined, markup in its cells intact", async () => {
        const names = original().getColumn("CSCv2_name").toArray().slice(0, 3) as string[];
        const mine = pl.DataFrame({ id: [...names, "a <b> & c"], weight: [1.5, 2.5, 3.5, 4.5] });
        const adql = "SELECT m.id, m.weight, t.ra FROM TAP_UPLOAD.mine AS m " +
          "LEFT OUTER JOIN cxo.td AS t ON m.id = t.name ORDER BY m.weight";
        for (const way of ["sync", "async"] as const) {
          const { frame } = await tap[way]({ adql, uploads: { mine: writeVotable(mine) } });
          const rows = frame.rows();
          assert.deepEqual(rows.map(([id]) => id), mine.getColumn("id").toArray());
          assert.deepEqual(rows.map(([, , ra]) => ra === null), [false, false, false, true]);
        }
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

      await t.step("a failed job throws the server's words", async () => {
        const error = await rejection(tap.async({ adql: "SELECT nope FROM cxo.td" }));
        assert.equal(error.kind, "query");
        assert.match(error.message, /No such field known: column 'nope'/);
      });

      await t.step("text without a header row is seen to lack its columns", async () => {
        const query = { adql: "SELECT name, ra FROM cxo.td", format: "text/csv", maxRows: 9000 };
        const error = await rejection(tap.sync({ ...query, expect: ["name", "ra"] }));
        assert.deepEqual([error.kind, /name, ra is missing/.test(error.message)], ["format", true]);
      });

      await t.step("an upload that is too large is status 413 with a remedy", async () => {
        const mine = "<VOTABLE>" + " ".repeat(30_000_000) + "</VOTABLE>";
        const adql = "SELECT * FROM TAP_UPLOAD.mine";
        const error = await rejection(tap.sync({ adql, uploads: { mine } }));
        assert.match(error.message, /HTTP 413[\s\S]*fewer rows/);
      });

      await t.step("a job that was deleted is status 404", async () => {
        const service = { ...SERVICE, url: `${TAP_URL}/async/nosuchjob` };
        const error = await rejection(new TapClient(service).sync({ adql: "SELECT 1" }));
        assert.match(error.message, /HTTP 404/);
      });
    } finally {
      await stop();
    }
  },
});
