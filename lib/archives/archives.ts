import { PROFILES } from "../run/settings.ts";
import { type CscRelease } from "./csc.ts";
import type { LabelCatalogue } from "./label-catalogues.ts";
import { NED_URL } from "./ned.ts";
import { CSC_TAP, HEASARC_TAP, type TapService, VIZIER_TAP } from "./tap-service.ts";
import { X_MATCH_URL } from "./x-match.ts";

/** Where each kind of data comes from. */
export interface Archives {
  /** Whether they are stand-ins with invented data. */
  readonly recorded: boolean;
  readonly csc: Readonly<Record<CscRelease, TapService>>;
  readonly labels: Readonly<Record<LabelCatalogue["service"], TapService>>;
  readonly xMatchUrl: string;
  readonly nedUrl: string;
}

/** The archives themselves. */
export const LIVE_ARCHIVES: Archives = {
  recorded: false,
  csc: CSC_TAP,
  labels: { vizier: VIZIER_TAP, heasarc: HEASARC_TAP },
  xMatchUrl: X_MATCH_URL,
  nedUrl: NED_URL,
};

/** What a run of the acquisition does. */
export interface AcquisitionMode {
  /** `live` downloads everything; `recorded` runs on the hand-written responses. */
  readonly from: "live" | "recorded";
  /** Whether to ask the live archives what they have. */
  readonly probe: boolean;
  /** Why, in a sentence. */
  readonly words: string;
}

/**
 * Decides what a run does: it downloads only when the variable `CSC_ACQUIRE` is `live`, and the
 * smoke profile touches no network at all.
 *
 * @param isReachable Whether the archives can be reached; asked only when it matters.
 * @throws RangeError on another value of `CSC_ACQUIRE`.
 */
export async function acquisitionMode(
  profile: keyof typeof PROFILES,
  isReachable: () => Promise<boolean> = () => answers(VIZIER_TAP.url),
): Promise<AcquisitionMode> {
  const wish = Deno.env.get("CSC_ACQUIRE") ?? "";
  if (wish === "live") {
    return { from: "live", probe: true, words: "CSC_ACQUIRE is live: everything is downloaded." };
  }
  if (wish !== "" && wish !== "recorded") {
    throw new RangeError(`CSC_ACQUIRE is "${wish}"; use live, recorded, or leave it unset`);
  }
  const invented = "The steps below run on small responses written by hand: their numbers are " +
    "invented. Set CSC_ACQUIRE=live to download everything.";
  if (profile === "smoke" || wish === "recorded") {
    return { from: "recorded", probe: false, words: `No archive was asked. ${invented}` };
  }
  const probe = await isReachable();
  const found = probe ? "The archives can be reached and are probed." : "There is no network.";
  return { from: "recorded", probe, words: `${found} ${invented}` };
}

/** Whether anything answers at an address within ten seconds. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}
