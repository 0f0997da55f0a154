import { systemClock } from "../clock";
import type { CommandOptions } from "../command-line";
import { exitStatus } from "../exit-status";
import type { ClientCertificate } from "../probes/secure-context";
import { systemTrust } from "../probes/trust";
import { durationText } from "../report/verdict-text";
import type { Target } from "../target";
import type { OutputStream, Terminal } from "../terminal";
import { httpSender } from "./http-sender";
import { watch } from "./watch";
import type { WatchSummary } from "./watch-tally";

/** A line for logs in between, this often. */
const plainProgressMs = 30_000;

/** The summary for people. */
export function renderWatch(summary: WatchSummary): string {
  const { total, failed, failures, notSent, unanswered, durationMs } = summary;
  const share = total === 0 ? 0 : (100 * failed) / total;
  const rate = durationMs === 0 ? 0 : (1000 * total) / durationMs;
  const kinds = Object.entries(failures).map(([kind, count]) => `             ${count} × ${kind}`);
  return [
    `requests     ${total} in ${durationText(durationMs)} (${rate.toFixed(1)}/s)`,
    `failed       ${failed} (${share.toFixed(3)} %)`,
    ...kinds,
    ...(notSent === 0 ? [] : [`not sent     ${notSent}, because too many were unanswered at once`]),
    ...(unanswered === 0 ? [] : [`unanswered   ${unanswered}, which were under way at the end`]),
    `longest gap  ${durationText(summary.longestGapMs)} without a right answer`,
    `latency      p50 ${durationText(summary.p50Ms)}, p99 ${durationText(summary.p99Ms)}, max ${durationText(summary.maxMs)}`,
    "",
  ].join("\n");
}

const progressText = ({ total, failed, longestGapMs, p99Ms }: WatchSummary) =>
  `${total} requests, ${failed} failed, longest gap ${durationText(longestGapMs)}, p99 ${durationText(p99Ms)}`;

function progressTo(stream: OutputStream): (summary: WatchSummary) => void {
  let lastMs = 0;
  return (summary) => {
    if (stream.isTTY) stream.write(`\r\u001b[2K${progressText(summary)}`);
    else if (summary.durationMs - lastMs >= plainProgressMs) {
      lastMs = summary.durationMs;
      stream.write(`${progressText(summary)}\n`);
    }
  };
}

/** What to trust at a target: a CA that is given, the gateway's own, or the system's; undefined without TLS. */
export async function trustedFor(
  { url, outputs }: Target,
  ca: string | undefined,
  bundle: string | undefined,
): Promise<readonly string[] | undefined> {
  if (url.protocol !== "https:") return undefined;
  if (ca !== undefined) return [ca];
  const gatewayCa = outputs?.gateway_ca ?? "";
  return gatewayCa === "" ? (await systemTrust(bundle)).certificates : [gatewayCa];
}

/** Watches until time is up or the signal aborts; returns the exit status. */
export async function watchCommand(
  target: Target,
  options: CommandOptions,
  { ca, client }: { readonly ca: string | undefined; readonly client: ClientCertificate | undefined },
  { stdout, stderr, signal, environment }: Terminal,
): Promise<number> {
  const trusted = await trustedFor(target, ca, environment["SSL_CERT_FILE"]);
  const sender = httpSender(target, {
    timeoutMs: options.requestTimeout,
    connections: options.connections,
    ...(trusted === undefined ? {} : { trusted }),
    ...(client === undefined ? {} : { client }),
  });
  const summary = await watch({
    send: sender.send,
    clock: systemClock,
    intervalMs: options.interval,
    ...(options.for === undefined ? {} : { forMs: options.for }),
    signal,
    onProgress: progressTo(stderr),
  });
  sender.close();
  if (stderr.isTTY) stderr.write("\r\u001b[2K");
  stdout.write(options.json ? `${JSON.stringify(summary, null, 2)}\n` : renderWatch(summary));
  if (summary.failed > 0) return exitStatus.failed;
  return summary.total > 0 ? exitStatus.passed : exitStatus.timeRanOut;
}
