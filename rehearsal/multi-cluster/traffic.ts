import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** One answer, or what came in its place. */
export interface Seen {
  readonly atMilliseconds: number;
  /** Name of the pod that answered; undefined where nobody did. */
  readonly pod: string | undefined;
  /** What went wrong; undefined where nothing did. */
  readonly failure: string | undefined;
}

const pauseMilliseconds = 20;
const longestMilliseconds = 5000;

/** Asks one address again and again, one request at a time, until it is stopped. */
export class Traffic {
  readonly seen: Seen[] = [];
  private readonly stopping = new AbortController();
  private readonly agent = new Agent({ keepAlive: true });
  private readonly running: Promise<void>;

  constructor(
    private readonly address: { readonly host: string; readonly port: number },
    private readonly hostHeader: string,
  ) {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.agent.destroy();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const atMilliseconds = Date.now();
      const answer = await this.ask();
      this.seen.push({ atMilliseconds, ...answer });
      await delay(pauseMilliseconds);
    }
  }

  private ask(): Promise<Omit<Seen, "atMilliseconds">> {
    return new Promise((resolve) => {
      const fail = (failure: string) => {
        resolve({ pod: undefined, failure });
      };
      const sent = request(
        {
          ...this.address,
          agent: this.agent,
          headers: { host: this.hostHeader },
          timeout: longestMilliseconds,
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", ({ message }) => {
            fail(message);
          });
          response.on("end", () => {
            const [, pod] = /^Hostname=(\S+)/m.exec(Buffer.concat(parts).toString()) ?? [];
            if (response.statusCode === 200) resolve({ pod, failure: undefined });
            else fail(`status ${String(response.statusCode)}`);
          });
        },
      );
      sent.on("timeout", () => sent.destroy(new Error("no answer")));
      sent.on("error", ({ message }) => {
        fail(message);
      });
      sent.end();
    });
  }
}

/** What a failure of one side looked like from outside. */
export interface FailoverFinding {
  /** From the failure to the last request that went wrong; 0 where none did. */
  readonly detectedSeconds: number;
  /** Requests that went wrong until then. */
  readonly failedBefore: number;
  /** Requests after it, all answered. */
  readonly answeredAfter: number;
}

/** Reads in what was seen since a failure how long it was noticed. */
export function failoverOf(seen: readonly Seen[], failedAtMilliseconds: number): FailoverFinding {
  const since = seen.filter(({ atMilliseconds }) => atMilliseconds >= failedAtMilliseconds);
  const last = since.findLastIndex(({ failure }) => failure !== undefined);
  return {
    detectedSeconds: last < 0 ? 0 : ((since[last]?.atMilliseconds ?? 0) - failedAtMilliseconds) / 1000,
    failedBefore: since.slice(0, last + 1).filter(({ failure }) => failure !== undefined).length,
    answeredAfter: since.length - last - 1,
  };
}
