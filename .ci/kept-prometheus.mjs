// Asks a Prometheus for what it has scraped of the mesh: node .ci/kept-prometheus.mjs <its URL> <outputs of the mesh>
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { get } from "node:https";
import { setTimeout as delay } from "node:timers/promises";

const [prometheus = "", outputsFile = ""] = process.argv.slice(2);
const outputs = JSON.parse(readFileSync(outputsFile, "utf8"));
const requests = 120;
const patienceMilliseconds = 30_000;

/** Value of a query with one number; undefined where nothing matches, or nobody answers yet. */
async function valueOf(query) {
  const url = `${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`;
  const answer = await fetch(url).then((response) => response.json()).catch(() => undefined);
  const [result] = answer?.data?.result ?? [];
  return result === undefined ? undefined : Number(result.value[1]);
}

async function until(query, expected) {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    const value = await valueOf(query);
    if (value === expected) return;
    if (Date.now() > deadline) throw new Error(`${query} is ${value}, not ${expected}`);
    await delay(200);
  }
}

const pods = (namespace, selector) =>
  execFileSync("kubectl", ["get", "pods", "-n", namespace, "-l", selector, "-o", "name"], { encoding: "utf8" })
    .trim()
    .split("\n");

function request(path) {
  const host = outputs.healthz_host.value;
  return new Promise((resolve, reject) => {
    const options = {
      host: outputs.gateway_address.value,
      port: outputs.gateway_https_port.value,
      path,
      headers: { host },
      servername: host,
      rejectUnauthorized: false,
    };
    get(options, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    }).on("error", reject);
  });
}

const up = (namespace, pattern) => `count(up{namespace="${namespace}",pod=~"${pattern}"} == 1)`;
const ok = (namespace, prefix) =>
  `sum(envoy_http_downstream_rq{namespace="${namespace}",response_code_class="2xx",http_conn_manager_prefix=~"${prefix}"})`;
const ofGateways = ok("istio-ingress", "outbound_.*_443");
const ofSidecars = ok("mesh-health", "inbound_.*");

const [istiods, gateways, sidecars] = [
  pods("istio-system", "app=istiod"),
  pods("istio-ingress", "istio=ingress"),
  pods("mesh-health", "app=healthz"),
].map(({ length }) => length);
await until(up("istio-system", "istiod-.*"), istiods);
await until(up("istio-ingress", ".*"), gateways);
await until(up("mesh-health", ".*"), sidecars);
console.log(`Prometheus scrapes ${istiods} istiod, ${gateways} gateways and ${sidecars} sidecars`);
await until("sum(pilot_xds) > bool 0", 1);

// Two scrapes that say the same: what was asked before is counted.
let before;
for (let last; before === undefined || before.join() !== last; await delay(1500)) {
  last = before?.join();
  before = [await valueOf(ofGateways), await valueOf(ofSidecars)];
}
const { pathname } = new URL(outputs.healthz_url.value);
const statuses = await Promise.all(Array.from({ length: requests }, () => request(pathname)));
const wrong = statuses.filter((status) => status !== 200);
if (wrong.length > 0) throw new Error(`the gateway answered ${[...new Set(wrong)].join(", ")}`);
await until(ofGateways, before[0] + requests);
await until(ofSidecars, before[1] + requests);
console.log(`${requests} requests, counted by Prometheus at the gateways and at the sidecars`);

// Without the annotation the gateways are scraped no more: so what was counted was found by it.
execFileSync("kubectl", ["annotate", "pods", "-n", "istio-ingress", "--all", "--overwrite", "prometheus.io/scrape=false"]);
await until(up("istio-ingress", ".*"), undefined);
await until(up("mesh-health", ".*"), sidecars);
execFileSync("kubectl", ["annotate", "pods", "-n", "istio-ingress", "--all", "--overwrite", "prometheus.io/scrape=true"]);
await until(up("istio-ingress", ".*"), gateways);
