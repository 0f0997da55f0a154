import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type BenchRow, median } from "./row";

/** Answers as a healthy gateway, in a process of its own so that it takes no time from what is measured. */
const gatewayProgram = `
const server = require("node:http").createServer((request, response) => {
  response.setHeader("server", "istio-envoy");
  if (request.url !== "/healthz") return response.writeHead(404).end();
  response.setHeader("x-envoy-upstream-service-time", "1");
  response.end('{"status":"OK"}');
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

/** Makes node write what it cost, in the last line of its error output. */
const reportCost = `process.once("exit", () => process.stderr.write("\\n" + JSON.stringify(process.resourceUsage())))`;

interface WatchCost {
  readonly perProcessorSecond: number;
  readonly peakMemoryMiB: number;
}

async function startGateway() {
  const child = spawn(process.execPath, ["-e", gatewayProgram], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { url: `http://127.0.0.1:${line.toString().trim()}/healthz`, stop: () => child.kill() };
}

/** Milliseconds that a program takes from start to end. */
function timeMs(program: string, args: readonly string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(program, args, { cwd: __PROJECT_ROOT__, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - started;
}

/** The young generation is held small: V8 lets it grow with the rate, which says nothing about a leak. */
function watchFor(url: string, duration: string): WatchCost {
  const preload = `data:text/javascript,${encodeURIComponent(reportCost)}`;
  const options = ["--watch", "--for", duration, "--interval", "0", "--connections", "reuse", "--json"];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--max-semi-space-size=1", "--import", preload, "run.mjs", "smoke/main.ts", "--url", url, ...options],
    { cwd: __PROJECT_ROOT__, encoding: "utf8" },
  );
  const { total, failed } = JSON.parse(stdout) as Record<"total" | "failed", number>;
  if (failed > 0) throw new Error(`${failed} of ${total} requests failed: ${stdout}`);
  const cost = JSON.parse(stderr.trimEnd().split("\n").at(-1) ?? "") as NodeJS.ResourceUsage;
  return {
    perProcessorSecond: (1e6 * total) / (cost.userCPUTime + cost.systemCPUTime),
    peakMemoryMiB: cost.maxRSS / 1024,
  };
}

function benchVerdict(url: string): BenchRow[] {
  const smoke = ["run.mjs", "smoke/main.ts", "--url", url];
  timeMs(process.execPath, smoke);
  // In turn, so that a busy machine slows all of them down.
  const rounds = Array.from({ length: 9 }, () => ({
    smoke: timeMs(process.execPath, smoke),
    node: timeMs(process.execPath, ["-e", "0"]),
    curl: timeMs("curl", ["-sS", "-o", "/dev/null", url, "-o", "/dev/null", url, "-o", "/dev/null", url]),
  }));
  const [verdict, node, curl] = (["smoke", "node", "curl"] as const).map((name) =>
    median(rounds.map((round) => round[name])),
  ) as [number, number, number];
  const detail = `${verdict.toFixed(0)} ms; curl's three requests ${curl.toFixed(0)} ms, node's start ${node.toFixed(0)} ms`;
  return [
    {
      name: "smoke: start to verdict, against curl's three requests and node's start",
      ratio: verdict / (curl + node),
      limit: 3,
      detail,
    },
    {
      name: "smoke: the same, against three times curl's requests and once node's start",
      ratio: verdict / (3 * curl + node),
      detail,
    },
  ];
}

function benchWatch(url: string): BenchRow[] {
  const short = watchFor(url, "8s");
  const long = watchFor(url, "25s");
  return [
    {
      name: "smoke --watch: processor time of 2000 requests, against one second of one core",
      ratio: 2000 / long.perProcessorSecond,
      limit: 1,
      detail: `${long.perProcessorSecond.toFixed(0)} requests for each second of processor time`,
    },
    {
      name: "smoke --watch: peak memory after 25 s, against 8 s",
      ratio: long.peakMemoryMiB / short.peakMemoryMiB,
      limit: 1.15,
      detail: `${long.peakMemoryMiB.toFixed(0)} MiB against ${short.peakMemoryMiB.toFixed(0)} MiB`,
    },
  ];
}

/** Measures the smoke test against curl, and --watch against its promise, on a gateway of loopback. */
export async function benchSmoke(): Promise<BenchRow[]> {
  const { url, stop } = await startGateway();
  try {
    return [...benchVerdict(url), ...benchWatch(url)];
  } finally {
    stop();
  }
}
