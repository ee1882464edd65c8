import { outFolder } from "../run/paths.ts";
import { provenance } from "../run/provenance.ts";
import type { Settings } from "../run/settings.ts";
import { writeAtomic, writeJson } from "../run/write-atomic.ts";
import { COLUMN_PX, type Figure, PAGE_PX } from "./figure.ts";
import { renderPdf } from "./render-pdf.ts";
import { renderPng } from "./render-png.ts";
import { embedFonts, standaloneSvg } from "./standalone-svg.ts";

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
  const data = await figure.load();
  const svg = standaloneSvg(figure.draw(data, figure.width === "page" ? PAGE_PX : COLUMN_PX));
  const stem = `${outFolder()}/figures/${figure.id}`;
  const inputs = figure.inputs.map((path) => `${outFolder()}/${path}`);
  await writeAtomic(`${stem}.svg`, await embedFonts(svg));
  await writeAtomic(`${stem}.pdf`, await renderPdf(svg, figure.title));
  await writeAtomic(`${stem}.png`, await renderPng(svg));
  await writeJson(`${stem}.json`, {
    figure: figure.id,
    title: figure.title,
    caption: figure.caption(data),
    provenance: await provenance(settings, inputs),
  });
  return ["svg", "pdf", "png", "json"].map((extension) => `${stem}.${extension}`);
}
