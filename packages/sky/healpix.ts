/** Equal-area cells of the sky, and the order in which HATS catalogues are sorted and cut. */
export { healpix29, INDEX_ORDER, type Part, partition, type Pixel } from "./hats-order.ts";
export { skyCells } from "./sky-cells.ts";
