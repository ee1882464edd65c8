import { kernel } from "#lib/run/interrupt.ts";

/** One output in several forms, keyed by media type; the front end takes the richest it knows. */
type Bundle = Readonly<Record<string, unknown>>;

/** The name under which Deno's kernel, and others, ask a value how it is shown. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** What shows itself when a cell ends in it. */
export interface Displayable {
  [DISPLAY](): Bundle;
}

/** A value that is shown as the given output. */
export function displayable(bundle: Bundle): Displayable {
  return { [DISPLAY]: () => bundle };
}

/**
 * Shows an output in the current cell; outside a kernel does nothing.
 *
 * @param id Gives the output a name, under which {@link replace} changes it in place.
 */
export function display(bundle: Bundle, id?: string): Promise<void> {
  return send("display_data", bundle, id);
}

/** Replaces the output shown under `id`, wherever it stands. */
export function replace(bundle: Bundle, id: string): Promise<void> {
  return send("update_display_data", bundle, id);
}

async function send(type: string, data: Bundle, id?: string): Promise<void> {
  const here = kernel();
  if (!here) return;
  await here.broadcast(type, { data, metadata: {}, transient: id ? { display_id: id } : {} });
  // Deno 2.9's kernel may say "cell done" before the last outputs are on their way, and a front
  // end drops what comes later: leave them a moment
  await new Promise((resolve) => setTimeout(resolve, 10));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text made safe for HTML content and quoted attributes. */
export function escapeHtml(text: unknown): string {
  return String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/**
 * Styles of the outputs. They follow the reader's theme: JupyterLab's variables where there are
 * any, else the page's own colours.
 */
export const STYLES = `
.csc-scroll{overflow-x:auto;max-width:100%;margin:.3em 0 .9em}
.csc-scroll table.csc{border-collapse:collapse;font-size:.92em;font-variant-numeric:tabular-nums;
color:inherit;border:0;margin:0;width:auto;min-width:0;table-layout:auto}
.csc-caption{font-weight:600;margin:.9em 0 .2em;font-size:.92em;max-width:44em}
table.csc th,table.csc td{padding:.28em .62em!important;border:0;text-align:left!important;
white-space:nowrap;background:none;color:inherit;vertical-align:baseline;max-width:none}
table.csc tbody th{font-weight:inherit}
table.csc .csc-text{white-space:normal;min-width:min(14em,60vw)}
table.csc .csc-long{min-width:min(28em,60vw)}
table.csc th.n,table.csc td.n{text-align:right!important}
table.csc thead th{border-bottom:1.5px solid currentColor;font-weight:600;vertical-align:bottom}
table.csc tbody tr{background:none!important}
table.csc tbody tr+tr>*{border-top:1px solid color-mix(in srgb,currentColor 14%,transparent)}
table.csc tbody tr:hover td{background:color-mix(in srgb,currentColor 7%,transparent)}
@media(max-width:34rem){.csc-scroll table.csc{font-size:.86em}
table.csc th,table.csc td{padding:.25em .4em!important}table.csc .p i{display:block}}
table.csc .u{display:block;font-weight:400;font-size:.85em;opacity:.7}
table.csc .m{opacity:.45}
.csc-note{font-size:.88em;opacity:.75;margin:.3em 0 0}
figure.csc{margin:.8em 0;max-width:100%}
figure.csc .csc-paper{background:#fff;color:#111;padding:10px;border-radius:4px;overflow-x:auto;
display:inline-block;max-width:100%;box-sizing:border-box}
figure.csc svg{font-family:"Source Sans 3",system-ui,sans-serif;display:block;max-width:100%;height:auto}
@media print{figure.csc .csc-paper{overflow:visible}figure.csc svg{min-width:0!important}}
figure.csc figcaption{font-size:.92em;max-width:44em;margin-top:.5em;line-height:1.45}
.csc-banner{border:2px solid #b35900;border-left-width:10px;background:#fff3d6;color:#3a2600;
padding:.8em 1em;margin:1em 0;border-radius:4px;font-size:1.02em;line-height:1.45}
.csc-banner b{color:#7a3d00;letter-spacing:.02em}
.csc-progress{display:flex;flex-wrap:wrap;gap:.2em .8em;align-items:center;font-size:.92em;
font-variant-numeric:tabular-nums}
.csc-progress .bar{flex:0 1 16em;min-width:8em;height:.6em;border-radius:.3em;overflow:hidden;
background:color-mix(in srgb,currentColor 18%,transparent)}
.csc-progress .bar i{display:block;height:100%;background:#0072b2}
`.trim();

/** The styles as an element to send along with each output, so that it looks right on its own. */
export const STYLE_ELEMENT = `<style>${STYLES.replaceAll("\n", "")}</style>`;

/** What the banner needs to know of a training table or of the results' head. */
interface BannerSource {
  readonly kind: string;
  readonly description: string;
}

/** The warning over everything made from simulated sources; "" for real ones. */
function bannerHtml(table: BannerSource): string {
  if (table.kind !== "simulated") return "";
  return `<div class="csc-banner" role="alert"><b>SIMULATED DATA.</b> Every number, table and figure ` +
    `here comes from invented sources, not from the sky: ${
      escapeHtml(table.description)
    }. It shows ` +
    `that the project runs, nothing about Chandra. Run again with <code>--data published</code> ` +
    `for the paper's own table.</div>`;
}

let simulated = false;

/** Whether all that the notebook shows is of simulated sources: what its captions say. */
export function isSimulatedRun(): boolean {
  return simulated;
}

/**
 * Shows the simulated-data banner when the table is simulated, else nothing; captions of tables say
 * it from here on.
 */
export async function showBanner(table: BannerSource): Promise<void> {
  const html = bannerHtml(table);
  simulated = html !== "";
  if (!html) return;
  await display({
    "text/html": STYLE_ELEMENT + html,
    "text/plain": `SIMULATED DATA: ${table.description}`,
  });
}
