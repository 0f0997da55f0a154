import { createSocket, type Socket } from "node:dgram";

import { readQuestion, writeAnswer } from "./dns-message";

/** The addresses of a name: none for a name without A records, undefined for a name that does not exist. */
export type Resolve = (name: string) => readonly string[] | undefined;

/** Does CoreDNS's work inside the rehearsal, and that of the cloud's DNS for simulated load balancers. */
export class DnsServer {
  private readonly sockets: Socket[] = [];

  constructor(private readonly resolve: Resolve) {}

  async listen(addresses: readonly string[], port = 53): Promise<void> {
    for (const address of addresses) {
      const socket = createSocket("udp4");
      socket.on("message", (query, { address: host, port: from }) => {
        const question = readQuestion(query);
        if (question !== undefined) socket.send(writeAnswer(query, this.resolve(question.name)), from, host);
      });
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.bind(port, address, resolve);
      });
      this.sockets.push(socket);
    }
  }

  close(): void {
    for (const socket of this.sockets.splice(0)) socket.close();
  }
}
