/** What a notebook shows things with: `import { ... } from "#show/mod.ts"`. */
export { numbers } from "./numbers.ts";
export { progress } from "./progress.ts";
export { show } from "./tables.ts";
