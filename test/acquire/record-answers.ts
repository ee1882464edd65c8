import { acquire } from "@csc-classify/chandra-archives";
import {
  type CachedRequest,
  type Fetched,
  isInside,
  type Provenance,
  type ResponseCache,
} from "@csc-classify/vo-archives";
import { DATA } from "#lib/run/files.ts";
import type { Recorded } from "#lib/tables/acquired.ts";
import type { RecordedAnswer } from "@csc-classify/vo-archives";
import { FixtureArchives } from "./fixture-archives.ts";
import { FIELD, InventedSky } from "./invented-sky.ts";

/** Keeps answers as they are recorded. */
class Recorder implements ResponseCache {
  readonly answers: RecordedAnswer[] = [];
  readonly fetched = 0;

  read(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  write(request: CachedRequest, { bytes, table }: Fetched): Promise<void> {
    const { service, url, query, parameters } = request;
    const answer = new TextDecoder().decode(bytes).split("\n");
    const kept = { service, url, query, parameters, rows: table.frame.height, answer };
    const isKnown = this.answers.some((one) => JSON.stringify(one) === JSON.stringify(kept));
    if (!isKnown) this.answers.push(kept);
    return Promise.resolve();
  }

  manifest(): Promise<Provenance[]> {
    return Promise.resolve([]);
  }
}

/** An acquisition of the invented field, with the archives' own addresses: every answer to it. */
export async function recordAnswers(): Promise<Recorded> {
  const recorder = new Recorder();
  const release = "2.0", area = { cones: [FIELD], words: "158 -57.5 0.2" };
  const sky = new InventedSky();
  await using fixture = new FixtureArchives(sky, { plain: true });
  await fixture.underLiveAddresses(() =>
    acquire({ release, area, ned: "few", nedEveryMs: 0, cache: recorder })
  );
  const key = ({ service, url, query }: RecordedAnswer) => `${service} ${url} ${query}`;
  return {
    note: "Invented answers, in the forms of the archives' own, to an invented field: no real " +
      "objects. Made by test/acquire/record-answers.ts.",
    release,
    area,
    truth: sky.truth.filter(({ ra, dec }) => isInside(area, ra, dec))
      .map(({ name, features, class: of }) => ({ name, class: of, features })),
    answers: recorder.answers.sort((a, b) => key(a) < key(b) ? -1 : 1),
  };
}

/** The recording as it lies in `data/`. */
export async function recordingText(): Promise<string> {
  return JSON.stringify(await recordAnswers(), null, 1) + "\n";
}

if (import.meta.main) {
  await Deno.writeTextFile(`${DATA}/recorded-answers.json`, await recordingText());
}
