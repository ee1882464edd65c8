import { oneByOne } from "@csc-classify/safe-files";
import { type ArchiveTable, readCsv } from "@csc-classify/vo-tables";
import { ArchiveError } from "./archive-error.ts";
import { ask, bytesOf, readResponse, type TapOptions } from "./ask.ts";
import { send, sleep } from "./send.ts";

const NAME = "NED";
/** Address of its photometry. */
export const NED_URL = "https://ned.ipac.caltech.edu/NED::API/PhotometryOfObject";

/** NED asks to be told before anything that takes more than six hours: so many names. */
export const NED_MOST_NAMES = 20_000;

/** Photometry of one source by feature. */
export interface NedPhotometry {
  readonly name: string;
  /** Feature and value: the mean of NED's measurements in the feature's unit. */
  readonly features: Readonly<Record<string, number>>;
  /** What was converted or refused, in words that name the passband. */
  readonly notes: readonly string[];
  /** Why there is no photometry, e.g. that NED does not know the name. */
  readonly absent?: string;
  /** Whether NED failed at this name: another run may have an answer. */
  readonly failed?: boolean;
}

/** Options of {@link fetchNed}. */
interface NedOptions extends TapOptions {
  /** The passbands wanted; others are passed over. */
  readonly passbands: readonly NedPassband[];
  readonly url?: string;
  /** Time from one request to the next, ms; NED's own rule, and the default, is 1000. */
  readonly everyMs?: number;
  /** Goes on with more than {@link NED_MOST_NAMES} names: NED's help desk has been told. */
  readonly allowMany?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

const turn = oneByOne();

/** Sends one request at a time in this process, whoever asks, `everyMs` from one to the next. */
function inTurn(everyMs: number): typeof send {
  return (request, options = {}) =>
    turn(async () => {
      options.signal?.throwIfAborted();
      const next = performance.now() + everyMs;
      try {
        return await send(request, { stallMs: 120_000, ...options }); // its own limit is 60 s
      } finally {
        await sleep(Math.max(0, next - performance.now()), options.signal);
      }
    });
}

/**
 * Photometry of sources by name, one request each, at most one a second and none side by side, as
 * NED asks of programs. With a cache, an interrupted run goes on where it stopped. A name that NED
 * does not know, knows without photometry, or fails at, yields an entry with `absent`.
 *
 * @param names Of CSC 2.0: NED does not know those of 2.1.
 * @throws RangeError on too many names; ArchiveError when NED fails for good; the signal's reason
 * when cancelled.
 */
export async function* fetchNed(
  names: readonly string[],
  options: NedOptions,
): AsyncGenerator<NedPhotometry> {
  const { everyMs = 1000, onProgress, url: base = NED_URL } = options;
  if (names.length > NED_MOST_NAMES && !options.allowMany) {
    const hours = Math.ceil(names.length / 3600);
    throw new RangeError(
      `${names.length} names would keep NED busy for ${hours} hours, and it asks for notice before ` +
        `more than six: ask its help desk, then say --ned-many; or take fewer than ${NED_MOST_NAMES}`,
    );
  }
  let failures = 0;
  for (const [i, name] of names.entries()) {
    const url = `${base}?${new URLSearchParams({ TARGET: name })}`;
    const request = { service: NAME, url, query: name, maxBytes: bytesOf(SIZE) };
    try {
      const table = await ask(request, (bytes) => readNed(bytes, name), options, inTurn(everyMs));
      failures = 0;
      yield toPhotometry(name, table, options.passbands);
    } catch (error) {
      const isOfName = error instanceof ArchiveError && error.kind === "query";
      if (!isOfName || ++failures === MOST_FAILURES) throw error;
      const absent = `NED could not answer: ${error.problem}`;
      yield { name, features: {}, notes: [absent], absent, failed: true };
    }
    onProgress?.(i + 1, names.length);
  }
}

/** So many names in a row that NED fails at are no matter of the names. */
const MOST_FAILURES = 20;

/** A well-studied galaxy has some hundred measurements, of about twenty columns. */
const SIZE = { rows: 20_000, columns: 40 };

/** Columns of the present service and of the one before it. */
const COLUMNS = [
  ["Bandpass", "Observed Passband"],
  ["Measurement", "Photometry Measurement"],
  ["Unit", "Units"],
] as const;

/**
 * The photometry in a VOTable of NED: passband, measurement, unit. An answer that says that there
 * is none is a table without rows.
 *
 * @throws ArchiveError on an answer that is neither.
 */
function readNed(bytes: Uint8Array, name: string): ArchiveTable {
  const text = new TextDecoder().decode(bytes);
  // NED gives its status as a PARAM, and its words as that PARAM's description
  const [, words = "an error without words"] =
    /<PARAM\b[^>]*"QUERY_STATUS"[^>]*"ERROR"[^>]*>\s*<DESCRIPTION>([^<]*)/.exec(text) ?? [];
  const failed = /<PARAM\b[^>]*"QUERY_STATUS"[^>]*"ERROR"/.test(text);
  const none =
    /no (such )?object|not (currently )?recogni[sz]ed|no (photometric )?data|not found|failed to resolve|no records/i;
  if ((failed || !/<TABLE\b/.test(text)) && none.test(text) && /<\/VOTABLE>\s*$/.test(text)) {
    return readCsv(new TextEncoder().encode(COLUMNS.map(([first]) => first).join(",") + "\n"));
  }
  if (failed) {
    throw new ArchiveError({
      kind: "query",
      service: NAME,
      query: name,
      problem: words.replace(/\s+/g, " ").trim(),
      remedy: "look the name up by hand at https://ned.ipac.caltech.edu",
      transient: true,
    });
  }
  const table = readResponse(bytes, { service: NAME, query: name, size: SIZE });
  const missing = COLUMNS.filter((names) =>
    !names.some((one) => table.frame.columns.includes(one))
  );
  if (missing.length === 0) return table;
  throw new ArchiveError({
    kind: "format",
    service: NAME,
    query: name,
    problem: `the answer has no table of photometry: no ${missing[0][0]}`,
    remedy: "run again; if it stays, look at the answer by hand: the service may have changed",
    transient: true,
  });
}

function toPhotometry(
  name: string,
  { frame }: ArchiveTable,
  passbands: readonly NedPassband[],
): NedPhotometry {
  if (frame.height === 0) return { name, features: {}, notes: [], absent: "NED has no photometry" };
  const values = new Map<string, number[]>(), notes: string[] = [];
  const [bands, measured, units] = COLUMNS.map((names) =>
    frame.getColumn(names.find((one) => frame.columns.includes(one))!).toArray()
      .map((cell) => String(cell ?? "").trim())
  );
  const limits = frame.columns.includes("FD Upper Limit")
    ? frame.getColumn("FD Upper Limit").toArray()
    : Array(frame.height).fill(null);
  bands.forEach((band, row) => {
    const passband = nedPassband(band, passbands);
    if (!passband || measured[row] === "") return;
    // neither "<0.3" nor a value marked as a limit is a measurement
    const { value, note } = isNaN(Number(measured[row])) || limits[row] !== null
      ? { note: `refused: "${measured[row]}" is no measurement` }
      : convertNed(passband, Number(measured[row]), units[row]);
    if (note) notes.push(`${band}: ${note}`);
    if (value === undefined) return;
    values.set(passband.feature, [...values.get(passband.feature) ?? [], value]);
  });
  const means = [...values].map(([feature, list]) =>
    [feature, list.reduce((sum, value) => sum + value) / list.length] as const
  );
  return { name, features: Object.fromEntries(means), notes };
}

/** What NED's photometry calls a feature, and how its fluxes become that feature. */
export interface NedPassband {
  readonly feature: string;
  /** NED's names, compared without regard to case and spaces. */
  readonly names: readonly string[];
  readonly kind: "magnitude" | "flux density" | "X-ray flux";
  /** Flux density of magnitude zero, Jy. */
  readonly zeroJy?: number;
}

/** The passband of NED's name; undefined for one that is none of the given. */
export function nedPassband(
  name: string,
  passbands: readonly NedPassband[],
): NedPassband | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/\s+/g, "");
  return passbands.find(({ names }) => names.some((one) => plain(one) === plain(name)));
}

