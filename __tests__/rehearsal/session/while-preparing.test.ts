import { EventEmitter } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { RunFolder } from "../../../rehearsal/session/run-folder";
import { whilePreparing } from "../../../rehearsal/session/while-preparing";

class FakeProcess extends EventEmitter {
  public readonly exits: number[] = [];

  public exit(status: number): void {
    this.exits.push(status);
  }
}

let cache: string;
let folder: RunFolder;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "rehearsal-preparing-"));
  folder = RunFolder.create(cache, { environment: "local", startedAt: "", kept: false });
});

afterEach(() => {
  rmSync(cache, { recursive: true });
});

test("a rehearsal that is interrupted while it is prepared leaves nothing", async () => {
  const self = new FakeProcess();
  await whilePreparing(folder, () => Promise.resolve(self.emit("SIGINT")), self);
  expect(existsSync(folder.path)).toBe(false);
  expect(self.exits).toEqual([130]);
});

test("once it is prepared, its folder stays and signals are somebody else's", async () => {
  const self = new FakeProcess();
  expect(await whilePreparing(folder, () => Promise.resolve("prepared"), self)).toBe("prepared");
  expect(self.emit("SIGINT")).toBe(false);
  expect(existsSync(folder.path)).toBe(true);
});
