import PDFDocument from "pdfkit";
import svgToPdf from "svg-to-pdfkit";
import type { StandaloneSvg } from "./standalone-svg.ts";
import { type Font, FONTS } from "./theme.ts";

const POINTS_PER_PX = 72 / 96;

/**
 * A figure as a one-page PDF of its own size with the fonts it uses embedded. The bytes depend on
 * the figure and the title alone: its date is always 1970.
 */
export async function renderPdf(svg: StandaloneSvg, title: string): Promise<Uint8Array> {
  const pages = new PDFDocument({
    size: [svg.widthPx * POINTS_PER_PX, svg.heightPx * POINTS_PER_PX],
    margin: 0,
    info: { Title: title, CreationDate: new Date(0) },
    // the first font of a document is made at once: without this pdfkit adds Helvetica
    font: FONTS[0].path,
  });
  for (const font of FONTS) pages.registerFont(fontId(font), font.path);
  const pieces: Uint8Array[] = [];
  pages.on("data", (piece: Uint8Array) => pieces.push(piece));
  const ended = new Promise<void>((resolve) => pages.on("end", () => resolve()));
  svgToPdf(pages, svg.text.replaceAll(/font-weight="(?:600|700)"/g, 'font-weight="bold"'), 0, 0, {
    width: svg.widthPx * POINTS_PER_PX,
    height: svg.heightPx * POINTS_PER_PX,
    fontCallback: (_family: string, bold: boolean, italic: boolean) =>
      fontId(FONTS.find((font) => font.italic === italic && (font.weight === 600) === bold)!),
  });
  pages.end();
  await ended;
  return new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
}

function fontId({ weight, italic }: Font): string {
  return `theme-${weight}${italic ? "-italic" : ""}`;
}
