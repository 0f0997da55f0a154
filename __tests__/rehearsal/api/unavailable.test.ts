import { expect, test } from "vitest";

import { ApiError, isUnavailable } from "../../../rehearsal/api/client";

test("an API server that is away or overloaded may answer later", () => {
  expect(isUnavailable(Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }))).toBe(true);
  expect(isUnavailable(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }))).toBe(true);
  expect(isUnavailable(new ApiError("GET", "/", 503, "{}"))).toBe(true);
});

test("an answer that will stay the same is not waited for", () => {
  expect(isUnavailable(new ApiError("GET", "/", 403, "{}"))).toBe(false);
  expect(isUnavailable(new Error("pod asks for the field 'x'"))).toBe(false);
});
