import { escapeHtml } from "./escape-html.ts";
import { display } from "./kernel.ts";
import { STYLE_ELEMENT } from "./styles.ts";

/** What the banner needs to know of a training table or of the results' head. */
export interface BannerSource {
  readonly kind: string;
  readonly description: string;
}

/** The warning over everything made from simulated sources; "" for real ones. */
export function bannerHtml(table: BannerSource): string {
  if (table.kind !== "simulated") return "";
  return `<div class="csc-banner" role="alert"><b>SIMULATED DATA.</b> Every number, table and figure ` +
    `here comes from invented sources, not from the sky: ${
      escapeHtml(table.description)
    }. It shows ` +
    `that the project runs, nothing about Chandra. Run again with <code>--data published</code> ` +
    `for the paper's own table.</div>`;
}

/** Shows the simulated-data banner when the table is simulated, else nothing. */
export async function showBanner(table: BannerSource): Promise<void> {
  const html = bannerHtml(table);
  if (!html) return;
  await display({
    "text/html": STYLE_ELEMENT + html,
    "text/plain": `SIMULATED DATA: ${table.description}`,
  });
}
