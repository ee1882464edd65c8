import assert from "node:assert/strict";
import {
  CLASS_COLOURS,
  CLASS_COLOURS_ON_DARK,
  CLASS_SYMBOLS,
  CLASSES,
} from "@csc-classify/chandra-sources";

type Three = readonly [number, number, number];

/** How people see who lack a kind of cone: Machado et al. 2009, doi:10.1109/TVCG.2009.113, table 1. */
const SIGHT: Readonly<Record<string, readonly [Three, Three, Three]>> = {
  all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  deuteranope: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanope: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
};
/** Linear sRGB to CIE XYZ with the white of D65 at 1 (IEC 61966-2-1). */
const XYZ: readonly [Three, Three, Three] = [
  [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339 / 1.08883, 0.119192 / 1.08883, 0.9503041 / 1.08883],
];

const times = (matrix: readonly Three[], [a, b, c]: Three) =>
  matrix.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Three;

function lab(colour: string, sight: readonly Three[]): Three {
  const linear = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as unknown as Three;
  const seen = times(sight, linear).map((v) => Math.min(1, Math.max(0, v))) as unknown as Three;
  const [x, y, z] = times(XYZ, seen).map((v) => v > 0.008856 ? Math.cbrt(v) : 7.787 * v + 16 / 116);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Colour difference CIE 1976; black and white are 100 apart. */
function difference(a: string, b: string, sight: readonly Three[]): number {
  const [one, other] = [lab(a, sight), lab(b, sight)];
  return Math.hypot(...one.map((value, i) => value - other[i]));
}

Deno.test("the difference of black and white is 100, that of a colour and itself 0", () => {
  assert.ok(Math.abs(difference("#000000", "#ffffff", SIGHT.all) - 100) < 0.01);
  assert.equal(difference("#5C2E00", "#5C2E00", SIGHT.deuteranope), 0);
});

Deno.test("no two classes have colours that somebody cannot tell apart, on light and on dark", () => {
  for (const colours of [CLASS_COLOURS, CLASS_COLOURS_ON_DARK]) {
    for (const [who, sight] of Object.entries(SIGHT)) {
      for (const [i, a] of CLASSES.entries()) {
        for (const b of CLASSES.slice(i + 1)) {
          const found = difference(colours[a], colours[b], sight);
          // the olive that CVs once had is 3 from the red of YSOs for a deuteranope
          assert.ok(found > 15, `${a} and ${b} for ${who}: ${found.toFixed(1)}`);
        }
      }
    }
  }
});

Deno.test("each class has a shape of its own", () => {
  assert.equal(new Set(CLASSES.map((name) => CLASS_SYMBOLS[name])).size, CLASSES.length);
});
