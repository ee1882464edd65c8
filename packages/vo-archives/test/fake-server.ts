/** One request as the fake server sees it. */
export interface FakeRequest {
  readonly method: string;
  /** Path with query string. */
  readonly path: string;
  /** Request line and headers. */
  readonly head: string;
  readonly body: string;
  /** The body's parameters if it is a plain form. */
  readonly form: URLSearchParams;
}

/** What the fake server answers. */
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array;
  /** `reset` answers nothing; `stall` stops after `bytes` and stays silent; `cut` hangs up there. */
  readonly fault?: "reset" | "stall" | "cut";
  readonly bytes?: number;
  /** Leave out Content-Length, so that only the end of the connection ends the body. */
  readonly unsized?: boolean;
}

/** An HTTP/1.0 server on a port of 127.0.0.1 that can misbehave below the level of HTTP. */
export class FakeServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.Conn>();
  readonly #done: Promise<void>;
  readonly requests: FakeRequest[] = [];

  constructor(public answer: (request: FakeRequest) => FakeAnswer) {
    this.#done = this.#serve();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) close(connection);
    await this.#done;
  }

  async #serve(): Promise<void> {
    const running: Promise<void>[] = [];
    try {
      for await (const connection of this.#listener) running.push(this.#handle(connection));
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    await Promise.all(running);
  }

  async #handle(connection: Deno.Conn): Promise<void> {
    this.#open.add(connection);
    try {
      const request = await readRequest(connection);
      if (!request) return;
      this.requests.push(request);
      const { status = 200, headers = {}, body = "", fault, bytes, unsized } = this.answer(request);
      if (fault === "reset") return;
      const content = typeof body === "string" ? new TextEncoder().encode(body) : body;
      const length = unsized ? {} : { "content-length": String(content.length) };
      const lines = Object.entries({ connection: "close", ...length, ...headers });
      const head = `HTTP/1.1 ${status} -\r\n` +
        lines.map(([name, value]) => value ? `${name}: ${value}\r\n` : "").join("") + "\r\n";
      await write(connection, new TextEncoder().encode(head));
      await write(connection, content.subarray(0, fault ? bytes : undefined));
      // the client hangs up on a stalled answer
      if (fault === "stall") await connection.read(new Uint8Array(1));
    } catch {
      // the client hung up first
    } finally {
      this.#open.delete(connection);
      close(connection);
    }
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // closed already
  }
}

async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

async function readRequest(connection: Deno.Conn): Promise<FakeRequest | undefined> {
  let text = "";
  const buffer = new Uint8Array(1 << 16), decoder = new TextDecoder("latin1");
  for (;;) {
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) {
      const length = Number(/^content-length:\s*(\d+)/im.exec(text.slice(0, end))?.[1] ?? 0);
      // a streamed form comes in chunks, the last of which is empty
      const chunked = /^transfer-encoding:\s*chunked/im.test(text.slice(0, end));
      const whole = chunked ? text.endsWith("0\r\n\r\n") : text.length >= end + 4 + length;
      if (whole) {
        const [method, path] = text.split(" ", 2), body = text.slice(end + 4);
        const head = text.slice(0, end);
        return { method, path, head, body, form: new URLSearchParams(body) };
      }
    }
    const count = await connection.read(buffer);
    if (count === null) return undefined;
    text += decoder.decode(buffer.subarray(0, count));
  }
}
