import { describe, expect, it } from "vitest";

import { parseFindings } from "../../../rehearsal/prove/analyze";
import { leftBehind } from "../../../rehearsal/prove/inventory";

describe("what a destroy leaves behind", () => {
  const before = { objects: new Set(["Namespace default"]), definitions: new Set<string>() };

  it("is what was not there before", () => {
    const after = {
      objects: new Set(["Namespace default", "Namespace istio-system"]),
      definitions: new Set(["a.istio.io"]),
    };
    expect(leftBehind(before, after)).toEqual({
      objects: ["Namespace istio-system"],
      definitions: ["a.istio.io"],
    });
  });

  it("is nothing when all has gone", () => {
    expect(leftBehind(before, before)).toEqual({ objects: [], definitions: [] });
  });
});

describe("findings of istioctl analyze", () => {
  it("are read past other output", () => {
    expect(parseFindings('note\n[{"code":"IST0101","level":"Error","message":"m"}]')).toHaveLength(1);
    expect(parseFindings("\n")).toEqual([]);
  });
});
