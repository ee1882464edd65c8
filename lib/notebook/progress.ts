import { SingleBar } from "cli-progress";
import { display, escapeHtml, kernel, replace, STYLE_ELEMENT } from "./display.ts";

/** A running job's bar. Call {@link finish} or let `await using` do it. */
export interface Progress extends AsyncDisposable {
  /** Says how much is done; cheap, call it as often as you like. */
  update(done: number, note?: string): void;
  /** One step more. */
  tick(note?: string): void;
  /** Turns the bar into one closing line. */
  finish(note?: string): Promise<void>;
}

/** Redraws are at least this far apart; more often is noise for a reader and for nbconvert. */
const REDRAW_MS = 250;

/**
 * A progress bar in the cell, or in the terminal outside a kernel; it moves in place and leaves one
 * line behind. Neither in a kernel nor in a terminal it is silent.
 *
 * @param label What is being done, plain text.
 * @param total The amount of work, in the unit of `update`.
 */
export async function progress(label: string, total: number): Promise<Progress> {
  return kernel() ? await cellProgress(label, total) : terminalProgress(label, total);
}

async function cellProgress(label: string, total: number): Promise<Progress> {
  const id = crypto.randomUUID(), start = performance.now();
  let done = 0, note = "", ended = false, drawn = start;
  // one redraw at a time and in order, or an old bar could overwrite the closing line
  let sending = display(barBundle(label, 0, total, note), id);
  await sending;
  const self: Progress = {
    update(now, say = note) {
      done = now, note = say;
      if (ended || performance.now() - drawn < REDRAW_MS) return;
      drawn = performance.now();
      sending = sending.then(() => replace(barBundle(label, done, total, note), id));
    },
    tick: (say) => self.update(done + 1, say),
    async finish(say = "") {
      if (ended) return;
      ended = true;
      await sending;
      await replace(closingBundle(closingLine(label, done, total, start, say)), id);
    },
    [Symbol.asyncDispose]: () => self.finish(),
  };
  return self;
}

function terminalProgress(label: string, total: number): Progress {
  const start = performance.now();
  const bar = Deno.stderr.isTerminal()
    ? new SingleBar({
      format: `${label} {bar} {value}/{total} {note}`,
      clearOnComplete: true,
      hideCursor: true,
      barsize: 24,
    })
    : undefined;
  bar?.start(total, 0, { note: "" });
  let done = 0, ended = false;
  const self: Progress = {
    update(now, note = "") {
      done = now;
      bar?.update(done, { note });
    },
    tick: (note) => self.update(done + 1, note),
    finish(note = "") {
      if (!ended && bar) {
        bar.stop();
        console.error(closingLine(label, done, total, start, note));
      }
      ended = true;
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => self.finish(),
  };
  return self;
}

function closingLine(label: string, done: number, total: number, start: number, note: string) {
  const seconds = (performance.now() - start) / 1000;
  const time = seconds < 100 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`;
  const count = done === total ? `${total} done` : `stopped at ${done} of ${total}`;
  return [`${label}: ${count} in ${time}`, note].filter(Boolean).join(", ");
}

function closingBundle(line: string) {
  return {
    "text/html": `${STYLE_ELEMENT}<div class="csc-progress">✓ ${escapeHtml(line)}</div>`,
    "text/plain": line,
  };
}

function barBundle(label: string, done: number, total: number, note: string) {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
  const words = `${done} of ${total}${note ? `, ${note}` : ""}`;
  return {
    "text/html": `${STYLE_ELEMENT}<div class="csc-progress"><span>${escapeHtml(label)}</span>` +
      `<span class="bar" role="progressbar" aria-valuemin="0" aria-valuemax="${total}" ` +
      `aria-valuenow="${done}"><i style="width:${(100 * share).toFixed(1)}%"></i></span>` +
      `<span>${escapeHtml(words)}</span></div>`,
    "text/plain": `${label}: ${words}`,
  };
}
