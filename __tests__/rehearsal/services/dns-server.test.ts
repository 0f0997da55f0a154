import dns from "dns-packet";
import { describe, expect, it } from "vitest";

import { answerTo, type Resolve } from "../../../rehearsal/services/dns-server";

function query(name: string, type: dns.RecordType): Buffer {
  return dns.encode({ type: "query", id: 0xabcd, questions: [{ name, type }] });
}

function answer(name: string, type: dns.RecordType, resolve: Resolve) {
  const bytes = answerTo(query(name, type), resolve);
  if (bytes === undefined) throw new Error("no answer");
  const { id, answers, flags = 0 } = dns.decode(bytes);
  return {
    id,
    code: flags & 0xf,
    data: (answers ?? []).map((record) => (record.type === "A" ? record.data : record.type)),
  };
}

describe("the rehearsal's DNS server", () => {
  it("asks for a name in lower case", () => {
    const asked: string[] = [];
    answer("Istiod.istio-system.SVC", "A", (name) => {
      asked.push(name);
      return [];
    });
    expect(asked).toEqual(["istiod.istio-system.svc"]);
  });

  it("takes a truncated message for none", () => {
    const whole = query("istiod.svc", "A");
    expect(answerTo(whole, () => [])).toBeDefined();
    for (let length = 0; length < whole.length - 2; length++) {
      expect(answerTo(whole.subarray(0, length), () => [])).toBeUndefined();
    }
  });

  it("answers an address query with one record per address, under the query's id", () => {
    expect(answer("gateway.test", "A", () => ["10.66.0.10", "10.66.0.11"])).toEqual({
      id: 0xabcd,
      code: 0,
      data: ["10.66.0.10", "10.66.0.11"],
    });
  });

  it("answers other types of a known name with no record and no error", () => {
    expect(answer("gateway.test", "AAAA", () => ["10.66.0.10"])).toMatchObject({ code: 0, data: [] });
  });

  it("says that an unknown name does not exist", () => {
    expect(answer("nothing.test", "A", () => undefined)).toMatchObject({ code: 3, data: [] });
  });
});
