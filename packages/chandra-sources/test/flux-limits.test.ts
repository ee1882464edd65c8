import assert from "node:assert/strict";
import {
  columnOf,
  fromColumns,
  readRows,
  type Sources,
  withFluxLimits,
} from "@csc-classify/chandra-sources";

function table(columns: Record<string, number[]>): Sources {
  const n = Object.values(columns)[0].length;
  return {
    origin: { kind: "table", description: "fluxes", sha256: "" },
    names: Array.from({ length: n }, (_, i) => `source ${i}`),
    ra: new Float64Array(n),
    dec: new Float64Array(n),
    matrix: fromColumns(new Map(Object.entries(columns))),
  };
}

Deno.test("a flux of 0 whose lower bound is 0 is an upper limit: missing, observed, its bound kept", () => {
  const given = table({
    flux_b: [5e-15, 3e-15],
    flux_s: [0, 1e-15],
    flux_s_lolim: [0, 8e-16],
    flux_s_hilim: [4e-16, 1.3e-15],
  });
  const made = withFluxLimits(given);
  assert.deepEqual([...columnOf(made, "flux_s")], [NaN, 1e-15]);
  assert.deepEqual([...columnOf(made, "observed_flux_s")], [1, 1]);
  assert.deepEqual([...columnOf(made, "flux_s_hilim")], [4e-16, 1.3e-15]);
  assert.deepEqual([...columnOf(made, "flux_b")], [5e-15, 3e-15]);
  assert.deepEqual([...columnOf(given, "flux_s")], [0, 1e-15], "the table given stays");
});

Deno.test("zeros and negative net fluxes without bounds are limits too", () => {
  const given = table({ flux_h: [0, -2e-16, 3e-15, NaN], G: [0, 1, 2, 3] });
  const made = withFluxLimits(given);
  assert.deepEqual([...columnOf(made, "flux_h")], [NaN, NaN, 3e-15, NaN]);
  assert.deepEqual([...columnOf(made, "observed_flux_h")], [1, 1, 1, NaN]);
  assert.deepEqual([...columnOf(made, "G")], [0, 1, 2, 3], "a magnitude of 0 is Vega's");
  assert.deepEqual(withFluxLimits(made), made, "done twice, nothing more changes");
});

Deno.test("bounds without a value say that the band was observed, no bounds say nothing", () => {
  const made = withFluxLimits(table({
    flux_m: [NaN, NaN, 2e-15],
    flux_m_lolim: [0, NaN, 0],
    flux_m_hilim: [5e-16, NaN, 4e-15],
  }));
  assert.deepEqual([...columnOf(made, "observed_flux_m")], [1, NaN, 1]);
  assert.deepEqual([...columnOf(made, "flux_m")], [NaN, NaN, 2e-15]);
});

Deno.test("a table of positive fluxes comes back as it is", () => {
  const given = table({ flux_b: [1e-15, NaN] });
  assert.equal(withFluxLimits(given), given);
});

Deno.test("a user's table with the CSC's zeros and bounds is read so, and -999 is still no flux", async () => {
  const rejects: string[] = [];
  const header = ["name", "ra", "dec", "flux_aper_avg_b", "flux_aper_avg_s"];
  const { map, batches, columns } = await readRows("own.csv", {
    kind: "CSV",
    columns: [...header, "flux_aper_avg_lolim_s", "flux_aper_avg_hilim_s"].map((name) => ({
      name,
    })),
    rows: [
      ["a", "10", "20", "1e-14", "0", "0", "3e-16"],
      ["b", "11", "20", "1e-14", "2e-15", "1e-15", "3e-15"],
      ["c", "12", "20", "-2e-15", "2e-15", "", ""],
      ["d", "13", "20", "-999", "2e-15", "", ""],
    ],
  }, { features: [], onReject: ({ name, problem }) => rejects.push(`${name}: ${problem}`) });
  const [sources] = await Array.fromAsync(batches);
  assert.deepEqual(map.ignored, []);
  assert.deepEqual([...columnOf(sources, "flux_s")], [NaN, 2e-15, 2e-15]);
  assert.deepEqual([...columnOf(sources, "flux_b")], [1e-14, 1e-14, NaN]);
  assert.deepEqual([...columnOf(sources, "observed_flux_b")], [1, 1, 1]);
  assert.deepEqual([...columnOf(sources, "flux_s_hilim")], [3e-16, 3e-15, NaN]);
  assert.equal(columns.get("flux_s")!.limits, 1);
  assert.equal(columns.get("flux_b")!.limits, 1);
  assert.equal(columns.get("flux_b")!.present, 2);
  assert.equal(rejects.length, 1);
  assert.match(rejects[0], /^d: outside -0\.000001 to 0\.000001; leave the cell empty/);
});
