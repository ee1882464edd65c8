/** What a notebook needs to show things: `import { ... } from "#lib/notebook/mod.ts"`. */
export { progress } from "./progress.ts";
export { showBanner } from "./display.ts";
export { show } from "./tables.ts";
