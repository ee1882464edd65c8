import { trainThreeClasses } from "./samples.ts";

self.postMessage(await trainThreeClasses());
