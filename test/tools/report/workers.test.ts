import assert from "node:assert/strict";
import { forgetFits, products, wholeReport } from "./whole-report.ts";

/**
 * Whole reports, each from nothing, take minutes to hours, so that this waits to be asked:
 * `CSC_WORKERS_WHOLE=1,2,5 deno task test test/tools/report/workers.test.ts`, with `CSC_WHOLE_RUNS`
 * of each number (1), `CSC_WHOLE_ONLY` (0,1: all notebooks) and `CSC_WHOLE_PROFILE` (smoke). It
 * removes `.cache/folds` and `.cache/model`.
 */
const WORKERS = (Deno.env.get("CSC_WORKERS_WHOLE") ?? "").split(",").filter(Boolean).map(Number);
const RUNS = Number(Deno.env.get("CSC_WHOLE_RUNS") ?? 1);
const ONLY = (Deno.env.get("CSC_WHOLE_ONLY") ?? "0,1").split(",");
const PROFILE = Deno.env.get("CSC_WHOLE_PROFILE") ?? "smoke";
if (WORKERS.length === 0) console.log("skipped: whole reports by workers: no CSC_WORKERS_WHOLE");

Deno.test({
  name: `a report of ${WORKERS.join(" and ") || "any number of"} workers gives the same bytes`,
  ignore: WORKERS.length === 0,
  async fn() {
    const out = await Deno.makeTempDir();
    let expected: Record<string, string> | undefined;
    try {
      for (const workers of Array(RUNS).fill(WORKERS).flat() as number[]) {
        await forgetFits();
        const start = performance.now();
        // always the same place, for some products name it
        await Deno.remove(`${out}/out`, { recursive: true }).catch(() => {});
        await wholeReport(`${out}/out`, { profile: PROFILE, only: ONLY, workers });
        const made = await products(`${out}/out`), n = Object.keys(made).length;
        const seconds = Math.round((performance.now() - start) / 1000);
        expected ??= made;
        const differ = Object.keys({ ...made, ...expected })
          .filter((path) => made[path] !== expected![path]);
        console.log(
          `${workers} workers: ${seconds} s, ${n} files, ${differ.length} of other bytes`,
        );
        assert.ok(n > 0);
        assert.deepEqual(differ, []);
      }
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  },
});
