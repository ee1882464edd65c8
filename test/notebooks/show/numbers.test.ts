import assert from "node:assert/strict";
import { recordResults } from "#lib/run/results.ts";
import { DISPLAY } from "#show/display.ts";
import { numbers } from "#show/mod.ts";
import { inOut } from "../../in-folder.ts";
import { HEAD } from "../../results-head.ts";

Deno.test("numbers of a run stand beside the paper's, with scatter or interval, three digits each", () =>
  inOut(async () => {
    await recordResults(HEAD, {
      "a.f1": { value: 93.04, sigma: 0.16, published: { value: 93.2, sigma: 0.1 } },
      "a.gain": { value: -0.42, low: -1.5, high: 2.25 },
      "a.count": { value: 54770 },
      "a.ece": { value: 0.01134 },
    });
    const shown = (await numbers({
      "F1 (per cent)": "a.f1",
      "gain (points)": "a.gain",
      sources: "a.count",
      error: "a.ece",
      "not in this run": "a.nothing",
    }))[DISPLAY]() as Record<string, string>;
    const rows = [...shown["text/html"].matchAll(/<tr>(<td.*?|<th scope="row".*?)<\/tr>/g)]
      .map(([, row]) => row.replaceAll(/<\/t[dh]>/g, "|").replaceAll(/<[^>]*>/g, ""));
    assert.deepEqual(rows, [
      "F1 (per cent)|93.0 ± 0.2|93.2 ± 0.1|",
      "gain (points)|−0.42 (−1.50 to 2.25)|–|",
      "sources|54\u202f770|–|",
      "error|0.011|–|",
      "not in this run|–|–|",
    ]);
    assert.match(shown["text/plain"], /^In numbers \(profile smoke\)/);
  }));
