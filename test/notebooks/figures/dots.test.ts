import assert from "node:assert/strict";
import * as Plot from "@observablehq/plot";
import { CLASSES } from "@csc-classify/chandra-sources";
import { CLASS_SCALES, dots } from "#figures/mod.ts";
import { draw } from "#figures/print.ts";

const SIZE = { width: 300, height: 200, x: { domain: [0, 1] }, y: { domain: [0, 1] } };

/** The paths of a plot of dots alone, as attributes. */
function pathsOf(mark: Plot.Dot) {
  const svg = draw({ ...SIZE, ...CLASS_SCALES, axis: null, marks: [mark] });
  return [...svg.querySelectorAll("path")].map((path) =>
    Object.fromEntries([...path.attributes].map(({ name, value }) => [name, value]))
  );
}

Deno.test("eight thousand points of eight symbols are some sixty paths, and none is left out", () => {
  const points = Array.from({ length: 8000 }, (_, i) => ({
    x: (i % 89) / 89,
    y: (i % 97) / 97,
    class: CLASSES[i % 7], // 7 and the 8 turns have no common factor
  }));
  const paths = pathsOf(dots(points, { x: "x", y: "y", r: 2, fill: "class", symbol: "class" }));
  assert.equal(paths.length, 7 * 8);
  assert.equal(paths.reduce((sum, { d }) => sum + d.split("M").length - 1, 0), 8000);
});

Deno.test("a symbol is drawn where Plot draws it, with the area of a circle of its radius", () => {
  const [square] = pathsOf(dots([[0.5, 0.5]], { r: 2, symbol: "square", fill: "#123456" }));
  const { fill, d } = square;
  // of area 4 pi, so that a side is 3.54
  assert.deepEqual([fill, /m.*/.exec(d)![0]], [
    "#123456",
    "m-1.77,-1.77l3.54,0l0,3.54l-3.54,0z",
  ]);
  const plots = draw({ ...SIZE, axis: null, marks: [Plot.dot([[0.5, 0.5]], { r: 2 })] });
  const { cx, cy } = Object.fromEntries(
    [...plots.querySelector("circle")!.attributes].map(({ name, value }) => [name, value]),
  );
  assert.ok(d.startsWith(`M${cx},${cy}m`), `${d} at ${cx},${cy}`);
});

Deno.test("dots without a symbol are round and have the radius asked for", () => {
  const [round] = pathsOf(dots([[0.5, 0.5]], { r: 2, fill: "#123456", fillOpacity: 0.5 }));
  assert.deepEqual(
    [round.stroke, round["stroke-width"], round["stroke-linecap"], round["stroke-opacity"]],
    ["#123456", "4", "round", "0.5"],
  );
  assert.match(round.d, /^M[\d.]+,[\d.]+h0$/);
});

Deno.test("a rim lies beneath the dots of its turn", () => {
  const paths = pathsOf(dots([[0.5, 0.5]], { r: 2, rim: 0.5, symbol: "square", fill: "#123456" }));
  assert.deepEqual(paths.map(({ fill }) => fill), ["white", "#123456"]);
  assert.match(paths[0].d, /m-2\.22,-2\.22l4\.43,0/); // half of the root of pi times 2.5
});

Deno.test("what Plot cuts off at the frame stays cut off", () => {
  const svg = draw({
    ...SIZE,
    marks: [dots([[0.5, 0.5]], { r: 2, fill: "#123456", clip: true })],
  });
  assert.match(
    svg.innerHTML,
    /<g clip-path="url\(#[^"]+\)"[^>]*>(<g[^>]*>)?<path [^>]*d="M160,95h0"/,
  );
});
