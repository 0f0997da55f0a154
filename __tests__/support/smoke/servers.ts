import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server as HttpServer,
} from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from "node:tls";

/** Servers of one test file, on ports that the system chooses; `close` ends them with their connections. */
export class Servers {
  private readonly open: Server[] = [];
  private readonly sockets = new Set<Socket>();

  private listen(server: Server | HttpServer, address = "127.0.0.1"): Promise<number> {
    this.open.push(server);
    server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
      // Faults are the point: a reset is no reason to end the test.
      socket.on("error", () => undefined);
    });
    return new Promise((resolve) => {
      server.listen(0, address, () => {
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  http(
    handler: RequestListener,
    onUpgrade?: (request: IncomingMessage, socket: Socket) => void,
  ): Promise<number> {
    const server = createHttpServer(handler);
    if (onUpgrade !== undefined) server.on("upgrade", onUpgrade);
    return this.listen(server);
  }

  https(options: ServerOptions, handler: RequestListener): Promise<number> {
    const server = createHttpsServer(options, handler);
    server.on("tlsClientError", () => undefined);
    return this.listen(server);
  }

  tls(options: TlsOptions, onConnection: (socket: TLSSocket) => void): Promise<number> {
    const server = createTlsServer(options, onConnection);
    server.on("tlsClientError", () => undefined);
    return this.listen(server);
  }

  tcp(onConnection: (socket: Socket) => void): Promise<number> {
    return this.listen(createTcpServer(onConnection));
  }

  /** The same on another address of this machine, such as `::1`. */
  listenOn(address: string, onConnection: (socket: Socket) => void): Promise<number> {
    return this.listen(createTcpServer(onConnection), address);
  }

  /** A port on which nothing listens. */
  async closedPort(): Promise<number> {
    const server = createTcpServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        resolve((server.address() as AddressInfo).port);
      });
    });
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.open.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

/** Answers as a gateway with the health route: 200 for /healthz, Envoy's own 404 for everything else. */
export const healthyGateway: RequestListener = (request, response) => {
  response.setHeader("server", "istio-envoy");
  if (request.url === "/healthz") {
    response.setHeader("x-envoy-upstream-service-time", "1");
    response.setHeader("content-type", "application/json");
    response.end('{"status":"OK"}');
    return;
  }
  response.writeHead(404).end();
};

/** A gateway that answers the health path in another way. */
export function gatewayWith(answer: RequestListener): RequestListener {
  return (request, response) => {
    if (request.url !== "/healthz") {
      healthyGateway(request, response);
      return;
    }
    response.setHeader("server", "istio-envoy");
    answer(request, response);
  };
}
