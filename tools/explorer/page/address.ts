import { CLASSES, labelOf } from "@csc-classify/chandra-sources";
import { isSortKey, type SortKey } from "./selection.ts";
import type { SkyView } from "./sky-map.ts";

/** What of the page its address keeps: a source, the filters as the form has them, order, view. */
export interface PageState {
  /** Name of the picked source; "" for none. */
  readonly source: string;
  readonly search: string;
  readonly radius: string;
  readonly unit: string;
  /** Classes and origins that are left out, by place. */
  readonly withoutClasses: readonly number[];
  readonly withoutOrigins: readonly number[];
  readonly published: string;
  readonly lowest: string;
  readonly highest: string;
  readonly sort: { readonly key: SortKey; readonly descending: boolean };
  readonly view?: SkyView;
}

export const FIRST_STATE: PageState = {
  source: "",
  search: "",
  radius: "30",
  unit: "arcmin",
  published: "any",
  withoutClasses: [],
  withoutOrigins: [],
  lowest: "0",
  highest: "1",
  sort: { key: "interest", descending: true },
};

/** The part of an address behind `#`: `2CXO%20J...?q=M31&view=...`; what is as at first is not said. */
export function toAddress(state: PageState): string {
  const said = new URLSearchParams();
  const say = (key: string, value: string, first: string) => {
    if (value !== first) said.set(key, value);
  };
  say("q", state.search, "");
  say("r", `${state.radius}${state.unit}`, `${FIRST_STATE.radius}${FIRST_STATE.unit}`);
  say("without", state.withoutClasses.map((c) => CLASSES[c]).join(" "), "");
  say("not-of", state.withoutOrigins.join(" "), "");
  say("published", state.published, "any");
  say("cmp", `${state.lowest} ${state.highest}`, "0 1");
  say("sort", `${state.sort.key}${state.sort.descending ? "-" : ""}`, "interest-");
  if (state.view && state.view.zoom > 1) {
    const { l, b, zoom } = state.view;
    said.set("view", [l.toFixed(4), b.toFixed(4), zoom.toFixed(2)].join(" "));
  }
  const query = said.toString();
  return encodeURIComponent(state.source) + (query ? `?${query}` : "");
}

/** Reads what {@link toAddress} wrote; a name alone is a source, what makes no sense is as at first. */
export function fromAddress(text: string): PageState {
  const [name, query = ""] = text.replace(/^#/, "").split("?"), said = new URLSearchParams(query);
  const value = (key: string) => said.get(key) ?? "";
  const [, radius, unit] = /^([\d.]+)(arcsec|arcmin|deg)$/.exec(value("r")) ?? [];
  const [, lowest, highest] = /^([\d.]+) ([\d.]+)$/.exec(value("cmp")) ?? [];
  const [, key = "", down] = /^(\w+)(-?)$/.exec(value("sort")) ?? [];
  const [l, b, zoom] = value("view").split(" ").map(Number);
  return {
    source: decoded(name),
    search: value("q"),
    radius: radius ?? FIRST_STATE.radius,
    unit: unit ?? FIRST_STATE.unit,
    withoutClasses: value("without").split(" ").map(labelOf)
      .filter((c) => c >= 0),
    withoutOrigins: value("not-of").split(" ").filter(Boolean).map(Number)
      .filter(Number.isInteger),
    published: /^(any|same|other|none)$/.test(value("published")) ? value("published") : "any",
    lowest: lowest ?? "0",
    highest: highest ?? "1",
    sort: isSortKey(key) ? { key, descending: down === "-" } : FIRST_STATE.sort,
    view: [l, b, zoom].every(Number.isFinite) && zoom >= 1 && Math.abs(b) <= 90
      ? { l, b, zoom }
      : undefined,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a % that somebody typed
  }
}
