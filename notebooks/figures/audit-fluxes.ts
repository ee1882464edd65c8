import * as Plot from "@observablehq/plot";
import { dots } from "./dots.ts";
import { type Figure, INK, panels, plotTheme } from "./plot-kit.ts";
import { load, savedFile, type SavedFlux } from "./saves.ts";

const COLOURS = { labelled: "#E69F00", held: "#0072B2" } as const;
const DOMAIN = [1e-17, 1e-11] as const;

const isInside = (flux: number) => flux >= DOMAIN[0] && flux <= DOMAIN[1];

/** Published X-ray columns against the fluxes of Yang et al. 2022: labels are wrong. */
export const auditFluxes: Figure<readonly SavedFlux[]> = {
  id: "audit-fluxes",
  title: "What the published X-ray columns hold",
  inputs: [savedFile("audit-fluxes")],
  load: () => load("audit-fluxes"),
  caption(rows) {
    const sources = rows.filter(({ isLabelled }) => !isLabelled).length;
    return `Each panel: one published column, returned to physical units, against fluxes of the ` +
      `same sources from Yang et al. (2022), erg/s/cm². Orange: the band its label names; blue: ` +
      `the band it holds (${sources} points in all); line: equality. The blue points lie on the ` +
      `line, the orange ones only where label and content agree.`;
  },
  draw(rows, widthPx) {
    const labels = [...new Set(rows.map(({ label }) => label))];
    const side = Math.floor(widthPx / 2);
    const plots = labels.map((label) => panel(rows.filter((row) => row.label === label), side));
    return panels(plots, 2, { left: 0, bottom: 0 });
  },
};

function panel(rows: readonly SavedFlux[], widthPx: number): SVGSVGElement {
  const words = (flag: number) => rows.find(({ isLabelled }) => isLabelled === flag)?.band;
  const log = { type: "log", domain: DOMAIN, ticks: 3, tickFormat: power, grid: false } as const;
  const note = (text: string, dy: number, fill: string) =>
    Plot.text([text], { text: [text], frameAnchor: "top-left", dx: 4, dy, fill, fontWeight: 600 });
  return Plot.plot({
    ...plotTheme(widthPx),
    height: widthPx,
    marginTop: 20,
    marginLeft: 38,
    marginRight: 4,
    marginBottom: 32,
    x: { ...log, label: "Yang et al.", labelAnchor: "center", labelArrow: "none" },
    y: { ...log, label: null },
    marks: [
      Plot.frame({ stroke: INK.quiet, strokeWidth: 0.6 }),
      dots(rows.filter(({ theirs, ours }) => isInside(theirs) && isInside(ours)), {
        x: "theirs",
        y: "ours",
        r: 0.9,
        fill: ({ isLabelled }: SavedFlux) => isLabelled ? COLOURS.labelled : COLOURS.held,
        fillOpacity: 0.5,
      }),
      Plot.line([DOMAIN, DOMAIN].map((_, i) => [DOMAIN[i], DOMAIN[i]]), {
        stroke: INK.text,
        strokeWidth: 0.8,
      }),
      note(`column “${rows[0].label}”`, -16, INK.text),
      ...(words(1) === undefined ? [] : [note(`label: ${words(1)}`, 4, "#a66f00")]),
      note(`holds: ${words(0)}`, 17, COLOURS.held),
    ],
  }) as unknown as SVGSVGElement;
}

function power(value: number): string {
  const exponent = String(Math.round(Math.log10(value)));
  return "10" + exponent.replace(/[-\d]/g, (char) => char === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[+char]);
}
