import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { cacheFolder, PartCache, requireUsableCache } from "../../../rehearsal/programs/cache";
import { type Part } from "../../../rehearsal/programs/part";

const part: Part = {
  name: "etcd",
  folder: "etcd",
  version: "3.6.16",
  kind: "go",
  linkFlags: "",
  programs: [{ name: "etcd", goPackage: "." }],
  estimateSeconds: 1,
};

describe("the cache of programs", () => {
  let folder = "";
  let tools = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rehearsal-cache-"));
    tools = join(folder, "pins");
    mkdirSync(join(tools, "etcd"), { recursive: true });
    writeFileSync(join(tools, "etcd", "go.mod"), "module etcd\n");
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const open = () => new PartCache(folder, tools, part);
  const fill = () =>
    open().fill((target) => {
      writeFileSync(join(target, "etcd"), "program");
      return Promise.resolve();
    });

  it("is complete once everything was made", async () => {
    expect(open().isComplete).toBe(false);
    await fill();
    expect(open().isComplete).toBe(true);
    expect(existsSync(open().path("etcd"))).toBe(true);
  });

  it("takes a file that was cut short for one that has to be made again", async () => {
    await fill();
    truncateSync(open().path("etcd"), 3);
    expect(open().isComplete).toBe(false);
    await fill();
    expect(open().isComplete).toBe(true);
  });

  it("leaves nothing of a build that failed", async () => {
    const failing = open().fill((target) => {
      writeFileSync(join(target, "etcd"), "half");
      return Promise.reject(new Error("no space left on device"));
    });
    await expect(failing).rejects.toThrow("no space left");
    expect(open().isComplete).toBe(false);
    expect(readdirSync(join(folder, "tools"))).toEqual([]);
  });

  it("removes what a build that was killed left, but not what another one is writing", async () => {
    const parent = join(folder, "tools");
    const beside = (pid: number) => `${open().folder.split("/").at(-1) ?? ""}.partial-${pid.toString()}`;
    // The parent of this process runs; no process has the highest id.
    const [killed, running] = [beside(2 ** 22), beside(process.ppid)];
    for (const name of [killed, running]) mkdirSync(join(parent, name), { recursive: true });
    await fill();
    expect(readdirSync(parent)).toContain(running);
    expect(readdirSync(parent)).not.toContain(killed);
  });

  it("is another folder when a pin changes", () => {
    const before = open().folder;
    expect(open().folder).toBe(before);
    writeFileSync(join(tools, "etcd", "go.mod"), "module etcd // changed\n");
    expect(open().folder).not.toBe(before);
  });

  it("lies where the user's caches lie, unless a variable names another place", () => {
    expect(cacheFolder({ HOME: "/home/ann" })).toBe("/home/ann/.cache/istio-cdktf");
    expect(cacheFolder({ HOME: "/home/ann", XDG_CACHE_HOME: "/var/c" })).toBe("/var/c/istio-cdktf");
    expect(cacheFolder({ HOME: "/home/ann", REHEARSAL_CACHE: "/big/disk" })).toBe("/big/disk");
    expect(cacheFolder({ HOME: "/home/ann", REHEARSAL_CACHE: "disk" })).toBe(join(process.cwd(), "disk"));
    expect(cacheFolder({})).toBe(join(homedir(), ".cache", "istio-cdktf"));
  });

  it("is refused where nothing can be written", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => {
      requireUsableCache(join(folder, "file", "cache"));
    }).toThrow(/file\/cache cannot be written to \(ENOTDIR.*REHEARSAL_CACHE=<folder>/);
    expect(() => {
      requireUsableCache(join(folder, "new"));
    }).not.toThrow();
  });
});
