import { simulateCatalogue } from "../sources/simulated.ts";
import type { Sources } from "./read-sources.ts";

/**
 * Simulated unidentified sources in batches, in the class shares of the paper's Table 8: they
 * stand in for the 269,366 sources whose table the authors have not published.
 */
export function* simulatedSources(rows: number, seed: number): Generator<Sources> {
  for (const { names, ra, dec, matrix } of simulateCatalogue({ rows, seed, labelled: false })) {
    yield { names, ra, dec, matrix };
  }
}
