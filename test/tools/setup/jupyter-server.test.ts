import assert from "node:assert/strict";
import { CACHE } from "#lib/run/files.ts";
import { jupyterVariables } from "#tools/setup/kernelspec.ts";
import { startServer, TOKEN } from "../../jupyter-server.ts";

/** A message of Jupyter's protocol, by what is read here. */
interface Message {
  readonly msg_type: string;
  readonly parent_header: { readonly msg_id?: string };
  readonly content: Record<string, unknown> & { data?: Record<string, string>; name?: string };
}

/** A notebook with a kernel of its own and the socket to it; both end with it. */
async function openNotebook({ api, port }: Awaited<ReturnType<typeof startServer>>) {
  const session = await api("POST", "sessions", {
    path: "notebooks/trial.ipynb",
    name: "",
    type: "notebook",
    kernel: { name: "deno" },
  });
  const { id } = session.kernel;
  const socket = new WebSocket(
    `ws://127.0.0.1:${port}/api/kernels/${id}/channels?token=${TOKEN}`,
  );
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  const end = async () => {
    const closed = new Promise((resolve) =>
      socket.addEventListener("close", resolve, { once: true })
    );
    socket.close();
    await closed;
    await api("DELETE", `sessions/${session.id}`);
  };
  return { id, socket, [Symbol.asyncDispose]: end };
}

/** Runs code in a kernel over its websocket; all messages that answer, to the end of the cell. */
function execute(socket: WebSocket, code: string): Promise<Message[]> {
  const id = crypto.randomUUID();
  const header = {
    msg_id: id,
    msg_type: "execute_request",
    session: "test",
    username: "",
    version: "5.3",
  };
  const content = { code, silent: false, store_history: true, allow_stdin: false };
  socket.send(
    JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: "shell" }),
  );
  const seen: Message[] = [];
  return new Promise((resolve) => {
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(data) as Message;
      if (message.parent_header.msg_id !== id) return;
      seen.push(message);
      const isDone = (type: string) => seen.some(({ msg_type }) => msg_type === type);
      const idle = seen.some(({ content }) => content.execution_state === "idle");
      // the kernel may send outputs just after it said that it is done
      if (idle && isDone("execute_reply")) setTimeout(() => resolve(seen), 100);
    });
  });
}

Deno.test("a real Jupyter server knows one kernel, runs cells in it and shows a table", async () => {
  await using server = await startServer();
  const { kernelspecs } = await server.api("GET", "kernelspecs");
  assert.ok(kernelspecs.deno.spec.argv.includes(Deno.execPath()));

  await using notebook = await openNotebook(server);
  const { socket } = notebook;
  const first = await execute(
    socket,
    `import { show } from "#show/mod.ts"; const answer: number = 6 * 7;`,
  );
  assert.equal(first.find(({ msg_type }) => msg_type === "execute_reply")?.content.status, "ok");
  const shown = await execute(socket, `show([{ answer }])`);
  const html = shown.find(({ msg_type }) => msg_type === "execute_result")?.content.data
    ?.["text/html"];
  assert.match(html ?? "", /<td class="n">42<\/td>/);
  const failed = await execute(socket, `throw new Error("on purpose")`);
  assert.ok(
    failed.some(({ msg_type, content }) => msg_type === "error" && content.evalue === "on purpose"),
  );
});

/** Work of some minutes on three columns of noise, in folds of a few seconds that are kept. */
const LONG_WORK = `
  await using bar = await progress("folds", 20);
  await crossValidate({
    matrix, labels, spec, seed: 1, folds: 20, iterations: 1, workers: 1, cacheFolder,
    onProgress: (done) => { console.log("fold", done); bar.update(done); },
  });`;

Deno.test({
  name: "Interrupt ends a cross-validation but not its kernel, and an idle kernel not at all",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const cacheFolder = await Deno.makeTempDir();
    await using server = await startServer();
    await using notebook = await openNotebook(server);
    const { socket, id } = notebook;
    const interrupt = () => server.api("POST", `kernels/${id}/interrupt`);
    const errors = (messages: Message[]) =>
      messages.filter(({ msg_type }) => msg_type === "error").map(({ content }) => content.evalue);
    const begun = await execute(
      socket,
      `import { FEATURE_NAMES } from "#lib/mod.ts";
      import { crossValidate } from "#lib/validation/cross-validate.ts";
      import { progress } from "#show/mod.ts";
      import { random } from "@csc-classify/forests";
      const kept = 42, nRows = 3000, names = FEATURE_NAMES.slice(0, 3), draw = random(1, "noise");
      const values = Float64Array.from({ length: 3 * nRows }, () => draw.uniform());
      const matrix = { names, values, nRows, nColumns: 3 };
      const labels = Int32Array.from({ length: nRows }, (_, i) => i % 3);
      const spec = { algorithm: "random-forest", features: names, transforms: [], parameters: { nTrees: 100 } };
      const cacheFolder = ${JSON.stringify(cacheFolder)};`,
    );
    assert.deepEqual(errors(begun), []);
    await interrupt();
    await interrupt();

    // the interrupts of the idle kernel do not end this, which gets as far as its first fold
    socket.addEventListener("message", async function first({ data }) {
      if (!/fold 1\b/.test((JSON.parse(data) as Message).content.text as string ?? "")) return;
      socket.removeEventListener("message", first);
      await interrupt();
    });
    const stopped = await execute(socket, LONG_WORK);
    assert.deepEqual(errors(stopped), [
      "stopped by Interrupt; what was fitted is kept, run the cell again to go on",
    ]);
    const [run] = await Array.fromAsync(Deno.readDir(cacheFolder));
    const folds = await Array.fromAsync(Deno.readDir(`${cacheFolder}/${run.name}`));
    assert.ok(folds.length >= 1 && folds.length < 20, `${folds.length} folds kept`);

    const after = await execute(socket, "console.log(kept + 1)");
    assert.ok(after.some(({ content }) => content.text === "43\n"), JSON.stringify(after));

    const loop = `const steps = await progress("steps", 1e12);
      console.log("begun");
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (let step = 0; step < 1e12; step++) steps.update(step);`;
    socket.addEventListener("message", async function first({ data }) {
      if ((JSON.parse(data) as Message).content.text !== "begun\n") return;
      socket.removeEventListener("message", first);
      await interrupt();
    });
    assert.match(String(errors(await execute(socket, loop))), /^stopped by Interrupt/);
    await Deno.remove(cacheFolder, { recursive: true });
  },
});

Deno.test("Jupyter's folders are inside the project", () => {
  for (const [name, value] of Object.entries(jupyterVariables())) {
    if (name.endsWith("DIR")) {
      assert.ok(value.startsWith(`${CACHE}/`), `${name}=${value}`);
    }
  }
});
