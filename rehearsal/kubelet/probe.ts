import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect } from "node:net";

import { type Container, type Probe } from "../api/objects";

const probeTimeoutMilliseconds = 1000;

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
  if (probe?.httpGet !== undefined) {
    const { path = "/", port, scheme = "HTTP", httpHeaders = [] } = probe.httpGet;
    const request = scheme === "HTTPS" ? requestHttps : requestHttp;
    const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
    const url = `${scheme.toLowerCase()}://${address}:${portNumber(port, container).toString()}${path}`;
    return await new Promise((resolve) => {
      const outgoing = request(
        {
          host: address,
          port: portNumber(port, container),
          path,
          headers,
          timeout: probeTimeoutMilliseconds,
          agent: false,
          rejectUnauthorized: false,
        },
        (response) => {
          response.resume();
          const { statusCode = 0 } = response;
          const isHealthy = statusCode >= 200 && statusCode < 400;
          resolve(isHealthy ? undefined : `GET ${url} answered ${statusCode.toString()}`);
        },
      );
      outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in time")));
      outgoing.on("error", ({ message }) => {
        resolve(`GET ${url}: ${message}`);
      });
      outgoing.end();
    });
  }
  if (probe?.tcpSocket === undefined) return undefined;
  const port = portNumber(probe.tcpSocket.port, container);
  return (await accepts(address, port))
    ? undefined
    : `${address}:${port.toString()} does not accept connections`;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: probeTimeoutMilliseconds });
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

/** A probe's port, which may be the name of one of the container's ports. */
export function portNumber(port: number | string, container: Container): number {
  if (typeof port === "number") return port;
  const named = container.ports?.find(({ name }) => name === port);
  return named?.containerPort ?? Number(port);
}
