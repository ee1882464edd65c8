import assert from "node:assert/strict";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { jupyterVariables, registerKernel } from "#tools/setup/kernelspec.ts";
import { PYTHON, pythonEnvironment } from "#tools/setup/python-environment.ts";

const TOKEN = "only-for-this-test";

/** A message of Jupyter's protocol, by what is read here. */
interface Message {
  readonly msg_type: string;
  readonly parent_header: { readonly msg_id?: string };
  readonly content: Record<string, unknown> & { data?: Record<string, string>; name?: string };
}

/** JupyterLab as `deno task lab` starts it, on a free port of this machine. */
async function startServer() {
  await pythonEnvironment();
  await registerKernel();
  using probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  const settings = {
    "ServerApp.root_dir": ROOT,
    "ServerApp.port": port,
    "ServerApp.port_retries": 0,
    "ServerApp.ip": "127.0.0.1",
    "IdentityProvider.token": TOKEN,
  };
  const server = new Deno.Command(PYTHON, {
    args: ["-m", "jupyterlab", "--no-browser", "--allow-root"]
      .concat(Object.entries(settings).map(([name, value]) => `--${name}=${value}`)),
    env: jupyterVariables(),
    stdout: "null",
    stderr: "null",
  }).spawn();
  const api = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/${path}`, {
      method,
      headers: { Authorization: `token ${TOKEN}` },
      body: body ? JSON.stringify(body) : undefined,
    });
    assert.ok(response.ok, `${method} ${path}: HTTP ${response.status}`);
    return response.status === 204 ? undefined : await response.json();
  };
  const end = async () => {
    server.kill("SIGTERM");
    await server.status;
  };
  for (let tries = 0;; tries++) {
    if (await api("GET", "status").then(() => true, () => false)) break;
    if (tries > 300) await end(), assert.fail("the server does not answer");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { port, api, [Symbol.asyncDispose]: end };
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
  assert.equal(kernelspecs.deno.spec.argv[0], Deno.execPath());

  const session = await server.api("POST", "sessions", {
    path: "notebooks/trial.ipynb",
    name: "",
    type: "notebook",
    kernel: { name: "deno" },
  });
  const socket = new WebSocket(
    `ws://127.0.0.1:${server.port}/api/kernels/${session.kernel.id}/channels?token=${TOKEN}`,
  );
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  const first = await execute(
    socket,
    `import { showTable } from "#lib/notebook/mod.ts"; const answer: number = 6 * 7;`,
  );
  assert.equal(first.find(({ msg_type }) => msg_type === "execute_reply")?.content.status, "ok");
  const shown = await execute(socket, `await showTable([{ answer }]);`);
  const html = shown.find(({ msg_type }) => msg_type === "display_data")?.content.data
    ?.["text/html"];
  assert.match(html ?? "", /<td class="n">42<\/td>/);
  const failed = await execute(socket, `throw new Error("on purpose")`);
  assert.ok(
    failed.some(({ msg_type, content }) => msg_type === "error" && content.evalue === "on purpose"),
  );
  const closed = new Promise((resolve) =>
    socket.addEventListener("close", resolve, { once: true })
  );
  socket.close();
  await closed;
  await server.api("DELETE", `sessions/${session.id}`);
});

Deno.test("Jupyter's folders are inside the project", () => {
  for (const [name, value] of Object.entries(jupyterVariables())) {
    if (name.endsWith("DIR")) {
      assert.ok(value.startsWith(`${CACHE}/`), `${name}=${value}`);
    }
  }
});
