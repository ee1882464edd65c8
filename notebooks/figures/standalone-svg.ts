import { Buffer } from "node:buffer";
import { escapeHtml } from "#show/display.ts";
import { type Font, FONT_FAMILY, FONT_PX, FONTS, INK } from "./fonts.ts";

/** A figure as SVG text that needs nothing but the theme's fonts to look right. */
export interface StandaloneSvg {
  readonly text: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

// Plot's own style sheet; the renderers know neither `:where` nor custom properties
const PLOT_STYLE = /<style>(?:(?!<\/style>)[\s\S])*?:where\([\s\S]*?<\/style>/g;

const GEOMETRY = / (?:[cr]?[xy]|[xy][12]|r|d|points|width|height|transform)="[^"]*"/g;

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
    // the figure has one name, its caption: what lies in an image is not read out part by part
    .replace(/ aria-(?:label|description|hidden)="[^"]*"/g, "")
    .replace(/var\(--plot-background\)/g, "white")
    // a hundredth of a pixel is finer than any printer; a dot without children needs no end tag
    .replace(GEOMETRY, (attribute) => attribute.replace(/(\.\d\d)\d+/g, "$1"))
    .replace(/><\/(circle|path|rect|line)>/g, "/>");
  const kept = [...svg.attributes]
    .filter(({ name }) => !["width", "height", "viewBox", "style", "class"].includes(name))
    .filter(({ name }) => !name.startsWith("xmlns") && !name.startsWith("font-"))
    .map(({ name, value }) =>
      `${name}="${escapeHtml(value.replaceAll("currentColor", INK.text))}"`
    );
  const millimetres = (px: number) => `${Number((px / 96 * 25.4).toFixed(3))}mm`;
  const head = [
    'xmlns="http://www.w3.org/2000/svg"',
    'xmlns:xlink="http://www.w3.org/1999/xlink"',
    `width="${millimetres(widthPx)}" height="${millimetres(heightPx)}"`,
    `viewBox="${escapeHtml(svg.getAttribute("viewBox") ?? `0 0 ${widthPx} ${heightPx}`)}"`,
    `font-family="${FONT_FAMILY}" font-size="${svg.getAttribute("font-size") ?? FONT_PX.tick}"`,
    ...kept,
  ];
  return { text: `<svg ${head.join(" ")}>${inside}</svg>`, widthPx, heightPx };
}

/** The SVG with the letters it uses of each font inside, so that it looks the same everywhere. */
export async function embedFonts(svg: StandaloneSvg): Promise<string> {
  const faces = await Promise.all(
    FONTS.filter((font) => isUsed(font, svg.text)).map((font) => fontFace(font, svg.text)),
  );
  return svg.text.replace(">", `><style>${faces.join("")}</style>`) + "\n";
}

/**
 * The drawing in a file that {@link embedFonts} made, without its fonts.
 *
 * @throws TypeError when the text is no such file.
 */
export function withoutFonts(text: string): StandaloneSvg {
  const [, widthPx, heightPx] =
    /^<svg [^>]*viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"/.exec(text)?.map(Number) ?? [];
  if (!(widthPx > 0 && heightPx > 0) || !text.trimEnd().endsWith("</svg>")) {
    throw new TypeError("this is not a whole figure as a notebook saves it");
  }
  return {
    text: text.replace(/><style>@font-face[^<]*<\/style>/, ">").trimEnd(),
    widthPx,
    heightPx,
  };
}

function isUsed(font: Font, text: string): boolean {
  if (font.italic) return /font-style(?:="|:\s*)italic/.test(text);
  return font.weight === 400 || /font-weight(?:="|:\s*)(?:600|700|bold)/.test(text);
}

/** Font files cut down to some letters, base64, by weight, slant and letters. */
const subsets = new Map<string, Promise<string>>();

async function fontFace(font: Font, text: string): Promise<string> {
  const letters = [...new Set(text)].sort().join("");
  const style = font.italic ? "italic" : "normal", key = `${font.weight} ${style} ${letters}`;
  // a figure drawn again with another colour has the same letters
  if (!subsets.has(key)) subsets.set(key, subset(font, letters));
  return `@font-face{font-family:"${FONT_FAMILY}";font-weight:${font.weight};font-style:${style};` +
    `src:url(data:font/woff2;base64,${await subsets.get(key)}) format("woff2")}`;
}

async function subset({ path }: Font, letters: string): Promise<string> {
  const { default: subsetFont } = await import("subset-font");
  const whole = Buffer.from(await Deno.readFile(path));
  return (await subsetFont(whole, letters, { targetFormat: "woff2" })).toString("base64");
}
