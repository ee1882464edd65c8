import { fromGalactic } from "@csc-classify/sky";
import { HOST_LISTS, OBJECT_NAMES, type SkyObject } from "@csc-classify/chandra-sources";
import { parsePosition, type Position } from "./parse-position.ts";

/** What a search asks for: nothing, a place on the sky, or a part of a name. */
type Found =
  | { readonly kind: "all" }
  | { readonly kind: "place"; readonly at: Position; readonly object?: SkyObject }
  | { readonly kind: "name"; readonly part: string };

const NUMBER = "[+-]?\\d+(?:\\.\\d*)?";
const GALACTIC = new RegExp(
  `^(?:gal(?:actic)?|l)\\s*=?\\s*(${NUMBER})°?[,\\s]+(?:b\\s*=?\\s*)?(${NUMBER})°?$`,
  "i",
);

/** Letters and digits of a name: "NGC 3115", "ngc3115" and "2CXO J1" with or without its blank. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll("−", "-").replace(/[^a-z0-9+.-]/g, "");
}

/** All objects of the shipped lists. */
export const OBJECTS: readonly SkyObject[] = HOST_LISTS.flatMap(({ objects }) => [...objects]);

let byName: Map<string, SkyObject> | undefined;

/** A number of a catalogue within a name: M16 of "Eagle M16". */
const NUMBERED = /\b(?:M|NGC|IC|RCW|Gum) ?\d+\b/g;

/** An object of the shipped lists by any of its names: of "Gum 31 NGC 3324" all, each and both. */
function objectOf(text: string): SkyObject | undefined {
  byName ??= new Map(
    OBJECTS.flatMap((object) =>
      [object.name, ...object.name.match(NUMBERED) ?? []].map((name) =>
        [plainName(name), object] as const
      )
    ).reverse(),
  );
  const name = plainName(text).replace(/^messier/, "m");
  return byName.get(name) ?? byName.get(OBJECT_NAMES.get(name) ?? "") ??
    // the beginning of a name that goes on in letters: "NGC 31" is not yet NGC 3115
    (/^[a-z]{4,}$/.test(name)
      ? OBJECTS.find((object) => plainName(object.name).startsWith(name))
      : undefined);
}

/**
 * Reads a search: a position in degrees or sexagesimal, `l 120.5 b -3.2`, an object of the shipped
 * lists, else a part of a source's name.
 *
 * @throws Error for what begins like a position and is none, saying what is wrong.
 */
export function findPlace(text: string): Found {
  const asked = text.trim();
  if (asked === "") return { kind: "all" };
  const galactic = GALACTIC.exec(asked.replaceAll("−", "-"));
  if (galactic) {
    const [l, b] = galactic.slice(1).map(Number);
    if (!(Math.abs(b) <= 90)) throw new RangeError(`latitude in “${text}” is beyond ±90°`);
    return { kind: "place", at: fromGalactic(((l % 360) + 360) % 360, b) };
  }
  if (/^[+-]?\d[\dhmsd°'":.\s]*[\s,+-]\s*[+-]?\d/.test(asked)) {
    return { kind: "place", at: parsePosition(asked) };
  }
  const object = objectOf(asked);
  if (object) return { kind: "place", at: { ra: object.ra, dec: object.dec }, object };
  return { kind: "name", part: asked };
}
