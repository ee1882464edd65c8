import { gzipSync } from "node:zlib";
import { acquire } from "@csc-classify/chandra-archives";
import { ArchiveError, FolderCache } from "@csc-classify/vo-archives";
import { archivesOf } from "#tools/acquire/plan.ts";
import { FIELD } from "./invented-sky.ts";

/** What a hostile service makes of a request; `good` is what an honest one would say. */
export type Hostility = (good: string, canary: string) => Response;

const text = (body: string, headers: HeadersInit = {}) => new Response(body, { headers });
const redirect = (location: string) => new Response(null, { status: 303, headers: { location } });

/** A body that goes on until the client hangs up. */
function endless(piece: string, everyMs?: number, start = ""): Response {
  const encoder = new TextEncoder();
  let timer: ReturnType<typeof setInterval> | undefined;
  const body = new ReadableStream({
    start(controller) {
      if (start) controller.enqueue(encoder.encode(start));
      if (everyMs) timer = setInterval(() => controller.enqueue(encoder.encode(piece)), everyMs);
    },
    pull(controller) {
      if (!everyMs) controller.enqueue(encoder.encode(piece));
    },
    cancel: () => clearInterval(timer),
  });
  return new Response(body);
}

const ROWS = /<TR>.*<\/TR>\n?/gs;
const HEAD = '<VOTABLE><RESOURCE><TABLE><FIELD name="a" datatype="double"/><DATA>';
const TAIL = "</DATA></TABLE></RESOURCE></VOTABLE>";

/** Twenty ways to answer. */
export const HOSTILITIES: Readonly<Record<string, Hostility>> = {
  "redirect to a file": (_, canary) => redirect(`file://${canary}`),
  "redirect to data": () => redirect("data:text/csv,name,ra,dec%0Asecret,1,2%0A"),
  "redirect to this machine": () => redirect("http://127.0.0.1:22/"),
  "redirect to itself": () => redirect(""),
  "flood": () => endless("<TR><TD>1</TD></TR>".repeat(5000), undefined, HEAD + "<TABLEDATA>"),
  "drip": () => endless(" ", 20, HEAD),
  "gzip bomb": () =>
    new Response(gzipSync(new Uint8Array(300e6)), { headers: { "content-encoding": "gzip" } }),
  "wrong count": (good) => text(good.replace(/<TD>\d+<\/TD>/, "<TD>987654</TD>")),
  "rows twice": (good) => text(good.replace(ROWS, "$&\n$&")),
  "rows from elsewhere": (good) => text(good.replace(/<TD>-57\.\d+/g, "<TD>12.5")),
  "no positions": (good) => text(good.replace(/<TD>(158|157)\.\d+/g, "<TD>NaN")),
  "columns turned round": (good) => text(good.replace(/(<FIELD[^>]*>)(<FIELD[^>]*>)/, "$2$1")),
  "login page": () => text("<!DOCTYPE html><html><form>Please log in<br></form></html>"),
  "entities": () =>
    text(
      `<!DOCTYPE a [<!ENTITY b "${"x".repeat(1000)}"><!ENTITY c "${"&b;".repeat(1000)}">]>` +
        `${HEAD}<TABLEDATA><TR><TD>&c;</TD></TR></TABLEDATA>${TAIL}`,
    ),
  "deep nesting": () => text("<VOTABLE>".repeat(400_000)),
  "stream without end": () =>
    text(`${HEAD}<BINARY><STREAM encoding="base64">${"A".repeat(3e6)}</STREAM></BINARY>${TAIL}`),
  "words for a terminal": () => new Response("\x1b]0;owned\x07\x1b[2Jgone", { status: 400 }),
  "names of objects": (good) =>
    text(
      good.replace(/name="\w+"/, 'name="__proto__"').replace(/name="\w+"/, 'name="constructor"'),
    ),
  "come back next year": () =>
    new Response("", { status: 503, headers: { "retry-after": "31536000" } }),
  "another encoding": (good) =>
    new Response(new Uint8Array(Uint16Array.from(good, (one) => one.charCodeAt(0)).buffer)),
};

export const SERVICES = ["csc21", "xmatch", "heasarc", "vizier", "simbad"] as const;

/** How one acquisition of a service's hostile answers ended. */
export interface Outcome {
  readonly end: string;
  readonly seconds: number;
}

/** Acquires the field from archives below an address and says how it ended. */
async function outcome(url: string, folder: string): Promise<Outcome> {
  const started = performance.now();
  const patience = { stallMs: 400, deadlineMs: 800, firstWaitMs: 1, attempts: 2 };
  const area = { cones: [FIELD], words: "field" }, cache = new FolderCache(folder);
  const end = await acquire({ release: "2.1", area, archives: archivesOf(url), cache, ...patience })
    .then(
      ({ sources, leftOut, problems }) =>
        `${sources.names.length} sources, ${leftOut.length} left out, ${problems.length} problems`,
      (error) => `${error instanceof ArchiveError ? "" : "NO ARCHIVE ERROR: "}${error.message}`,
    );
  return { end, seconds: (performance.now() - started) / 1000 };
}

// a process of its own, so that its memory is that of acquisitions alone: ADDRESS FOLDER CASE...;
// after each case it waits for a line, so that its memory can be looked at from outside
if (import.meta.main) {
  const [url, folder, ...cases] = Deno.args;
  for (const one of cases) {
    console.log(JSON.stringify(await outcome(`${url}/${one}`, `${folder}/cache-${one}`)));
    await Deno.stdin.read(new Uint8Array(1));
  }
}
