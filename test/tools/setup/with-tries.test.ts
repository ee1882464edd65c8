import assert from "node:assert/strict";
import { aptInstall } from "#tools/setup/apt-install.ts";
import { isDropped, withTries } from "#tools/setup/run-command.ts";

const PASSING = { isPassing: isDropped, tries: 3, waitMs: 1 };

Deno.test("what the network dropped is asked for again, as often as is said, what is wrong is not", async () => {
  let asked = 0;
  const failing = (message: string, until: number) => () => {
    asked++;
    return asked < until ? Promise.reject(new Error(message)) : Promise.resolve(asked);
  };
  assert.equal(await withTries(failing("Connection reset by peer", 3), PASSING), 3);
  asked = 0;
  await assert.rejects(withTries(failing("Read timed out", 9), PASSING), /timed out/);
  assert.equal(asked, 3);
  asked = 0;
  await assert.rejects(withTries(failing("THESE PACKAGES DO NOT MATCH THE HASHES", 9), PASSING));
  assert.equal(asked, 1);
});

Deno.test("whoever stops does not wait for the next try", async () => {
  const stop = new AbortController();
  const never = withTries(() => Promise.reject(new Error("Read timed out")), {
    ...{ ...PASSING, waitMs: 60_000 },
    signal: stop.signal,
    onWait: () => stop.abort(),
  });
  await assert.rejects(never, { name: "AbortError" });
});

const IS_ROOT = Deno.build.os === "linux" && Deno.uid() === 0;
if (!IS_ROOT) console.log("skipped: apt's lock: needs root on Linux");

Deno.test({
  name: "a lock of apt that another process holds is waited for, by apt-get itself or by us",
  ignore: !IS_ROOT,
  async fn() {
    const folder = await Deno.makeTempDir(), path = Deno.env.get("PATH")!;
    // fails once for the lists' lock, and keeps what it was asked
    const apt = `#!/bin/sh
echo "$@" >> ${folder}/asked
[ "$1" = --version ] && exit 0
[ -e ${folder}/free ] && exit 0
touch ${folder}/free
echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 12" >&2
exit 100
`;
    await Deno.writeTextFile(`${folder}/apt-get`, apt, { mode: 0o755 });
    Deno.env.set("PATH", `${folder}:${path}`);
    try {
      await aptInstall(["nothing"], undefined, 1);
      const asked = (await Deno.readTextFile(`${folder}/asked`)).trim().split("\n");
      assert.deepEqual(asked.map((line) => line.replace(/.*(version|update|install).*/, "$1")), [
        ...["version", "update", "update", "install"],
      ]);
      assert.match(asked[3], /-o DPkg::Lock::Timeout=300 .* install -q -y .* nothing$/);
    } finally {
      Deno.env.set("PATH", path);
      await Deno.remove(folder, { recursive: true });
    }
  },
});
