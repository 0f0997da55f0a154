import { expect, test } from "vitest";

import { withSystemFolders } from "../../../rehearsal/namespace/system-path";

test("an ordinary user's PATH reaches the system's programs, after the user's own", () => {
  expect(withSystemFolders("/home/ada/bin:/usr/bin")).toBe(
    "/home/ada/bin:/usr/bin:/usr/local/sbin:/usr/sbin:/sbin",
  );
});

test("folders that are on the PATH already keep their place", () => {
  expect(withSystemFolders("/sbin:/usr/local/sbin:/bin:/usr/sbin")).toBe(
    "/sbin:/usr/local/sbin:/bin:/usr/sbin",
  );
});

test("no PATH at all is no obstacle", () => {
  expect(withSystemFolders(undefined)).toBe("/usr/local/sbin:/usr/sbin:/sbin");
});
