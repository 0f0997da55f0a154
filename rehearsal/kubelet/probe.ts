import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect } from "node:net";

import { type Container, type HttpGet, type Probe } from "../api/objects";

/** Kubernetes' defaults. */
const defaultTimeoutSeconds = 1;
const defaultSuccessThreshold = 1;
const defaultFailureThreshold = 3;

/** Counts what a probe said in a row: one answer that came late changes nothing. */
export class ProbeStreak {
  private count = 0;

  public constructor(private readonly probe: Probe | undefined) {}

  /** Whether a container is ready, that was so or not, after the next answer. */
  public isReadyAfter(wasReady: boolean, holds: boolean): boolean {
    if (holds === wasReady) {
      this.count = 0;
      return wasReady;
    }
    this.count++;
    const { successThreshold = defaultSuccessThreshold, failureThreshold = defaultFailureThreshold } =
      this.probe ?? {};
    if (this.count < (holds ? successThreshold : failureThreshold)) return wasReady;
    this.count = 0;
    return holds;
  }
}

/**
 * Asks a container's probe once, from the node's network, as a kubelet does.
 *
 * @returns what did not hold; undefined where all is well
 */
export async function probeProblem(
  probe: Probe | undefined,
  container: Container,
  address: string,
): Promise<string | undefined> {
  const { httpGet, tcpSocket, timeoutSeconds = defaultTimeoutSeconds } = probe ?? {};
  if (httpGet !== undefined) {
    const url = urlOf(httpGet, address);
    try {
      const patience = AbortSignal.timeout(timeoutSeconds * 1000);
      const statusCode = await callHttp(httpGet, container, address, patience);
      return statusCode >= 200 && statusCode < 400
        ? undefined
        : `GET ${url} answered ${statusCode.toString()}`;
    } catch (error) {
      const { name, message } = error as Error;
      return `GET ${url}: ${name === "TimeoutError" ? "no answer in time" : message}`;
    }
  }
  if (tcpSocket === undefined) return undefined;
  const said = `${address}:${tcpSocket.port.toString()} does not accept connections`;
  return await accepts(address, () => portNumber(tcpSocket.port, container), timeoutSeconds * 1000).then(
    (accepted) => (accepted ? undefined : said),
    ({ message }: Error) => `${said}: ${message}`,
  );
}

/**
 * Makes the HTTP request of a probe or a hook; resolves to the status.
 *
 * @throws Error where there is no answer, and where it cannot be asked for
 */
export async function callHttp(
  { host, path = "/", port, scheme = "HTTP", httpHeaders = [] }: HttpGet,
  container: Container,
  address: string,
  signal: AbortSignal,
): Promise<number> {
  const request = scheme === "HTTPS" ? requestHttps : requestHttp;
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
  const target = { host: host ?? address, port: portNumber(port, container), path };
  return await new Promise((resolve, reject) => {
    const options = { ...target, headers, signal, agent: false, rejectUnauthorized: false };
    const outgoing = request(options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on("error", (error) => {
      reject(error.name === "AbortError" && signal.reason instanceof Error ? signal.reason : error);
    });
    outgoing.end();
  });
}

function urlOf({ host, path = "/", port, scheme = "HTTP" }: HttpGet, address: string): string {
  return `${scheme.toLowerCase()}://${host ?? address}:${port.toString()}${path}`;
}

function accepts(host: string, port: () => number, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: port(), timeout });
    const finish = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => {
      finish(true);
    });
    socket.once("timeout", () => {
      finish(false);
    });
    socket.once("error", () => {
      finish(false);
    });
  });
}

/**
 * A probe's port, which may be the name of one of the container's ports.
 *
 * @throws Error where the container has no port of that name
 */
export function portNumber(port: number | string, container: Container): number {
  if (typeof port === "number") return port;
  const found = container.ports?.find(({ name }) => name === port)?.containerPort ?? Number(port);
  if (Number.isNaN(found)) throw new Error(`container ${container.name} has no port '${port}'`);
  return found;
}
