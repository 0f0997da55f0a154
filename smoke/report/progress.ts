import type { Terminal } from "../terminal";
import type { Waiting } from "../run-smoke";
import { layerTitles } from "../layer-name";
import { durationText, summaryOf } from "./verdict-text";

/** Shows what a run waits for while it waits. */
export interface Progress {
  readonly show: (waiting: Waiting) => void;
  readonly stop: () => Promise<void>;
}

/** A line says something new, or that it still goes on, at most this often. */
const repeatMs = 30_000;

export function waitingText({ layer, verdict, elapsedMs, timeoutMs }: Waiting): string {
  const time = `${durationText(elapsedMs)} of ${durationText(timeoutMs)}`;
  return `waiting for ${layerTitles[layer]}: ${summaryOf(verdict)} (${time})`;
}

/** Plain lines for logs: one for each change, and a sign of life in between. */
export function plainProgress(write: (line: string) => void): Progress {
  let lastReason = "";
  let lastMs = -Infinity;
  return {
    show: (waiting) => {
      const reason = `${waiting.layer} ${summaryOf(waiting.verdict)}`;
      if (reason === lastReason && waiting.elapsedMs - lastMs < repeatMs) return;
      lastReason = reason;
      lastMs = waiting.elapsedMs;
      write(`${waitingText(waiting)}\n`);
    },
    stop: () => Promise.resolve(),
  };
}

/** A spinner, loaded when there is something to wait for; its time runs on between two tries. */
function spinner(stream: NodeJS.WritableStream): Progress {
  let shown: { readonly waiting: Waiting; readonly atMs: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let started: Promise<{ text: string; stop(): unknown }> | undefined;
  const text = () => {
    if (shown === undefined) return "";
    const { waiting, atMs } = shown;
    return waitingText({ ...waiting, elapsedMs: waiting.elapsedMs + performance.now() - atMs });
  };
  const redraw = () => void started?.then((running) => (running.text = text()));
  return {
    show: (waiting) => {
      shown = { waiting, atMs: performance.now() };
      started ??= import("ora").then(({ default: ora }) =>
        ora({ stream, text: text(), discardStdin: false }).start(),
      );
      timer ??= setInterval(redraw, 1000);
      redraw();
    },
    stop: async () => {
      clearInterval(timer);
      (await started)?.stop();
    },
  };
}

/** A spinner on a terminal, plain lines elsewhere and in pipelines. */
export function newProgress({ stderr, environment }: Terminal): Progress {
  // A terminal without a width (a pseudo-terminal of a pipeline) has no line to redraw.
  if (stderr.isTTY && stderr.columns && !environment["CI"]) return spinner(process.stderr);
  return plainProgress((line) => stderr.write(line));
}
