import { describe, expect, it } from "vitest";

import { readQuestion, writeAnswer } from "../../../rehearsal/services/dns-message";

function query(name: string, type: number): Buffer {
  const labels = name.split(".").flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  const header = Buffer.from([0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, type, 0, 1])]);
}

describe("DNS messages", () => {
  it("reads the name and type of a question", () => {
    expect(readQuestion(query("Istiod.istio-system.svc", 28))).toEqual({
      name: "istiod.istio-system.svc",
      type: 28,
    });
  });

  it("takes a truncated message for none", () => {
    const whole = query("istiod.svc", 1);
    expect(readQuestion(whole)).toBeDefined();
    for (let length = 0; length < whole.length - 2; length++) {
      expect(readQuestion(whole.subarray(0, length))).toBeUndefined();
    }
  });

  it("answers an address query with one record per address, under the query's id", () => {
    const answer = writeAnswer(query("gateway.test", 1), ["10.66.0.10", "10.66.0.11"]);
    expect(answer.subarray(0, 2)).toEqual(Buffer.from([0xab, 0xcd]));
    expect(answer.readUInt16BE(6)).toBe(2);
    expect([...answer.subarray(-4)]).toEqual([10, 66, 0, 11]);
    expect(answer.readUInt16BE(2) & 0xf).toBe(0);
  });

  it("answers other types of a known name with no record and no error", () => {
    const answer = writeAnswer(query("gateway.test", 28), ["10.66.0.10"]);
    expect(answer.readUInt16BE(6)).toBe(0);
    expect(answer.readUInt16BE(2) & 0xf).toBe(0);
  });

  it("says that an unknown name does not exist", () => {
    expect(writeAnswer(query("nothing.test", 1), undefined).readUInt16BE(2) & 0xf).toBe(3);
  });
});
