import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

test("the project root is where package.json is", () => {
  expect(existsSync(join(__PROJECT_ROOT__, "package.json"))).toBe(true);
  expect(existsSync(join(__PROJECT_ROOT__, "no-such-file.json"))).toBe(false);
});
