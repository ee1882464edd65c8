import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { packageFile } from "../run/package-file.ts";
import type { StandaloneSvg } from "./standalone-svg.ts";
import { FONT_FAMILY, FONTS } from "./theme.ts";

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
