/** Scoring of catalogues, and the files it writes. */
export * from "./cmp-distribution.ts";
export * from "./product-provenance.ts";
export * from "./score-file.ts";
export * from "./scored-batch.ts";
export * from "./scored-columns.ts";
export * from "./votable-document.ts";
export * from "./write-csv.ts";
export * from "./write-parquet.ts";
export * from "./write-product.ts";
export * from "./write-votable.ts";
