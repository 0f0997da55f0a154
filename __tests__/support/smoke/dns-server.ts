import { createSocket } from "node:dgram";
import { isIPv4 } from "node:net";
import dns from "dns-packet";

export interface Question {
  readonly name: string;
  readonly type: "A" | "AAAA" | "NS" | "SOA" | "other";
}

/** An answer: records, an error, or silence. */
export type Reply = { readonly records: readonly string[] } | "NXDOMAIN" | "SERVFAIL" | "REFUSED" | "silence";

const codes = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 } as const;
const responseFlags = dns.AUTHORITATIVE_ANSWER | dns.RECURSION_DESIRED | dns.RECURSION_AVAILABLE;

function readQuestion(type: dns.RecordType, name: string): Question {
  const known = type === "A" || type === "AAAA" || type === "NS" || type === "SOA";
  return { name: name.toLowerCase(), type: known ? type : "other" };
}

function recordOf(name: string, type: Question["type"], data: string): dns.Answer {
  switch (type) {
    case "SOA":
      return { name, type, ttl: 60, data: { mname: data, rname: `admin.${data}` } };
    case "A":
    case "other":
      return { name, type: "A", ttl: 60, data };
    case "AAAA":
    case "NS":
      return { name, type, ttl: 60, data };
  }
}

/** A DNS server on loopback that answers as a function says, and remembers what it was asked. */
export async function dnsServer(answer: (question: Question) => Reply) {
  const socket = createSocket("udp4");
  const asked: Question[] = [];
  socket.on("message", (bytes, from) => {
    const { id, questions = [] } = dns.decode(bytes);
    const [asking] = questions;
    if (asking === undefined) return;
    const question = readQuestion(asking.type, asking.name);
    asked.push(question);
    const reply = answer(question);
    if (reply === "silence") return;
    const packet: dns.Packet = {
      type: "response",
      id,
      flags: responseFlags | (typeof reply === "string" ? codes[reply] : 0),
      questions,
      answers:
        typeof reply === "string"
          ? []
          : reply.records.map((data) => recordOf(asking.name, question.type, data)),
    };
    socket.send(dns.encode(packet), from.port, from.address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, "127.0.0.1", resolve);
  });
  const { port } = socket.address();
  return {
    port,
    server: `127.0.0.1:${port}`,
    asked,
    close: () => new Promise<void>((resolve) => socket.close(resolve)),
  };
}

/** Records of one name by type: IPv4 addresses answer A, others AAAA. */
export function addressReply({ type }: Question, addresses: readonly string[]): Reply {
  return { records: addresses.filter((address) => type === (isIPv4(address) ? "A" : "AAAA")) };
}
