import { packageFile } from "#lib/run/files.ts";

/** The one type family of figures and pages; its files come from the pinned package. */
export const FONT_FAMILY = "Source Sans 3";

/** Lettering of a printed figure, in CSS pixels at final size: 7.5 pt and 8.25 pt. */
export const FONT_PX = { tick: 10, label: 11 } as const;

/** Colours besides those of the classes: ink, quiet ink, grid lines, the paper's red marks. */
export const INK = {
  text: "#1b1f24",
  quiet: "#5d666f",
  grid: "#e3e6e9",
  mark: "#b3202a",
} as const;

/** A font file of the theme. */
export interface Font {
  readonly weight: 400 | 600;
  readonly italic: boolean;
  readonly path: string;
}

const FOLDER = "@expo-google-fonts/source-sans-3";

/** The font files that figures are lettered with. */
export const FONTS: readonly Font[] = [
  { weight: 400, italic: false, path: "400Regular/SourceSans3_400Regular.ttf" },
  { weight: 400, italic: true, path: "400Regular_Italic/SourceSans3_400Regular_Italic.ttf" },
  { weight: 600, italic: false, path: "600SemiBold/SourceSans3_600SemiBold.ttf" },
].map((font) => ({ ...font, path: packageFile(FOLDER, `./${font.path}`) }) as Font);
