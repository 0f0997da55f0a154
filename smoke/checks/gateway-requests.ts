import { Agent as HttpAgent } from "node:http";
import { sendHttp as send, type HttpObservation, type HttpTarget } from "../probes/http-probe";
import type { SendingOptions } from "./workload-requests";

/** Requests that may be sent again when a kept connection turns out to be closed: they change nothing twice. */
const repeatable = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];

/** Whether nobody took the request: everything that follows would wait as long. */
const isHanging = ({ kind, ...rest }: HttpObservation) =>
  kind === "silent" ||
  kind === "dribbles" ||
  (kind === "connect-failed" && "detail" in rest && rest.detail === "timed-out");

/**
 * Sends a request a number of times, over kept connections, to the addresses in turn. It stops at the first that hangs.
 *
 * @param addresses at least one
 */
export async function sendThroughGateway(
  target: Omit<HttpTarget, "address" | "agent" | "timeoutMs">,
  addresses: readonly string[],
  { repeat, concurrency, timeoutMs, signal }: SendingOptions,
  onObservation: (observation: HttpObservation) => void,
  sendHttp: typeof send = send,
): Promise<void> {
  const options = { keepAlive: true, maxSockets: concurrency };
  const agent =
    target.scheme === "https" ? new (await import("node:https")).Agent(options) : new HttpAgent(options);
  let started = 0;
  let hangs = false;
  async function sendOne(index: number): Promise<void> {
    const address = addresses[index % addresses.length] ?? "";
    const request = { ...target, address, timeoutMs };
    let observation = await sendHttp({ ...request, agent });
    const isStale = observation.kind !== "answer" && observation.reusedConnection === true;
    if (isStale && repeatable.includes(target.method ?? "GET")) observation = await sendHttp(request);
    hangs ||= isHanging(observation);
    onObservation(observation);
  }
  async function keepSending(): Promise<void> {
    while (started < repeat && !hangs && !signal.aborted) await sendOne(started++);
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, repeat) }, keepSending));
  agent.destroy();
}
