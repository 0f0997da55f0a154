import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { Supervisor } from "../../../rehearsal/control-plane/supervisor";

let folder: string;
let problems: string[];
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "istio-cdktf-supervisor-"));
  problems = [];
  mkdirSync(join(folder, "pids"));
  // What it is asked to do is what matters; a control plane is started in the rehearsal.
  writeFileSync(join(folder, "kwokctl"), `#!/bin/sh\necho "$@" >> '${folder}/calls'\n`, { mode: 0o755 });
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function component(name: string): ChildProcess {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  started.push(child);
  writeFileSync(pidFile(name), String(child.pid));
  return child;
}

const pidFile = (name: string) => join(folder, "pids", `${name}.pid`);
const calls = () => (existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8") : "");

function supervisor(): Supervisor {
  return new Supervisor({
    kwokctl: join(folder, "kwokctl"),
    clusterName: "test",
    clusterFolder: folder,
    environment: process.env,
    onProblem: (message) => problems.push(message),
  });
}

test("a component that was killed is started again when it is released, and remembered", async () => {
  const etcd = component("etcd");
  const supervised = supervisor();
  supervised.kill("etcd");
  await once(etcd, "exit");
  expect(supervised.endings).toEqual([]);
  await supervised.release("etcd");
  expect(calls()).toBe("start cluster --name test --wait 60s\n");
  expect(existsSync(pidFile("etcd"))).toBe(false);
  expect(supervised.endings).toEqual(["etcd"]);
  expect(problems).toEqual(["etcd ended and is started again"]);
});

test("with the API server the programs begin anew that would have lost their lease", async () => {
  const apiServer = component("kube-apiserver");
  const scheduler = component("kube-scheduler");
  component("etcd");
  const supervised = supervisor();
  supervised.kill("kube-apiserver");
  await once(apiServer, "exit");
  const schedulerEnded = once(scheduler, "exit");
  await supervised.release("kube-apiserver");
  await schedulerEnded;
  expect(existsSync(pidFile("kube-scheduler"))).toBe(false);
  expect(existsSync(pidFile("etcd"))).toBe(true);
});

test("nothing is started while all components run", async () => {
  component("etcd");
  const supervised = supervisor();
  await supervised.release("etcd");
  expect(calls()).toBe("");
  expect(supervised.endings).toEqual([]);
});

test("a component that does not run cannot be killed", () => {
  expect(() => {
    supervisor().kill("kube-scheduler");
  }).toThrow("kube-scheduler does not run");
});
