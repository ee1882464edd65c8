import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

/** The Chromium on PATH, if there is one. */
export const chromiumPath: string | undefined = (Deno.env.get("PATH") ?? "").split(":")
  .flatMap((folder) => NAMES.map((name) => `${folder}/${name}`))
  .find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });

/** That Chromium, headless. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: ARGUMENTS });
}