/** Flux density of AB magnitude 0, Jy: -2.5 log10(Jy) + 8.9 (Oke & Gunn 1983, doi:10.1086/160817). */
const AB_JY = 3631;
/** A unit of magnitudes, and the system that it may state in front or behind; SDSS' asinh are AB. */
const MAGNITUDE = /^(ab|asinh|vega)?mag(?:nitudes?)?(ab|vega)?$/;
const SYSTEMS: Readonly<Record<string, "AB" | "Vega">> = { ab: "AB", asinh: "AB", vega: "Vega" };

const JY: Readonly<Record<string, number>> = {
  jy: 1,
  mjy: 1e-3,
  millijy: 1e-3,
  ujy: 1e-6,
  microjy: 1e-6,
  njy: 1e-9,
  nanojy: 1e-9,
};

/** A measurement in the feature's own unit, or the reason why it cannot be. */
interface ConvertedValue {
  /** Magnitude, microjansky, or erg/s/cm2; absent when refused. */
  readonly value?: number;
  /** What was done about another unit, or why the value was refused; absent when it was right. */
  readonly note?: string;
}

/**
 * Brings one of NED's measurements to the unit of its feature. NED lists flux densities under
 * passbands whose other entries are magnitudes (and the reverse), which the published table took
 * for what they are not: they are converted here, or refused. So are AB magnitudes of 2MASS and
 * WISE, whose features are Vega's: 0.9 (J) to 6.6 mag (W4) apart.
 */
