import { Command, CommanderError } from "commander";
import { setTimeout as delay } from "node:timers/promises";
import { parseDuration } from "../command-line";
import { exitStatus } from "../exit-status";
import { namesOf } from "../kubernetes/certificate-names";
import { openKubeconfig } from "../kubernetes/kubeconfig-api";
import type { KubernetesApi } from "../kubernetes/kubernetes-api";
import { InputError } from "../outputs/input-error";
import { printable } from "../printable";
import { observeProxies } from "./observe-proxies";
import { rootOf, summarize, type SeenProxy, type TrustSummary } from "./proxy-trust";

interface TrustOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly timeout: number;
  readonly requestTimeout: number;
}

const notes = `
It asks every proxy by a command in its container, and leaves what all of them trust, and which roots sign, in the
ConfigMap istio-system/mesh-ca-proxies. The next plan reads it: a change of the signer, and a root that goes, are
refused until every proxy is ready for them. docs/certificate-authorities.md has the steps.

Exit status: 0 every proxy trusts the declared roots, 1 one does not, 2 wrong usage, or nothing is declared.`;

function trustCommand(): Command {
  return new Command("npm run trust --")
    .description("Shows which roots each proxy trusts, and by whom its certificate is signed.")
    .option("--kubeconfig <file>", "default: KUBECONFIG or ~/.kube/config")
    .option("--context <name>", "context of the kubeconfig")
    .option("--timeout <duration>", "look again until every proxy is ready", parseDuration, 0)
    .option("--request-timeout <duration>", "limit of one request", parseDuration, 10_000)
    .addHelpText("after", notes);
}

const namespace = "/api/v1/namespaces/istio-system/configmaps";
const seenName = "mesh-ca-proxies";

interface Declared {
  readonly data?: { readonly "root-cert.pem"?: string; readonly signer?: string };
}

async function readDeclared(api: KubernetesApi): Promise<Declared> {
  const answer = await api.request({ path: `${namespace}/mesh-ca` });
  if (answer.kind === "ok") return answer.body as Declared;
  if (answer.kind === "unreachable") throw new InputError(`${api.server}: ${answer.detail}`);
  if (answer.status !== 404) throw new InputError(answer.message);
  throw new InputError("the mesh signs with istiod's own CA: there is no ConfigMap istio-system/mesh-ca");
}

/** Leaves what was seen for the next plan. */
async function record(
  api: KubernetesApi,
  { trusted, signing }: TrustSummary,
  proxies: number,
): Promise<void> {
  const body = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: seenName,
      namespace: "istio-system",
      labels: { "istio-cdktf.dev/mesh-ca": "proxies" },
    },
    data: {
      trusted: trusted.join(","),
      signing: signing.join(","),
      proxies: `${proxies}`,
      seenAt: new Date().toISOString(),
    },
  };
  const created = await api.request({ method: "POST", path: namespace, body });
  const written =
    created.kind === "error" && created.status === 409
      ? await api.request({ method: "PUT", path: `${namespace}/${seenName}`, body })
      : created;
  if (written.kind === "ok") return;
  const why = written.kind === "error" ? written.message : written.detail;
  throw new InputError(`ConfigMap istio-system/${seenName} cannot be written: ${why}`);
}

function line({ pod, trust, why }: SeenProxy): string {
  if (trust === undefined) return `${pod}  not asked: ${why ?? "no certificate yet"}`;
  const [own] = trust.chain;
  const root = rootOf(trust.chain, trust.trusted);
  const trusts = trust.trusted.map(({ subject }) => subject).join(" + ");
  const until = own?.expires.toISOString() ?? "";
  return `${pod}  trusts ${trusts}; signed by ${own?.issuer ?? ""} below ${root?.subject ?? "no root that it trusts"}, until ${until}`;
}

async function trust(options: TrustOptions): Promise<number> {
  const chosen = {
    ...(options.kubeconfig === undefined ? {} : { kubeconfig: options.kubeconfig }),
    ...(options.context === undefined ? {} : { context: options.context }),
  };
  const api = await openKubeconfig(chosen, options.requestTimeout);
  const declared = namesOf((await readDeclared(api)).data?.["root-cert.pem"] ?? "");
  const exec = await api.exec();
  const { signal } = new AbortController();
  const deadline = Date.now() + options.timeout;
  for (;;) {
    const proxies = await observeProxies({ api, exec, timeoutMs: options.requestTimeout, signal });
    const summary = summarize(proxies, declared, new Date());
    const isReady = summary.problems.length === 0;
    if (!isReady && Date.now() < deadline) {
      await delay(1000);
      continue;
    }
    for (const proxy of proxies) process.stdout.write(`${printable(line(proxy))}\n`);
    for (const problem of summary.problems) process.stderr.write(`${printable(problem)}\n`);
    // What is not known of one proxy is not known of all.
    if (proxies.length > 0 && proxies.every((proxy) => proxy.trust !== undefined)) {
      await record(api, summary, proxies.length);
    }
    process.stdout.write(
      `${proxies.length} proxies; ${isReady ? "every one trusts what is declared" : `${summary.problems.length} things are missing`}\n`,
    );
    return isReady ? exitStatus.passed : exitStatus.failed;
  }
}

async function main(): Promise<number> {
  const command = trustCommand().exitOverride();
  try {
    command.parse();
    return await trust(command.opts<TrustOptions>());
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.passed : exitStatus.wrongInput;
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`trust: ${printable(error.message)}\n`);
    return exitStatus.wrongInput;
  }
}

void main().then((status) => {
  process.exitCode = status;
});
