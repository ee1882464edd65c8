/** What one notebook studies: of use to its question, not to a user of the library. */
export * from "./held-out.ts";
