import assert from "node:assert/strict";
import { nearBand } from "../near-bands.ts";

/** Energy flux of a power law E^-index in a band, by the trapezoidal rule in many steps. */
function fluxOf([least, most]: readonly [number, number], index: number): number {
  const n = 20_000, step = (most - least) / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    sum += (i === 0 || i === n ? 0.5 : 1) * (least + i * step) ** (1 - index);
  }
  return sum * step;
}

Deno.test("bands near the broad and the hard one have shares as integration gives them", () => {
  for (
    const [band, target, ours] of [
      [[0.5, 8], "flux_b", [0.5, 7]],
      [[0.3, 8], "flux_b", [0.5, 7]],
      [[0.5, 10], "flux_b", [0.5, 7]],
      [[0.3, 10], "flux_b", [0.5, 7]],
      [[0.5, 6], "flux_b", [0.5, 7]],
      [[2, 8], "flux_h", [2, 7]],
      [[2, 10], "flux_h", [2, 7]],
    ] as const
  ) {
    const near = nearBand(band);
    assert.equal(near?.target, target);
    const share = (index: number) => fluxOf(ours, index) / fluxOf(band, index);
    assert.ok(Math.abs(near!.share - share(1.7)) < 1e-4, String(band));
    const shares = [1.4, 1.7, 2].map(share);
    [Math.min(...shares), Math.max(...shares)].forEach((one, i) =>
      assert.ok(Math.abs(near!.range[i] - one) < 1e-4, String(band))
    );
  }
  assert.equal(nearBand([0.5, 7])?.share, 1);
});

Deno.test("soft bands and those of XMM-Newton, eROSITA and BAT are near none", () => {
  const bands = [[0.5, 2], [0.2, 12], [0.2, 2.3], [2.3, 5], [14, 195], [4.5, 12], [
    0.1,
    2.4,
  ]] as const;
  for (const band of bands) assert.equal(nearBand(band), undefined, String(band));
});
