import { systemClock } from "../../smoke/clock";
import type { Target } from "../../smoke/target";
import { httpSender } from "../../smoke/watch/http-sender";
import { watch } from "../../smoke/watch/watch";
import { trustedFor } from "../../smoke/watch/watch-command";
import type { WatchSummary } from "../../smoke/watch/watch-tally";

/** Requests that are sent while something else happens. */
export interface Watching {
  /** Ends it; what new connections came to, and kept ones. */
  stop(): Promise<readonly WatchSummary[]>;
}

const intervalMs = 10;
const timeoutMs = 5000;

/** Sends a hundred requests a second on new connections, and as many on kept ones, until it is stopped. */
export async function watchBeside(target: Target): Promise<Watching> {
  const trusted = await trustedFor(target, undefined, process.env["SSL_CERT_FILE"]);
  const stopping = new AbortController();
  const watches = (["new", "reuse"] as const).map(async (connections) => {
    const sender = httpSender(target, {
      timeoutMs,
      connections,
      ...(trusted === undefined ? {} : { trusted }),
    });
    const summary = await watch({
      send: sender.send,
      clock: systemClock,
      intervalMs,
      signal: stopping.signal,
    });
    sender.close();
    return summary;
  });
  return {
    stop: () => {
      stopping.abort();
      return Promise.all(watches);
    },
  };
}
