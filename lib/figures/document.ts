import { parseHTML } from "linkedom";

/** The DOM document that Plot draws in: `Plot.plot({ document, ... })`. */
export const document = parseHTML("<!doctype html><html><body></body></html>")
  .document as unknown as Document;
