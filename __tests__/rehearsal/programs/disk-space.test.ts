import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import {
  freeSpaceAt,
  fullDiskMessage,
  requireSpace,
  shortages,
} from "../../../rehearsal/programs/disk-space";
import { CommandError } from "../../../rehearsal/namespace/run-command";

const freeAt = (folder: string) =>
  folder.startsWith("/big") ? { device: 1, megabytes: 20_000 } : { device: 2, megabytes: 500 };

describe("disk space", () => {
  it("is enough where all that goes to a filesystem fits together", () => {
    const needs = [
      { folder: "/big/cache", megabytes: 15_000 },
      { folder: "/small/tmp", megabytes: 500 },
    ];
    expect(shortages(needs, freeAt)).toEqual([]);
    expect(shortages([...needs, { folder: "/big/go", megabytes: 6000 }], freeAt)).toEqual([
      "/big/cache and /big/go: about 21.0 GB needed, 20.0 GB free",
    ]);
  });

  it("is asked for before work starts, with what is needed where", () => {
    expect(() => {
      requireSpace("for a rehearsal", [{ folder: "/small/runs", megabytes: 800 }], freeAt);
    }).toThrow(
      /^too little disk space for a rehearsal: \/small\/runs: about 800 MB needed, 500 MB free\. Free some/,
    );
    expect(() => {
      requireSpace("for a rehearsal", [{ folder: "/small/runs", megabytes: 400 }], freeAt);
    }).not.toThrow();
  });

  it("is known for a folder that does not exist yet", () => {
    const { device, megabytes } = freeSpaceAt(join(tmpdir(), "not", "there", "yet"));
    expect(device).toBe(freeSpaceAt(tmpdir()).device);
    expect(megabytes).toBeGreaterThan(0);
  });

  it("is named as the cause of an error that a program or Node reports, however deep", () => {
    const linker = "go: build failed\nlink: writing /cache/etcd: no space left on device\nand more";
    const ofProgram = new CommandError("go", ["build"], 1, { stdout: "", stderr: linker });
    const wrapped = new Error("etcd was not built", { cause: ofProgram });
    expect(fullDiskMessage(wrapped, ["/small/tmp", "/big/cache"], freeAt)).toContain(
      "the disk is full: link: writing /cache/etcd: no space left on device\nFree now: /small/tmp 500 MB, /big/cache 20.0 GB.",
    );
    const ofNode = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    expect(fullDiskMessage(ofNode, ["/small/tmp"], freeAt)).toContain("the disk is full");
    expect(fullDiskMessage(new Error("permission denied"), ["/small/tmp"], freeAt)).toBeUndefined();
  });
});
