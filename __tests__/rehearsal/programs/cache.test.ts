import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { cacheFolder, PartCache, requireUsableCache } from "../../../rehearsal/programs/cache";
import { cleanCache } from "../../../rehearsal/programs/clean-cache";
import { type Part } from "../../../rehearsal/programs/part";
import { partialFolder } from "../../../rehearsal/programs/partial-folder";

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

  describe("when it is cleaned", () => {
    const now = new Date("2026-03-01T00:00:00Z");
    const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
    const tool = (name: string, used: Date) => {
      const path = join(folder, "tools", name);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, "contents.json"), "{}");
      for (const file of [join(path, "contents.json"), path]) utimesSync(file, used, used);
      return path;
    };
    const left = () => readdirSync(join(folder, "tools")).sort();

    it("loses what a killed build left, but not what another one is writing", () => {
      const beside = partialFolder(open().folder).replace(/\d+$/, "");
      const name = (pid: number) => `${basename(beside)}${pid.toString()}`;
      // The parent of this process runs; no process has so high an id.
      const [killed, running] = [name(2 ** 22), name(process.ppid)];
      for (const each of [killed, running]) tool(each, now);
      cleanCache(folder, [], now);
      expect(left()).toEqual([running]);
    });

    it("leaves what a container may be writing for a day", () => {
      tool("etcd-3.6.16-1a2b.partial-1-7", daysAgo(2));
      tool("kwok-0.8.0-3c4d.partial-1-7", daysAgo(0.5));
      cleanCache(folder, [], now);
      expect(left()).toEqual(["kwok-0.8.0-3c4d.partial-1-7"]);
    });

    it("loses what nothing has used for a month", () => {
      const own = tool("etcd-3.6.16-1a2b", daysAgo(90));
      tool("etcd-3.6.15-3c4d", daysAgo(31));
      tool("etcd-3.6.14-5e6f", daysAgo(29));
      cleanCache(folder, [own], now);
      expect(left()).toEqual(["etcd-3.6.14-5e6f", "etcd-3.6.16-1a2b"]);
      // It was used now.
      cleanCache(folder, [], now);
      expect(left()).toContain("etcd-3.6.16-1a2b");
    });
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
