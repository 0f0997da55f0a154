import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect } from "node:net";

import { type Container, type Probe } from "../api/objects";

const probeTimeoutMilliseconds = 1000;

/** Asks a container's probe once, from the node's network, as a kubelet does. */
export async function probeSucceeds(
  probe: Probe | undefined,
  container: Container,
  address: string,
): Promise<boolean> {
  if (probe?.httpGet !== undefined) {
    const { path = "/", port, scheme = "HTTP", httpHeaders = [] } = probe.httpGet;
    const request = scheme === "HTTPS" ? requestHttps : requestHttp;
    const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
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
          resolve(statusCode >= 200 && statusCode < 400);
        },
      );
      outgoing.on("timeout", () => outgoing.destroy());
      outgoing.on("error", () => {
        resolve(false);
      });
      outgoing.end();
    });
  }
  if (probe?.tcpSocket !== undefined)
    return await accepts(address, portNumber(probe.tcpSocket.port, container));
  return true;
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
