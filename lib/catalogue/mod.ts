/** The eight classes, the 41 features and their scale, matrices of them, and the paper's numbers. */
export * from "./classes.ts";
export * from "./features.ts";
export * from "./matrix.ts";
export * from "./published-numbers.ts";
