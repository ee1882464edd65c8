import {
  type AcquireOptions,
  type Archives,
  COUNTERPART_CATALOGUES,
  CSC_TABLES,
  LABEL_CATALOGUES,
  LIVE_ARCHIVES,
} from "@csc-classify/chandra-archives";
import {
  type Area,
  boxConditions,
  type Cone,
  isSmall,
  NED_MOST_NAMES,
  type TapService,
  xMatchChunk,
} from "@csc-classify/vo-archives";
import { parseDec, parseRa } from "@csc-classify/vo-tables";
import { SettingError } from "#lib/run/settings.ts";
import { sha256 } from "@csc-classify/safe-files";

/** Radius of a position given without one, degrees: 3 arcsec. */
export const POSITION_RADIUS = 3 / 3600;

/** Degrees in a unit of a radius, by how it begins. */
const RADIUS_UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(arc\s*sec|''|"|″|”)/i, 1 / 3600],
  [/^(arc\s*min|'|′|’)/i, 1 / 60],
  [/^(deg|°)/i, 1],
];

/**
 * The text with its radius in degrees, where one with a unit stands at the end: `M 31, 12'` is
 * `M 31, 0.2`.
 */
export function withRadiusInDegrees(text: string): string {
  const [, before, number, unit = ""] =
    /^(.*?)(?:\s*[,;]\s*|\s+)(\d*\.?\d+(?:e-?\d+)?)\s*(arc\s*(?:sec|min)[a-z]*|deg[a-z]*|''|["'″”′’°])\.?\s*$/is
      .exec(text) ?? [];
  const [, degrees] = RADIUS_UNITS.find(([pattern]) => pattern.test(unit)) ?? [];
  if (degrees === undefined) return text;
  return `${before}, ${Number((Number(number) * degrees).toFixed(9))}`;
}

/**
 * One circle from text: right ascension and declination, in degrees or sexagesimal, and a radius in
 * degrees unless it states a unit (3 arcsec when absent): `10:32:00 -57:30:00 0.2`, `158.0, -57.5, 12'`.
 *
 * @throws SettingError on anything else.
 */
export function parseCone(given: string): Cone {
  const text = withRadiusInDegrees(given), parts = text.trim().split(/[\s,;]+/);
  const spread = parts.length >= 6; // 10 32 00 -57 30 00 0.2
  const [ra, dec, radius] = spread
    ? [parts.slice(0, 3).join(" "), parts.slice(3, 6).join(" "), parts[6]]
    : parts;
  const cone = {
    ra: angle(ra, parseRa),
    dec: angle(dec, parseDec),
    radius: radius === undefined ? POSITION_RADIUS : Number(radius),
  };
  const isWhole = parts.length <= (spread ? 7 : 3);
  if (isWhole && cone.ra >= 0 && cone.ra < 360 && Math.abs(cone.dec) <= 90 && cone.radius > 0) {
    if (cone.radius <= 10) return cone;
    throw new SettingError(
      `"${given}" has a radius of ${cone.radius} degrees; at most 10, or no area`,
    );
  }
  throw new SettingError(
    `"${given}" is no area; write right ascension, declination and radius in degrees, such as ` +
      `"10:32:00 -57:30:00 0.2" or "158.0 -57.5 12'"`,
  );
}

function angle(text: string | undefined, parse: (text: string) => number): number {
  if (text === undefined) return NaN;
  if (/^[+-]?\d+(\.\d*)?$/.test(text)) return Number(text);
  try {
    return parse(text);
  } catch {
    return NaN;
  }
}

/**
 * An area from a list of positions, one a line as {@link parseCone} reads them; a name before them
 * in quotes, empty lines, lines of `#` and a header (right ascension, declination, radius) are passed
 * over.
 *
 * @throws SettingError naming the line.
 */
export function parseArea(text: string, words: string): Area {
  const lines = text.split(/\r?\n/).map((line, i) => ({ line: line.trim(), number: i + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"));
  const cones = lines.flatMap(({ line, number }, i) => {
    try {
      return [parseCone(line.replace(/^(["']).*?\1[\s,;]+/, ""))];
    } catch (error) {
      if (i === 0 && lines.length > 1 && /^[a-z]/i.test(line)) {
        const [, , third] = line.split(/[\s,;]+/);
        if (third === undefined || /^r(ad|$)|size/i.test(third)) return [];
        throw new SettingError(`${words}: the third column is "${third}", no radius in degrees`);
      }
      throw new SettingError(`line ${number}: ${(error as Error).message}`);
    }
  });
  if (cones.length === 0) throw new SettingError(`${words} holds no positions`);
  return { cones, words };
}

/** What addresses of single services are called; "" is one that all of them lie below. */
const SERVICE_NAMES = ["csc20", "csc21", "vizier", "heasarc", "simbad", "xmatch", "ned", "sesame"];

/**
 * The archives; with a text, those served below one address, as `<base>/csc20`, `/csc21`, `/vizier`,
 * `/heasarc`, `/simbad`, `/xmatch`, `/ned` and `/sesame`: a mirror, or a stand-in for tests. A `|`
 * separates addresses of single services: `csc21=http://...|xmatch=http://...`.
 *
 * @throws SettingError naming a part that is no such address.
 */
export function archivesOf(text: string | undefined): Archives {
  if (!text) return LIVE_ARCHIVES;
  const parts = new Map<string, string>();
  for (const part of text.split("|")) {
    const [, name = "", url = ""] = /^\s*(?:(\w+)\s*=)?\s*(.*?)\/*\s*$/.exec(part) ?? [];
    const { protocol, search, hash } = URL.canParse(url) ? new URL(url) : { protocol: "" };
    const problem = name !== "" && !SERVICE_NAMES.includes(name)
      ? `"${name}" is no service`
      : !/^https?:$/.test(protocol) || search || hash
      ? `"${url}" is no address that begins with http:// or https:// and has no "?"`
      : parts.has(name)
      ? `${name || "the address of all"} is there twice`
      : undefined;
    if (problem) {
      throw new SettingError(
        `CSC_ARCHIVES: ${problem}; write one address, or NAME=ADDRESS with "|" between them, of ` +
          SERVICE_NAMES.join(", "),
      );
    }
    parts.set(name, url);
  }
  const base = parts.get("");
  const at = (name: string, live: string) =>
    parts.get(name) ?? (base === undefined ? live : `${base}/${name}`);
  const { csc, labels, xMatchUrl, nedUrl, sesameUrl, hosts } = LIVE_ARCHIVES;
  const given = [...parts.values()].flatMap((url) => URL.canParse(url) ? new URL(url).host : []);
  const tap = (service: TapService, name: string) => ({ ...service, url: at(name, service.url) });
  return {
    csc: { "2.0": tap(csc["2.0"], "csc20"), "2.1": tap(csc["2.1"], "csc21") },
    labels: {
      vizier: tap(labels.vizier, "vizier"),
      heasarc: tap(labels.heasarc, "heasarc"),
      simbad: tap(labels.simbad, "simbad"),
    },
    xMatchUrl: at("xmatch", xMatchUrl),
    nedUrl: at("ned", nedUrl),
    sesameUrl: at("sesame", sesameUrl),
    hosts: { ...hosts, names: [...hosts.names, ...given] },
  };
}

/** Name of an acquisition's folder: the release, then what was asked of it. */
export function folderName(asked: AcquireOptions): string {
  const { release, area, limit, counterpart = "nearest" } = asked;
  if (counterpart !== "nearest") {
    return `${folderName({ ...asked, counterpart: "nearest" })}-${counterpart}`;
  }
  if (!area) return limit === undefined ? release : `${release}-first-${limit}`;
  const [first] = area.cones, { ra, dec, radius } = first;
  const place = area.cones.length === 1
    ? [ra, dec, radius].map((value) => String(Number(value.toFixed(5)))).join("_")
    : `list-${sha256(JSON.stringify(area.cones)).slice(0, 8)}`;
  return `${release}-${place}${limit === undefined ? "" : `-first-${limit}`}`;
}

/** What would be asked of one service. */
export interface PlannedRequests {
  readonly service: string;
  readonly what: string;
  /** About so many; one more for each time that a service is slow or cuts. */
  readonly requests: number;
}

/** What an acquisition would ask, before anything is asked. */
export function planAcquisition(options: AcquireOptions): PlannedRequests[] {
  const { release, area, limit, archives = LIVE_ARCHIVES, ned } = options;
  const rows = area ? undefined : Math.min(limit ?? Infinity, CSC_TABLES[release].rows);
  const boxes = area ? boxConditions(area).length : 1;
  // a strip of 15,000 rows at most is halved from a larger one; its other half is not counted
  const strips = rows === undefined ? 0 : Math.ceil(rows / 10_000);
  // 5 to 180 arcsec by factors of two, most sources within the first
  const chunks = rows === undefined ? 2 : 7 + Math.ceil(rows / xMatchChunk(5));
  const csc = archives.csc[release];
  const plan = [
    {
      service: csc.name,
      what: `${CSC_TABLES[release].table}, ${rows === undefined ? area!.words : `${rows} rows`}`,
      requests: 2 + (rows === undefined ? 3 * boxes : 1 + 2 * strips),
    },
    {
      service: "CDS X-Match",
      what: COUNTERPART_CATALOGUES.map(({ title }) => title).join(", "),
      requests: COUNTERPART_CATALOGUES.length * (1 + chunks),
    },
    ...Object.entries(archives.labels).map(([service, { name }]) => {
      const ours = LABEL_CATALOGUES.filter((one) => one.service === service);
      const queries = new Set(
        ours.map(({ table, where, type }) => `${table} ${where} ${type?.column}`),
      );
      const each = area && isSmall(area) ? boxes : 3;
      const tables = [...new Set(ours.map(({ table }) => table.replaceAll('"', "")))].join(", ");
      return { service: name, what: tables, requests: 1 + each * queries.size };
    }),
  ];
  if (!ned) return plan;
  const what = `one a second for each source; more than ${NED_MOST_NAMES} only after notice`;
  return [...plan, { service: "NED", what, requests: rows ?? NaN }];
}