export function convertNed(passband: NedPassband, measured: number, unit: string): ConvertedValue {
  const plain = unit.toLowerCase().replace(/[\s^]+/g, "");
  const { kind, zeroJy } = passband;
  const [, before, behind] = MAGNITUDE.exec(plain) ?? [];
  const isMagnitude = MAGNITUDE.test(plain);
  const system = SYSTEMS[before || behind || ""];
  if (kind === "magnitude" && isMagnitude) {
    // no counterpart is that bright or faint: such a number has another unit than it says
    if (!(measured > -5 && measured < 40)) {
      return { note: `refused: ${measured} is no magnitude, though NED says "${unit}"` };
    }
    const own = zeroJy === AB_JY ? "AB" : "Vega";
    if (system === undefined || system === own) return { value: measured };
    if (own === "AB") return { note: `refused: ${unit}, where the feature is AB` };
    return {
      value: measured - 2.5 * Math.log10(AB_JY / zeroJy!),
      note: `converted from AB to Vega, ${unit}`,
    };
  }
  const toJy = JY[plain];
  if (kind === "magnitude" && toJy !== undefined && measured > 0) {
    return { value: -2.5 * Math.log10(measured * toJy / zeroJy!), note: `converted from ${unit}` };
  }
  if (kind === "flux density" && toJy !== undefined) {
    const note = toJy === 1e-6 ? undefined : `converted from ${unit}`;
    return { value: measured * toJy * 1e6, note };
  }
  if (kind === "flux density" && isMagnitude) {
    const zero = system === "AB" ? AB_JY : zeroJy!;
    return { value: zero * 1e6 * 10 ** (-0.4 * measured), note: `converted from ${unit}` };
  }
  if (kind === "X-ray flux" && /^ergs?(\/s\/cm2?|s-1cm-2|cm-2s-1|\/cm2?\/s)$/.test(plain)) {
    return { value: measured };
  }
  return { note: `refused: unit "${unit}" is none of a ${kind}` };
}
