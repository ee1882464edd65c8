import * as Plot from "@observablehq/plot";
import { outFolder } from "#lib/run/files.ts";
import { writeAtomic, writeJson } from "@csc-classify/safe-files";
import { provenance } from "#lib/run/provenance.ts";
import { readResults, runName } from "#lib/run/results.ts";
import { readSettings } from "#lib/run/settings.ts";
import { type Displayable, displayable, escapeHtml, STYLE_ELEMENT } from "#show/display.ts";
import { asSimulated, COLUMN_PX, figureTitle, figureWords, panels, plotTheme } from "./plot-kit.ts";
import { embedFonts, type StandaloneSvg, standaloneSvg } from "./standalone-svg.ts";

/** How much larger than in print a figure is on a screen, where there is room; never smaller. */
const ON_SCREEN = 1.5;

/** A figure as Observable Plot draws it, with what print asks for besides. */
export interface FigureOptions extends Plot.PlotOptions {
  /** What the figure is called in the index and its sidecar; it is not drawn. */
  readonly title: string;
  /** Whether the sources shown are simulated, where that may differ from the run's own table. */
  readonly simulated?: boolean;
  /** Plots to draw side by side in place of one, each as wide as its share of the width. */
  readonly panels?: readonly Plot.PlotOptions[];
  /** Panels in a row, 2 if absent. */
  readonly columns?: number;
  /** Room around the frame, of each panel if there are panels; Plot's own where a side is absent. */
  readonly margins?: Margins;
}

/** CSS pixels. */
interface Margins {
  readonly top?: number;
  readonly right?: number;
  readonly bottom?: number;
  readonly left?: number;
}

/**
 * Draws a figure at its printed size, keeps it as `out/figures/<id>.svg` with its sidecar
 * `<id>.json` (title, caption, run, provenance), and gives it, with its caption, to the cell that
 * ends in it: what is on the screen is what is printed. `deno task figures` makes PDF and PNG of it.
 *
 * @param id File name without extension; `figure-4` is the paper's Figure 4.
 * @param options Those of `Plot.plot`, `width` in CSS pixels (1/96 inch): one column of a page, 84
 * mm, if absent, or {@link PAGE_PX}. Axes are named at their middle and without arrows.
 * @param caption What, how many sources, units, what to see: plain text, whose line breaks are those
 * of the cell and count as spaces.
 * @throws RangeError for an id that cannot name files.
 */
export async function print(
  id: string,
  { title, simulated, ...options }: FigureOptions,
  caption: string,
): Promise<Displayable> {
  if (!/^[a-z0-9-]+$/.test(id)) {
    throw new RangeError(`the figure's id is "${id}"; it names files: use a to z, digits and "-"`);
  }
  const drawn = draw(options);
  const isSimulated = simulated ?? (await readResults())?.head.simulated ?? false;
  const words = caption.replaceAll(/\s*\n\s*/g, " ");
  const said = isSimulated ? asSimulated(drawn, words) : words;
  return displayable(await keepFigure({ id, title }, standaloneSvg(drawn), said));
}

/**
 * Writes `out/figures/<id>.svg`, its fonts inside, and `<id>.json`: title, caption, the run that it
 * belongs to and its data, provenance.
 *
 * @param inputs Files that were read for it.
 * @returns The figure with its caption, as an output of a cell.
 */
async function keepFigure(
  { id, title }: { readonly id: string; readonly title: string },
  svg: StandaloneSvg,
  caption: string,
  inputs: readonly string[] = [],
): Promise<Record<"text/html" | "text/plain", string>> {
  const stem = `${outFolder()}/figures/${id}`, text = await embedFonts(svg);
  const head = (await readResults())?.head;
  await writeAtomic(`${stem}.svg`, text);
  await writeJson(`${stem}.json`, {
    figure: id,
    title,
    caption,
    run: head && runName(head),
    data: head && { description: head.data, sha256: head.dataSha256 },
    provenance: await provenance(readSettings(), inputs),
  });
  const words = figureWords({ id, title }, caption);
  const width = `width:${ON_SCREEN * svg.widthPx}px;min-width:${svg.widthPx}px`;
  // its caption is read out beside it
  const name = escapeHtml(figureTitle({ id, title }));
  const wide = `style="${width}" role="img" aria-label="${name}"`;
  return {
    "text/html": `${STYLE_ELEMENT}<figure class="csc" id="${id}">` +
      `<div class="csc-paper">${text.replace("<svg", `<svg ${wide}`)}</div>` +
      `<figcaption>${escapeHtml(words)}</figcaption></figure>`,
    "text/plain": words,
  };
}

/** Draws what {@link print} prints, one plot or its panels. */
export function draw(
  { panels: parts, columns = 2, width = COLUMN_PX, margins = {}, ...rest }: Omit<
    FigureOptions,
    "title"
  >,
): SVGSVGElement {
  const { top, right, bottom, left } = margins;
  const given = { marginTop: top, marginRight: right, marginBottom: bottom, marginLeft: left };
  // an option that is there and undefined would stand in the way of Plot's own
  const sides = Object.fromEntries(Object.entries(given).filter(([, px]) => px !== undefined));
  const options = { ...sides, ...rest };
  if (!parts) return plot({ ...options, width });
  const plots = parts.map((part) => plot({ ...options, width: width / columns, ...part }));
  return panels(plots, columns, { left: 0, bottom: 0 });
}

function plot({ style, x, y, ...options }: Plot.PlotOptions & { readonly width: number }) {
  const theme = plotTheme(options.width);
  const axis = { labelAnchor: "center", labelArrow: "none" } as const;
  return Plot.plot({
    ...theme,
    ...options,
    style: Object.assign({}, theme.style, style) as string,
    x: { ...axis, ...x },
    y: { ...axis, ...y },
  }) as SVGSVGElement;
}
