import { initWasm, Resvg } from "@resvg/resvg-wasm";
import PDFDocument from "pdfkit";
import svgToPdf from "svg-to-pdfkit";
import { type Font, FONT_FAMILY, FONTS } from "#figures/fonts.ts";
import { type StandaloneSvg, withoutFonts } from "#figures/standalone-svg.ts";
import { outFolder, packageFile } from "#lib/run/files.ts";
import { writeAtomic } from "@csc-classify/safe-files";
import { roomRemedy } from "../setup/setup-error.ts";

/**
 * Writes a saved figure, `out/figures/<id>.svg`, also as `.pdf` and `.png` at its printed width.
 *
 * @param title Goes into the PDF.
 * @returns The paths written.
 * @throws Error naming the SVG when it is not what a notebook saved, and what to do.
 */
export async function renderFigure(id: string, title: string): Promise<string[]> {
  const stem = `${outFolder()}/figures/${id}`;
  try {
    const svg = withoutFonts(await Deno.readTextFile(`${stem}.svg`));
    await writeAtomic(`${stem}.pdf`, await renderPdf(svg, title));
    await writeAtomic(`${stem}.png`, await renderPng(svg));
  } catch (error) {
    const { message } = error as Error;
    const remedy = roomRemedy(message) ?? "run its notebook again: deno task report --again";
    throw new Error(`${stem}.svg: ${message}; ${remedy}`, { cause: error });
  }
  return [`${stem}.pdf`, `${stem}.png`];
}

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

let ready: Promise<Uint8Array[]> | undefined;

async function start(): Promise<Uint8Array[]> {
  await initWasm(await Deno.readFile(packageFile("@resvg/resvg-wasm", "./index_bg.wasm")));
  return Promise.all(FONTS.map(({ path }) => Deno.readFile(path)));
}

/** A figure as PNG bytes on white, at 300 dots per inch unless told otherwise. */
export async function renderPng(svg: StandaloneSvg, dotsPerInch = 300): Promise<Uint8Array> {
  const fontBuffers = await (ready ??= start());
  const resvg = new Resvg(svg.text, {
    background: "white",
    fitTo: { mode: "width", value: Math.round(svg.widthPx / 96 * dotsPerInch) },
    font: { fontBuffers, defaultFontFamily: FONT_FAMILY, sansSerifFamily: FONT_FAMILY },
  });
  try {
    return resvg.render().asPng();
  } finally {
    resvg.free();
  }
}
