import { trainThreeClasses } from "../../packages/lightgbm-wasm/test/samples.ts";

self.postMessage(await trainThreeClasses());
