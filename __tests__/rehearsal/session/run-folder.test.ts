import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { enterCommand, removeCrashed, runningSessions } from "../../../rehearsal/session/kept-sessions";
import { startTicksOf } from "../../../rehearsal/namespace/process-start";
import { type Holder, isAlive, RunFolder } from "../../../rehearsal/session/run-folder";

const start = new Date("2026-01-01T00:00:00Z");
const later = new Date("2026-01-01T01:00:00Z");

describe("folders of rehearsals", () => {
  let cache = "";

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "rehearsal-runs-"));
  });

  afterEach(() => {
    rmSync(cache, { recursive: true });
  });

  const create = (holder?: Holder) =>
    RunFolder.create(cache, {
      environment: "local",
      startedAt: start.toISOString(),
      kept: false,
      ...(holder === undefined ? {} : { holder }),
    });
  const nsenterArguments = ["--user", "--net"];
  const here = { pid: process.pid, startTicks: startTicksOf(process.pid) ?? "", nsenterArguments };
  const gone = { ...here, startTicks: "1" };

  it("belong to a process that is known by its id and its start", () => {
    const record = { environment: "local", startedAt: "", kept: false };
    expect(isAlive({ ...record, holder: here })).toBe(true);
    expect(isAlive({ ...record, holder: gone })).toBe(false);
    expect(isAlive(record)).toBe(false);
  });

  it("do not belong to a process that has ended and whose parent has not asked for its status", async () => {
    // exec leaves the shell's child to a parent that does not wait for it.
    const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"]);
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
    await expect.poll(() => readFileSync(`/proc/${pid.toString()}/stat`, "utf8")).toMatch(/\) Z /);
    expect(startTicksOf(pid)).toBeUndefined();
    expect(startTicksOf(parent.pid ?? 0)).toMatch(/^\d+$/);
    parent.kill();
  });

  it("are refused where the path of their socket would be too long for the kernel", () => {
    const record = { environment: "local", startedAt: "", kept: false };
    const create = (length: number) => RunFolder.create(join(cache, "c".repeat(length)), record);
    const room = 107 - join(cache, "/", "runs/local-123456/control").length - 1;
    expect(existsSync(create(room).path)).toBe(true);
    expect(() => create(room + 2)).toThrow(/too long for a socket, by 2 bytes\. .*REHEARSAL_CACHE/);
  });

  it("are removed when their process has crashed, and only then", async () => {
    const crashed = create(gone);
    const running = create(here);
    expect(await removeCrashed(cache, later)).toEqual([crashed.name]);
    expect(readdirSync(join(cache, "runs"))).toEqual([running.name]);
  });

  it("are left alone while the rehearsal answers, though its process cannot be seen from here", async () => {
    const elsewhere = create(gone);
    const server = createServer().listen(elsewhere.controlSocket);
    await once(server, "listening");
    expect(await removeCrashed(cache, later)).toEqual([]);
    server.close();
    await once(server, "close");
    expect(await removeCrashed(cache, later)).toEqual([elsewhere.name]);
  });

  it("are left alone while they are being prepared", async () => {
    const fresh = create();
    expect(await removeCrashed(cache, new Date(start.getTime() + 1000))).toEqual([]);
    expect(await removeCrashed(cache, later)).toEqual([fresh.name]);
  });

  it("keep the logs of the last rehearsals that ended", async () => {
    for (let count = 0; count < 8; count++) create(here).finish(true, new Date(start.getTime() + count));
    expect(await removeCrashed(cache, later)).toEqual([]);
    expect(readdirSync(join(cache, "runs"))).toHaveLength(5);
  });

  it("tell which rehearsals of an environment run", () => {
    const running = create(here);
    create(gone);
    expect(runningSessions(cache, "local").map(({ folder }) => folder.name)).toEqual([running.name]);
    expect(runningSessions(cache, "aws-prod")).toEqual([]);
  });

  it("tell how to enter the namespaces that a rehearsal has, and those alone", async () => {
    // unshare holds the namespaces, and its child lives in them.
    const holder = spawn("sh", ["-c", "sleep 60 & echo $!; wait"], { detached: true });
    const printed = await new Promise((resolve) => holder.stdout.once("data", resolve));
    const pid = holder.pid ?? 0;
    const record = { environment: "local", startedAt: "", kept: true };
    const session = { folder: create(here), record: { ...record, holder: { ...here, pid } } };
    const inside = String(printed).trim();
    expect(enterCommand(session)).toEqual(["nsenter", "--user", "--net", "--target", inside]);
    process.kill(-pid);
  });
});
