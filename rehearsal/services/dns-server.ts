import { createSocket, type RemoteInfo, type Socket } from "node:dgram";

import dns from "dns-packet";

/** The addresses of a name: none for a name without A records, undefined for a name that does not exist. */
export type Resolve = (name: string) => readonly string[] | undefined;

const timeToLiveSeconds = 5;
const responseFlags = dns.AUTHORITATIVE_ANSWER | dns.RECURSION_DESIRED | dns.RECURSION_AVAILABLE;
const noSuchName = 3;

/**
 * The answer to a query: addresses for type A, nothing for other types, "no such name" for an unknown one; undefined
 * where the message asks nothing.
 */
export function answerTo(query: Buffer, resolve: Resolve): Buffer | undefined {
  const packet = readPacket(query);
  const question = packet?.questions?.[0];
  if (packet === undefined || question === undefined) return undefined;
  const addresses = resolve(question.name.toLowerCase());
  return dns.encode({
    type: "response",
    id: packet.id,
    flags: responseFlags | (addresses === undefined ? noSuchName : 0),
    questions: [question],
    answers: (question.type === "A" ? (addresses ?? []) : []).map((data) => ({
      type: "A",
      name: question.name,
      ttl: timeToLiveSeconds,
      data,
    })),
  });
}

/** A packet; undefined where the bytes are none, as anybody may send. */
function readPacket(bytes: Buffer): dns.DecodedPacket | undefined {
  try {
    return dns.decode(bytes);
  } catch {
    return undefined;
  }
}

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
    const answer = answerTo(query, this.resolve);
    if (answer !== undefined && port !== 0) socket.send(answer, port, address);
  }

  close(): void {
    for (const socket of this.sockets.splice(0)) socket.close();
  }
}
