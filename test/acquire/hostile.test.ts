import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";
import { FixtureArchives } from "./fixture-archives.ts";
import { HOSTILITIES, type Outcome, SERVICES } from "./hostile-answers.ts";
import { InventedSky } from "./invented-sky.ts";
import { THOROUGH } from "../thorough.ts";

const SECRET = "what no archive sent";
const CASES = Object.keys(HOSTILITIES).flatMap((kind, k) =>
  SERVICES.map((service, s) => ({ kind, service, number: k * SERVICES.length + s }))
);
/** All hundred where tests run whole; else a tenth, of every service and of ten kinds. */
const CHOSEN = THOROUGH
  ? CASES
  : CASES.filter(({ number }) => number % 10 === Math.floor(number / 10) % 10);

/** Peak of a process's memory so far, MB. */
async function peakMemory(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const [, peak] = /VmHWM:\s*(\d+) kB/.exec(status) ?? [];
  return Number(peak) / 1024;
}

Deno.test("hostile answers end in words and in time, take no memory, and nothing outside the cache is read or written", async () => {
  const folder = await Deno.makeTempDir(), canary = `${folder}/secret.csv`;
  await Deno.writeTextFile(canary, `name,ra,dec\n${SECRET},158,-57.5\n`);
  await using fixture = new FixtureArchives(new InventedSky(), { plain: true });
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    // /CASE/SERVICE/...
    const url = new URL(request.url), [, number, ...path] = url.pathname.split("/");
    const { kind, service } = CASES[Number(number)];
    url.pathname = `/${path.join("/")}`;
    const good = await fixture.answer(new Request(url, request));
    if (path[0] !== service || good.status === 303) return good;
    return HOSTILITIES[kind](await good.text(), canary);
  });
  try {
    const address = `127.0.0.1:${server.addr.port}`;
    await using child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-check", "--no-prompt", "--allow-read", `--allow-write=${folder}`],
        ...["--allow-net", "--allow-ffi", "--allow-env", "--allow-sys"],
        ...[`${ROOT}/test/acquire/hostile-answers.ts`, `http://${address}`, `${folder}/kept`],
        ...CHOSEN.map(({ number }) => String(number)),
      ],
      ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
    }).spawn();
    const errorText = child.stderr.text();
    const outcomes: (Outcome & { readonly peak: number })[] = [];
    const go = child.stdin.getWriter();
    let line = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      line += part;
      if (!line.endsWith("\n")) continue;
      outcomes.push({ ...JSON.parse(line), peak: await peakMemory(child.pid) });
      line = "";
      await go.write(new TextEncoder().encode("\n"));
    }
    await go.close().catch(() => {}); // it has ended
    const errors = await errorText;
    assert.equal(outcomes.length, CHOSEN.length, errors);
    outcomes.forEach(({ end, seconds, peak }, i) => {
      const label = `${CHOSEN[i].kind}, ${CHOSEN[i].service}: ${end}`;
      assert.match(end, /^\d+ sources|Remedy: /, label);
      assert.doesNotMatch(end, /NO ARCHIVE ERROR|\p{Cc}/u, label);
      assert.ok(seconds < 60, `${label}: ${seconds} s`);
      assert.ok(peak < 500, `${label}: ${peak} MB`);
      // of the sources themselves all are there, or an error says why not
      if (/^\d+ sources/.test(end)) assert.match(end, /^24 sources/, label);
    });
    assert.ok(
      outcomes.every(({ peak }) => peak > 50),
      "a process has more than 50 MB: not measured",
    );
    const most = Math.max(...outcomes.map(({ peak }) => peak));
    console.log(`${outcomes.length} hostile answers, ${Math.round(most)} MB at most`);
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    assert.deepEqual(names.sort(), ["kept", "secret.csv"]);
    for await (const { name } of Deno.readDir(`${folder}/kept`)) {
      for await (const file of Deno.readDir(`${folder}/kept/${name}`)) {
        assert.match(
          file.name,
          /^([0-9a-f]{32}\.(json|response)|manifest\.json|\.csc-classify\.json)$/,
        );
        const kept = await Deno.readTextFile(`${folder}/kept/${name}/${file.name}`);
        assert.ok(!kept.includes(SECRET), `${name}/${file.name} has what no archive sent`);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
