import { connect, createServer, type Server } from "node:net";

import { type Listener } from "./service-table";

/**
 * Does kube-proxy's work inside the rehearsal: answers on the Services' addresses and passes each
 * connection on to one of the ready endpoints.
 */
export class ServiceProxy {
  private listeners: ReadonlyMap<string, Listener> = new Map();
  private readonly servers = new Map<string, Server>();
  private turn = 0;

  constructor(private readonly onProblem: (message: string) => void) {}

  /** Opens and closes listeners until they are the ones wanted; connections in flight are left alone. */
  apply(wanted: ReadonlyMap<string, Listener>): void {
    this.listeners = wanted;
    for (const [key, server] of this.servers) {
      if (wanted.has(key)) continue;
      server.close();
      this.servers.delete(key);
    }
    for (const [key, { address, port }] of wanted) if (!this.servers.has(key)) this.open(key, address, port);
  }

  close(): void {
    this.apply(new Map());
  }

  private open(key: string, address: string, port: number): void {
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (client) => {
      const endpoints = this.listeners.get(key)?.endpoints ?? [];
      const endpoint = endpoints[this.turn++ % Math.max(endpoints.length, 1)];
      // A Service without ready endpoints refuses, as kube-proxy has it do.
      if (endpoint === undefined) {
        client.resetAndDestroy();
        return;
      }
      const upstream = connect({ host: endpoint.address, port: endpoint.port, allowHalfOpen: true });
      const abort = () => {
        client.resetAndDestroy();
        upstream.resetAndDestroy();
      };
      client.on("error", abort);
      upstream.on("error", abort);
      client.pipe(upstream);
      upstream.pipe(client);
      client.resume();
    });
    server.on("error", (error) => {
      this.onProblem(`${key}: ${error.message}`);
    });
    server.listen(port, address);
    this.servers.set(key, server);
  }
}
