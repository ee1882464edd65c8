import * as Plot from "@observablehq/plot";
import { type Figure, INK, panels, plotTheme } from "./plot-kit.ts";
import { columnOf } from "#lib/tables/sources.ts";
import { mipsToWise, PLAUSIBLE_MAG, WELL_DETECTED_W4 } from "#tools/derive/audit.ts";
import { load, savedFile } from "./saves.ts";

interface Data {
  readonly ks: readonly number[];
  readonly w4: readonly number[];
  /** See {@link mipsToWise}. */
  readonly ratio: readonly number[];
}

const COLOURS = { good: "#0072B2", bad: "#D55E00" } as const;

/** Values that NED lists as magnitudes and that are none, and the unit of the 24 micron column. */
export const auditUnits: Figure<Data> = {
  id: "audit-units",
  title: "Outliers in Ks and W4, and the unit at 24 micron",
  inputs: [savedFile("sources")],
  async load() {
    const sources = await load("sources");
    const present = (name: string) => [...columnOf(sources, name).filter(Number.isFinite)];
    return { ks: present("Ks"), w4: present("W4"), ratio: mipsToWise(sources) };
  },
  caption: ({ ks, w4, ratio }) =>
    `Top: Ks (${ks.length} sources) and W4 (${w4.length}) as NED lists them; orange values lie ` +
    `beyond anything the surveys can measure and are in other units. Bottom: 24 micron value, ` +
    `taken as microjansky, over the 22 micron flux density that W4 implies, for the ` +
    `${ratio.length} AGN with W4 < ${WELL_DETECTED_W4}: the peak at equality shows the unit.`,
  draw({ ks, w4, ratio }, widthPx) {
    const half = Math.floor(widthPx / 2), size = (width: number) => ({ width, height: 150 });
    const top = [
      histogram(ks, {
        ...size(half),
        label: "Ks as listed (mag)",
        step: 2,
        from: -6,
        to: 80,
        good: PLAUSIBLE_MAG.Ks,
      }),
      histogram(w4, {
        ...size(half),
        label: "W4 as listed (mag)",
        step: 3,
        from: -6,
        to: 120,
        good: PLAUSIBLE_MAG.W4,
      }),
    ];
    const bottom = histogram(ratio, {
      ...size(2 * half),
      label: "log10 (24 µm value in µJy / 22 µm flux density from W4)",
      step: 0.2,
      from: -4,
      to: 2,
      good: [-Infinity, Infinity],
    });
    const page = panels([panels(top, 2, { left: 0, bottom: 0 }), bottom], 1, {
      left: 0,
      bottom: 0,
    });
    return page;
  },
};

interface HistogramOptions {
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly step: number;
  readonly from: number;
  readonly to: number;
  /** Values within are what they should be. */
  readonly good: readonly [number, number];
}

/** Counts on a logarithmic scale: single outliers are to be seen. */
function histogram(values: readonly number[], options: HistogramOptions): SVGSVGElement {
  const { width, height, label, step, from, to, good } = options;
  const bars = Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => {
    const x1 = from + i * step, x2 = x1 + step;
    const count = values.filter((value) => value >= x1 && value < x2).length;
    return { x1, x2, count, isGood: x1 >= good[0] - step && x2 <= good[1] + step };
  }).filter(({ count }) => count > 0);
  return Plot.plot({
    ...plotTheme(width),
    height,
    marginTop: 8,
    marginLeft: 36,
    marginRight: 6,
    marginBottom: 34,
    x: { domain: [from, to], label, labelAnchor: "center", labelArrow: "none", ticks: width / 50 },
    y: { type: "log", domain: [0.7, 5000], ticks: 4, tickFormat: "d", label: null },
    marks: [
      Plot.rectY(bars, {
        x1: "x1",
        x2: "x2",
        y1: 0.7,
        y2: "count",
        fill: ({ isGood }: (typeof bars)[number]) => isGood ? COLOURS.good : COLOURS.bad,
        inset: 0.3,
      }),
      Plot.ruleY([0.7], { stroke: INK.quiet }),
    ],
  }) as unknown as SVGSVGElement;
}
