import { type Area, resolveName, type TapOptions } from "@csc-classify/vo-archives";
import { SettingError } from "#lib/run/settings.ts";
import { HOST_LISTS, OBJECT_NAMES } from "@csc-classify/chandra-sources";
import { withRadiusInDegrees } from "./plan.ts";

/** An area by name and where its place comes from. */
interface NamedArea {
  readonly area: Area;
  /** `M 31: 10.6847 41.2687, radius 2.06 degrees (its extent in our list of galaxies)`. */
  readonly shown: string;
}

/** Searched around a name of which only the place is known, degrees. */
const UNKNOWN_EXTENT = 0.1;

/**
 * The area of a name, with a radius in degrees behind a comma or with a decimal point, or with a
 * unit: `M 31`, `NGC 3603, 0.2`, `Cas A 0.05`, `Cas A 3 arcmin`. The lists that the project ships are looked at first (nearby galaxies
 * and those of the NGC, globular clusters, star-forming regions), which know the extent too, then the
 * name resolver of the CDS.
 *
 * @param options Of the resolver.
 * @throws SettingError for a name that nobody knows or that cannot be looked up, and for a radius of
 * more than 10 degrees.
 */
export async function namedArea(
  written: string,
  options: TapOptions & { readonly url?: string },
): Promise<NamedArea> {
  const text = withRadiusInDegrees(written);
  const [, words, given] = /^\s*(.*?)(?:\s*,\s*(\d*\.?\d+)|\s+(\d*\.\d+))?\s*$/s.exec(text)
    ?.map((part, i, parts) => i === 2 ? part ?? parts[3] : part) ?? [];
  const found = inLists(words);
  const place = found ?? await resolveName(words, options).catch((error) => {
    options.signal?.throwIfAborted();
    throw notAnArea(written, `as a name it could not be looked up (${(error as Error).message})`);
  });
  if (!place) {
    throw notAnArea(written, "no list of ours and no catalogue at the CDS knows that name");
  }
  const radius = given === undefined ? found?.radius ?? UNKNOWN_EXTENT : Number(given);
  if (!(radius > 0 && radius <= 10)) {
    throw new SettingError(
      `"${written}" has a radius of ${radius} degrees; above 0 and at most 10`,
    );
  }
  const from = found
    ? given === undefined ? `its extent in our list of ${found.list}` : `our list of ${found.list}`
    : "the CDS name resolver";
  const { ra, dec } = place;
  return {
    area: { cones: [{ ra, dec, radius }], words: written.trim() },
    shown: `${words}: ${ra} ${dec}, radius ${radius} degrees (${from})`,
  };
}

function notAnArea(text: string, why: string): SettingError {
  return new SettingError(
    `"${text}" is no area; write right ascension, declination and radius in degrees, such as ` +
      `"10:32:00 -57:30:00 0.2"; ${why}`,
  );
}

const KINDS = { galaxy: "galaxies", cluster: "globular clusters", region: "star-forming regions" };

/** The object of a name in the lists of hosts, and how far they reach out from it, degrees. */
function inLists(name: string) {
  const plain = (text: string) =>
    text.toLowerCase().replace(/[\s_-]/g, "").replace(/^messier/, "m");
  const asked = plain(name), listed = OBJECT_NAMES.get(asked) ?? asked;
  for (const { kind, objects, rim } of HOST_LISTS) {
    const found = objects.find((one) => [asked, listed].includes(plain(one.name)));
    if (!found) continue;
    const radius = Math.min(10, Number((rim * found.radiusArcmin / 60).toFixed(3)));
    return { ra: found.ra, dec: found.dec, radius, list: KINDS[kind] };
  }
  return undefined;
}
