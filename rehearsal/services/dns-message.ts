/** A question of a DNS query. */
export interface DnsQuestion {
  readonly name: string;
  readonly type: number;
}

export const recordTypeA = 1;

const headerLength = 12;
const timeToLiveSeconds = 5;
const responseFlags = 0x8580; // an answer, authoritative, recursion desired and available
const noSuchName = 3;

/** The first question of a query; undefined where the message is none. */
export function readQuestion(query: Buffer): DnsQuestion | undefined {
  if (query.length < headerLength + 5 || query.readUInt16BE(4) === 0) return undefined;
  const labels: string[] = [];
  let offset = headerLength;
  for (;;) {
    const length = query[offset];
    if (length === undefined || length > 63) return undefined;
    offset += 1;
    if (length === 0) break;
    labels.push(query.toString("latin1", offset, offset + length));
    offset += length;
  }
  if (offset + 4 > query.length) return undefined;
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(offset) };
}

/** An answer to a query: addresses for type A, nothing for other types, "no such name" for an unknown one. */
export function writeAnswer(query: Buffer, addresses: readonly string[] | undefined): Buffer {
  const question = readQuestion(query);
  const questionEnd = question === undefined ? headerLength : headerLength + question.name.length + 2 + 4;
  const records = question?.type === recordTypeA ? (addresses ?? []) : [];
  const header = Buffer.alloc(headerLength);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(responseFlags | (addresses === undefined ? noSuchName : 0), 2);
  header.writeUInt16BE(question === undefined ? 0 : 1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, query.subarray(headerLength, questionEnd), ...records.map(addressRecord)]);
}

function addressRecord(address: string): Buffer {
  const record = Buffer.alloc(16);
  record.writeUInt16BE(0xc000 | headerLength, 0); // the name of the question
  record.writeUInt16BE(recordTypeA, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(timeToLiveSeconds, 6);
  record.writeUInt16BE(4, 10);
  address.split(".").forEach((part, index) => record.writeUInt8(Number(part), 12 + index));
  return record;
}
