import { outFolder } from "../run/paths.ts";
import { provenance } from "../run/provenance.ts";
import type { Settings } from "../run/settings.ts";
import { writeAtomic, writeJson } from "../run/write-atomic.ts";
import { drawFigure } from "./draw-figure.ts";
import type { Figure } from "./figure.ts";
import { renderPdf } from "./render-pdf.ts";
import { renderPng } from "./render-png.ts";
import { embedFonts } from "./standalone-svg.ts";

/**
 * Writes a figure as `out/figures/<id>.svg`, `.pdf` and `.png` at its printed width, and
 * `<id>.json`: caption and provenance.
 *
 * @returns The paths written.
 * @throws What {@link Figure.load} throws when the results it shows are absent.
 */
export async function renderFigure<Data>(
  figure: Figure<Data>,
  settings: Pick<Settings, "seed" | "profile">,
): Promise<string[]> {
  const { svg, caption } = await drawFigure(figure);
  const stem = `${outFolder()}/figures/${figure.id}`;
  const inputs = figure.inputs.map((path) => `${outFolder()}/${path}`);
  await writeAtomic(`${stem}.svg`, await embedFonts(svg));
  await writeAtomic(`${stem}.pdf`, await renderPdf(svg, figure.title));
  await writeAtomic(`${stem}.png`, await renderPng(svg));
  await writeJson(`${stem}.json`, {
    figure: figure.id,
    title: figure.title,
    caption,
    provenance: await provenance(settings, inputs),
  });
  return ["svg", "pdf", "png", "json"].map((extension) => `${stem}.${extension}`);
}
