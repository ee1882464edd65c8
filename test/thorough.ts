// How much of itself a long test does.

/** Whether tests run whole: `deno task test --thorough`. */
export const THOROUGH = Deno.env.get("CSC_THOROUGH") === "1";

/** So many of seeded cases, the first ones; a tenth of them where tests do not run whole. */
export function share(cases: number): number {
  return THOROUGH ? cases : Math.ceil(cases / 10);
}
