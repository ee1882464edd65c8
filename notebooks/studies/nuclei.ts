import { random } from "@csc-classify/forests";
import { fromGalactic } from "@csc-classify/sky";
import { CLASSES, columnOf, hostsOf, type LabelledSources } from "@csc-classify/chandra-sources";
import { takeSources } from "@csc-classify/chandra-sources/files";
import { behind } from "#lib/trust/absorption.ts";

const AGN = CLASSES.indexOf("AGN");

/**
 * Simulated nuclei behind the plane, made of the labelled AGN outside nearby hosts by another rule
 * than the training copies: within 3 degrees of the plane, columns evenly in their logarithm from
 * 10^21.5 to 10^23 cm^-2, fluxes up to ten times weaker, photon index 1.7, and 2.87e21 atoms a
 * magnitude (Foight et al. 2016, doi:10.3847/0004-637X/826/1/66). Those without a broad-band flux
 * left are left out.
 *
 * @returns The sources, and the row of the labelled source that each was made of.
 */
export function absorbedNuclei(
  sources: LabelledSources,
  seed: number,
): { sources: LabelledSources; parents: number[] } {
  const hosts = hostsOf(sources), stream = random(seed, "examination of the plane");
  const nuclei = [...sources.labels.keys()].filter((row) =>
    sources.labels[row] === AGN && hosts[row] === undefined
  );
  const sights = nuclei.map(() => ({
    ...fromGalactic(360 * stream.uniform(), 6 * stream.uniform() - 3),
    columnCm2: 10 ** (21.5 + 1.5 * stream.uniform()),
    dimming: 10 ** stream.uniform(),
  }));
  const law = { photonIndex: 1.7, atomsPerMag: 2.87e21, limitsOf: sources };
  const hidden = behind(takeSources(sources, nuclei), sights, law);
  const flux = columnOf(hidden, "flux_b"), seen = [...flux.keys()].filter((i) => flux[i] > 0);
  return { sources: takeSources(hidden, seen), parents: seen.map((i) => nuclei[i]) };
}

/** Rows of the labelled AGN within 10 degrees of the Galactic plane that a test lets pass. */
export function nucleiOfThePlane(
  { labels, matrix }: LabelledSources,
  isWanted: (row: number) => boolean,
): number[] {
  const latitude = columnOf({ matrix }, "gal_b");
  return [...labels.keys()].filter((row) =>
    labels[row] === AGN && Math.abs(latitude[row]) < 10 && isWanted(row)
  );
}
