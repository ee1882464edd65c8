import { type Heap, instantiateLightgbm } from "../heap.ts";

/** The module that `deno task setup` builds. */
const MODULE = new URL("../../../.cache/lightgbm/lightgbm.wasm", import.meta.url);

let loaded: Promise<Heap> | undefined;

/** One instance of the built module for all tests of a file. */
export function builtLightgbm(): Promise<Heap> {
  return loaded ??= Deno.readFile(MODULE).then(instantiateLightgbm);
}
