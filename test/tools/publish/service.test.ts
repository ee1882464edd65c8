import assert from "node:assert/strict";
import { TapClient } from "@csc-classify/vo-archives";
import { readScored } from "#lib/scoring/read-scored.ts";
import { SCORED_COLUMNS } from "#lib/scoring/scored-columns.ts";
import publication from "#tools/publish/publication.json" with { type: "json" };
import { sqlName } from "#tools/publish/dachs.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { NO_TAP_SERVER, startTapServer, TAP_URL } from "../../acquire/tap-server.ts";
import { NO_CHECKERS, runNotebook } from "./checkers.ts";
import { publishSmall } from "./published.ts";
import { NO_PUBLISHING } from "./publishing-python.ts";

const reason = NO_TAP_SERVER ?? NO_PUBLISHING ?? NO_CHECKERS;
if (reason) console.log(`skipped: a DaCHS that serves the catalogue: ${reason}`);

const SCHEMA = "csc_classified_simulated", INPUTS = "/var/gavo/inputs";
const base = TAP_URL.replace(/\/tap$/, "");

/** The vocabulary of subjects, which DaCHS fetches from ivoa.net; ours are put there meanwhile. */
const VOCABULARY = "/var/gavo/cache/http:=2F=2Fwww.ivoa.net=2Frdf=2Fuat";

Deno.test({
  name: "a DaCHS that serves the catalogue",
  ignore: reason !== undefined,
  async fn(t) {
    const folder = await Deno.makeTempDir();
    const { arrow, published } = await publishSmall(folder);
    const stop = await startTapServer();
    const dachs = async (...args: string[]) => {
      const line = `cd ${INPUTS} && dachs ${args.join(" ")} ${SCHEMA}/q 2>&1`;
      return await runCommand("su", ["dachsroot", "-c", line]);
    };
    const install = (...args: string[]) =>
      runCommand("install", ["-o", "dachsroot", "-g", "gavo", ...args]);
    try {
      await install("-d", "-m", "2775", `${INPUTS}/${SCHEMA}`, `${INPUTS}/${SCHEMA}/data`);
      await install("-m", "664", `${published}/q.rd`, `${INPUTS}/${SCHEMA}/q.rd`);
      await install(
        "-m",
        "664",
        `${published}/catalogue.vot`,
        `${INPUTS}/${SCHEMA}/data/catalogue.vot`,
      );
      const scored = new Map((await readScored(arrow)).map((row) => [row.name, row]));
      const first = scored.get("SIM 00000001")!;

      await t.step("finds the descriptor valid, and nothing to warn of", async () => {
        const had = await Deno.stat(VOCABULARY).catch(() => undefined);
        if (!had) {
          const terms = publication.unifiedAstronomyThesaurus.map((
            term,
          ) => [term, { label: term }]);
          const text = JSON.stringify({ terms: Object.fromEntries(terms) });
          await Deno.writeTextFile(`${folder}/uat`, text);
          await install("-m", "664", `${folder}/uat`, VOCABULARY);
        }
        try {
          assert.match((await dachs("val", "-v")).trim(), /^csc_classified_simulated\/q -- OK$/);
        } finally {
          if (!had) await Deno.remove(VOCABULARY);
        }
      });

      await t.step("imports every row, and its own regression test passes", async () => {
        assert.match(await dachs("imp"), /Rows affected: 2000/);
        assert.match(await dachs("test", "-v"), /0 of 1 bad/);
      });

      await t.step("gives our TAP client every value of the scored file", async () => {
        const tap = new TapClient({ name: "local TAP", url: TAP_URL }, {
          firstWaitMs: 10,
          attempts: 2,
        });
        const adql = `SELECT * FROM ${SCHEMA}.sources`;
        const { frame, columns } = await tap.sync({ adql, maxRows: 5000 });
        const rows = frame.toRecords();
        assert.equal(rows.length, scored.size);
        for (const row of rows) {
          const truth = scored.get(String(row.name))!;
          for (const column of SCORED_COLUMNS) {
            const ours = truth[column.name], theirs = row[sqlName(column)];
            const expected = typeof ours === "boolean" ? Number(ours) : ours;
            assert.ok(
              theirs === expected || (theirs ?? null) === expected,
              `${row.name} ${column.name}: ${theirs}, not ${ours}`,
            );
          }
        }
        const described = new Map(columns.map((column) => [column.name, column]));
        for (const column of SCORED_COLUMNS) {
          assert.equal(described.get(sqlName(column))!.ucd ?? "", column.ucd, column.name);
        }
      });

      await t.step("answers ADQL by class and by circle", async () => {
        const tap = new TapClient({ name: "local TAP", url: TAP_URL }, {
          firstWaitMs: 10,
          attempts: 2,
        });
        const stars = [...scored.values()].filter((row) =>
          row.class === "STAR" && row.has_gaia
        ).length;
        assert.equal(
          await tap.count(`${SCHEMA}.sources`, "class = 'STAR' AND has_gaia = 1"),
          stars,
        );
        const circle =
          `1 = CONTAINS(POINT('ICRS', ra, dec), CIRCLE('ICRS', ${first.ra}, ${first.dec}, 0.0003))`;
        assert.equal(await tap.count(`${SCHEMA}.sources`, circle), 1);
      });

      await t.step("answers a cone search with the source in it", async () => {
        const url = `${base}/${SCHEMA}/q/cone/scs.xml?RA=${first.ra}&DEC=${first.dec}&SR=0.0003`;
        const answer = await (await fetch(url)).text();
        assert.match(answer, /FIELD[^>]*ID="cmp_agn"/);
        assert.match(answer, /OK/);
      });

      await t.step("answers pyvo, by ADQL and by cone, on the page of Python", async () => {
        const text = await runNotebook(published, { CSC_SERVICE: base, CSC_SCHEMA: SCHEMA });
        assert.match(text, /\d classes by ADQL, 1 source by cone search/);
      });
    } finally {
      await dachs("drop").catch(() => {});
      await Deno.remove(`${INPUTS}/${SCHEMA}`, { recursive: true }).catch(() => {});
      await stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
