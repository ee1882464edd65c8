import assert from "node:assert/strict";
import { cpuUsage } from "node:process";
import { bytesFile } from "../../vo-tables/table-file.ts";
import { openFile } from "../../vo-tables/open-file.ts";
import { FEATURES } from "../features.ts";
import { readRows } from "../read-rows.ts";

const ROWS = 40_000;
const COLUMNS = FEATURES.filter(({ unit, from, group }) =>
  !from && (unit === "mag" || group === "X-ray flux")
);
const NAMES = COLUMNS.map(({ name }) => name);

/** A table of many columns of numbers. */
function longTable(): Uint8Array {
  const cells = (i: number) =>
    COLUMNS.map(({ unit }, k) => {
      const share = ((i + 1) * (k + 7)) % 97 / 97;
      return unit === "mag" ? 15 + 3 * share : 1e-14 * (1 + share);
    });
  const line = (i: number) => [`s${i}`, i % 360, i % 90, ...cells(i)].join();
  const lines = Array.from({ length: ROWS }, (_, i) => line(i));
  return new TextEncoder().encode([["name", "ra", "dec", ...NAMES].join(), ...lines].join("\n"));
}

Deno.test("while a long table is read others have their turn, and may stop it at any time", async () => {
  const bytes = longTable();
  const read = async (signal?: AbortSignal) => {
    const options = { features: NAMES, force: ["values"] as const, signal, onReject() {} };
    const { batches, counts } = await readRows(
      "t.csv",
      await openFile(bytesFile("t.csv", bytes)),
      options,
    );
    for await (const _ of batches);
    return counts.rows;
  };
  // of the processor, for others may be at work on this machine
  const now = () => cpuUsage().user / 1000;
  const start = now();
  let last = start, longest = 0;
  const timer = setInterval(() => {
    longest = Math.max(longest, now() - last);
    last = now();
  }, 1);
  assert.equal(await read(), ROWS);
  clearInterval(timer);
  const whole = now() - start;
  assert.ok(longest < whole / 4, `${longest} ms of ${whole}`);
  for (const share of [0.05, 0.2, 0.5]) {
    const stop = new AbortController(), from = now();
    let stopped = NaN;
    const timer = setInterval(() => {
      if (now() - from < share * whole || stop.signal.aborted) return;
      stopped = now();
      stop.abort();
    }, 1);
    await assert.rejects(read(stop.signal), { name: "AbortError" });
    clearInterval(timer);
    const late = now() - stopped;
    assert.ok(late < whole / 4, `${late} ms after the signal, of ${whole}`);
  }
});
