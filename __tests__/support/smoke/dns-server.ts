import { createSocket } from "node:dgram";
import { isIPv4 } from "node:net";

const types = { 1: "A", 2: "NS", 6: "SOA", 28: "AAAA" } as const;
type RecordType = (typeof types)[keyof typeof types];

export interface Question {
  readonly name: string;
  readonly type: RecordType | "other";
}

/** An answer: records, an error, or silence. */
export type Reply = { readonly records: readonly string[] } | "NXDOMAIN" | "SERVFAIL" | "REFUSED" | "silence";

const codes = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 } as const;

function encodeName(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function encodeData(type: RecordType, value: string): Buffer {
  switch (type) {
    case "A":
      return Buffer.from(value.split(".").map(Number));
    case "AAAA":
      return Buffer.from(
        value.split(":").flatMap((part) => [parseInt(part, 16) >> 8, parseInt(part, 16) & 255]),
      );
    case "NS":
      return encodeName(value);
    case "SOA":
      return Buffer.concat([encodeName(value), encodeName(`admin.${value}`), Buffer.alloc(20)]);
  }
}

function readQuestion(query: Buffer): { question: Question; end: number } {
  const labels: string[] = [];
  let offset = 12;
  for (let length = query.readUInt8(offset); length > 0; length = query.readUInt8(offset)) {
    labels.push(query.toString("latin1", offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  const type = query.readUInt16BE(offset + 1) as keyof typeof types;
  return {
    question: { name: labels.join(".").toLowerCase(), type: types[type] ?? "other" },
    end: offset + 5,
  };
}

function encodeReply(
  query: Buffer,
  end: number,
  { type }: Question,
  reply: Exclude<Reply, "silence">,
): Buffer {
  const header = Buffer.from(query.subarray(0, 12));
  const records = typeof reply === "string" ? [] : reply.records;
  header.writeUInt16BE(0x8580 | (typeof reply === "string" ? codes[reply] : 0), 2);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt16BE(0, 8);
  header.writeUInt16BE(0, 10);
  const answers = records.map((value) => {
    const data = encodeData(type === "other" ? "A" : type, value);
    const fixed = Buffer.alloc(12);
    // A pointer to the question's name, then type, class, TTL and length.
    fixed.writeUInt16BE(0xc00c, 0);
    query.copy(fixed, 2, end - 4, end);
    fixed.writeUInt32BE(60, 6);
    fixed.writeUInt16BE(data.length, 10);
    return Buffer.concat([fixed, data]);
  });
  return Buffer.concat([header, query.subarray(12, end), ...answers]);
}

/** A DNS server on loopback that answers as a function says, and remembers what it was asked. */
export async function dnsServer(answer: (question: Question) => Reply) {
  const socket = createSocket("udp4");
  const asked: Question[] = [];
  socket.on("message", (query, from) => {
    const { question, end } = readQuestion(query);
    asked.push(question);
    const reply = answer(question);
    if (reply !== "silence") socket.send(encodeReply(query, end, question, reply), from.port, from.address);
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
