/** Tables with units, UCDs and provenance as CSV, Parquet, VOTable and Arrow files. */
export { writeParquet } from "./write-parquet.ts";
export { PRODUCT_FORMATS, writeFormats, writeProduct } from "./write-product.ts";
export { writeVotable } from "./write-votable.ts";
