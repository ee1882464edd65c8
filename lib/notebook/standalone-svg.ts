import { type Font, FONT_FAMILY, FONT_PX, FONTS, INK } from "./plot-kit.ts";

/** A figure as SVG text that needs nothing but the theme's fonts to look right. */
export interface StandaloneSvg {
  readonly text: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

// Plot's own style sheet; the renderers know neither `:where` nor custom properties
const PLOT_STYLE = /<style>(?:(?!<\/style>)[\s\S])*?:where\([\s\S]*?<\/style>/g;

/**
 * A drawn figure as a file of its own: namespaces, size in millimetres, fixed colours in place of
 * `currentColor`, the theme's type. Fonts are not embedded yet: see {@link embedFonts}.
 *
 * @throws TypeError when the element has no size in pixels.
 */
export function standaloneSvg(svg: SVGSVGElement): StandaloneSvg {
  const widthPx = Number(svg.getAttribute("width")), heightPx = Number(svg.getAttribute("height"));
  if (!(widthPx > 0 && heightPx > 0)) {
    throw new TypeError(
      `the figure's size is "${svg.getAttribute("width")}" x "${svg.getAttribute("height")}"; ` +
        "give width and height in pixels",
    );
  }
  const inside = svg.innerHTML
    .replace(PLOT_STYLE, "")
    .replaceAll("currentColor", INK.text)
    .replace(/var\(--plot-background\)/g, "white");
  const kept = [...svg.attributes]
    .filter(({ name }) => !["width", "height", "viewBox", "style", "class"].includes(name))
    .filter(({ name }) => !name.startsWith("xmlns") && !name.startsWith("font-"))
    .map(({ name, value }) => `${name}="${escape(value.replaceAll("currentColor", INK.text))}"`);
  const millimetres = (px: number) => `${Number((px / 96 * 25.4).toFixed(3))}mm`;
  const head = [
    'xmlns="http://www.w3.org/2000/svg"',
    'xmlns:xlink="http://www.w3.org/1999/xlink"',
    `width="${millimetres(widthPx)}" height="${millimetres(heightPx)}"`,
    `viewBox="${escape(svg.getAttribute("viewBox") ?? `0 0 ${widthPx} ${heightPx}`)}"`,
    `font-family="${FONT_FAMILY}" font-size="${svg.getAttribute("font-size") ?? FONT_PX.tick}"`,
    ...kept,
  ];
  return { text: `<svg ${head.join(" ")}>${inside}</svg>`, widthPx, heightPx };
}

/** The SVG with the font files it uses inside, so that it looks the same everywhere. */
export async function embedFonts(svg: StandaloneSvg): Promise<string> {
  const faces = await Promise.all(FONTS.filter((font) => isUsed(font, svg.text)).map(fontFace));
  return svg.text.replace(">", `><style>${faces.join("")}</style>`) + "\n";
}

function isUsed(font: Font, text: string): boolean {
  if (font.italic) return /font-style(?:="|:\s*)italic/.test(text);
  return font.weight === 400 || /font-weight(?:="|:\s*)(?:600|700|bold)/.test(text);
}

async function fontFace(font: Font): Promise<string> {
  const data = (await Deno.readFile(font.path) as Uint8Array & { toBase64(): string }).toBase64();
  return `@font-face{font-family:"${FONT_FAMILY}";font-weight:${font.weight};` +
    `font-style:${font.italic ? "italic" : "normal"};` +
    `src:url(data:font/ttf;base64,${data}) format("truetype")}`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
