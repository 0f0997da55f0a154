import { describe, expect, it } from "vitest";

import { noticed } from "../../../rehearsal/report/report";

describe("what a report says was noticed on the way", () => {
  const different = (count: number) =>
    Array.from({ length: count }, (_, index) => `problem ${String(index)}`);

  it("is each problem once, in the order of their first appearance, with how often it was seen", () => {
    expect(noticed(["istiod: not ready", "network: refused", "istiod: not ready"])).toEqual([
      "istiod: not ready (2 times)",
      "network: refused",
    ]);
  });

  it("is cut where it is long, and says how many are left out and where they are", () => {
    expect(noticed(different(20))).toEqual(different(20));
    const cut = noticed([...different(23), "problem 3"]);
    expect(cut).toHaveLength(21);
    expect(cut[3]).toBe("problem 3 (2 times)");
    expect(cut.at(-1)).toBe("… and 3 more, in cluster.log");
  });
});
