import { createSocket, type RemoteInfo, type Socket } from "node:dgram";

import { readQuestion, writeAnswer } from "./dns-message";

/** The addresses of a name: none for a name without A records, undefined for a name that does not exist. */
export type Resolve = (name: string) => readonly string[] | undefined;

/** Does CoreDNS's work inside the rehearsal, and that of the cloud's DNS for simulated load balancers. */
export class DnsServer {
  private readonly sockets: Socket[] = [];

  constructor(
    private readonly resolve: Resolve,
    private readonly onProblem: (message: string) => void,
  ) {}

  async listen(addresses: readonly string[], port = 53): Promise<void> {
    for (const address of addresses) {
      const socket = createSocket("udp4");
      socket.on("message", (query, from) => {
        this.answer(socket, query, from);
      });
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.bind(port, address, resolve);
      });
      socket.on("error", (error) => {
        this.onProblem(`DNS: ${error.message}`);
      });
      this.sockets.push(socket);
    }
  }

  private answer(socket: Socket, query: Buffer, { address, port }: RemoteInfo): void {
    const question = readQuestion(query);
    if (question === undefined || port === 0) return;
    socket.send(writeAnswer(query, this.resolve(question.name)), port, address);
  }

  close(): void {
    for (const socket of this.sockets.splice(0)) socket.close();
  }
}
