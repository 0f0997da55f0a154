import { describe, expect, test } from "vitest";

import { outcomeOf, readResults } from "../../../rehearsal/prove/conformance";
import { StepFailure } from "../../../rehearsal/steps";

const printed = `=== RUN   GatewayAPI
=== RUN   GatewayAPI/HTTPRouteSimple
    apply.go:252: --- PASS: GatewayAPI/NotATest (0.00s)
=== RUN   GatewayAPI/HTTPRouteSimple/0_request_to_'/'
--- FAIL: GatewayAPI (12.00s)
    --- PASS: GatewayAPI/HTTPRouteSimple (0.15s)
        --- PASS: GatewayAPI/HTTPRouteSimple/0_request_to_'/' (0.01s)
    --- FAIL: GatewayAPI/HTTPRouteRequestMirror (8.01s)
        --- FAIL: GatewayAPI/HTTPRouteRequestMirror/0_request_to_'/mirror' (8.00s)
    --- SKIP: GatewayAPI/UDPRoute (0.00s)
FAIL
`;

describe("the Gateway API's conformance suite", () => {
  test("is counted by its tests, not by their parts", () => {
    expect(readResults(printed)).toEqual({
      passed: ["HTTPRouteSimple"],
      failed: ["HTTPRouteRequestMirror"],
      skipped: ["UDPRoute"],
    });
  });

  test("fails its step with the names of the tests that failed", () => {
    expect(() => outcomeOf(readResults(printed), 1, "/log")).toThrow(
      new StepFailure("1 passed, 1 failed, 1 skipped\nHTTPRouteRequestMirror", "/log"),
    );
  });

  test("holds when all tests passed, and does not when it ended before the first", () => {
    const results = { passed: ["HTTPRouteSimple"], failed: [], skipped: ["UDPRoute"] };
    expect(outcomeOf(results, 0, "/log")).toEqual({ detail: "1 passed, 0 failed, 1 skipped", log: "/log" });
    expect(() => outcomeOf(readResults(""), 0, "/log")).toThrow("the suite ended with 0: 0 passed");
    expect(() => outcomeOf(results, 1, "/log")).toThrow("the suite ended with 1: 1 passed");
  });
});
