import type { Clock } from "../../smoke/clock";
import { availability } from "../../smoke/kubernetes/control-plane";
import type { KubernetesApi } from "../../smoke/kubernetes/kubernetes-api";
import type { Deployment, KubernetesEvent, Pod } from "../../smoke/kubernetes/objects";
import { getList, itemsOf } from "../../smoke/kubernetes/observed";
import { observeSidecars } from "../../smoke/kubernetes/observe-cluster";
import {
  isRunning,
  proxiesBehind,
  restartCommands,
  revisionOf,
  type ProxyBehind,
} from "../../smoke/kubernetes/sidecars";
import { samplesOf } from "../../smoke/readiness/proxy-statistics";

const istioNamespace = "istio-system";
const scope = { istioNamespace, revision: "", host: "", path: "", scheme: "http" } as const;

/** A tag's webhook and Deployments act a moment after Helm has changed them. */
const beginsWithinMs = 2000;
/** What a gateway on AWS takes to end: notice, drain and the rest. */
const longestDrainMs = 120_000;
/** istiod counts a proxy that has gone for a moment. */
const disconnectedWithinMs = 15_000;
const pauseMs = 1000;
const mostWarnings = 5;

/** What controllers say of two who wrote at once, and of programs that start, before they try again. */
const passing = /^(FailedToCreateEndpoint|FailedToUpdateEndpoint|FailedToUpdateEndpointSlices|Unhealthy)/;

/** A message without names that Kubernetes made up, and without its word that there were more like it. */
function sameOfAll(message: string, name: string): string {
  return message
    .replace("(combined from similar events): ", "")
    .replaceAll(name, "")
    .replaceAll(/"-[a-z0-9]{5}"/g, '""');
}

/** What an upgrade asks the cluster. */
export class MeshCluster {
  private readonly never = new AbortController().signal;

  public constructor(
    private readonly api: KubernetesApi,
    private readonly clock: Clock,
  ) {}

  /** Pods that have the proxy of another revision than they follow. */
  public async behind(): Promise<readonly ProxyBehind[]> {
    return proxiesBehind(await observeSidecars(this.api, scope, []));
  }

  /** Why no pod can be led to a revision; undefined where its istiod is there, or cannot be seen. */
  public async notReady(revision: string): Promise<string | undefined> {
    const deployments = `/apis/apps/v1/namespaces/${istioNamespace}/deployments`;
    const istiods = await getList<Deployment>(this.api, deployments, { labelSelector: "app=istiod" });
    if (istiods.kind !== "seen") return undefined;
    const [own] = istiods.value.filter(({ metadata }) => revisionOf(metadata) === revision);
    const { available, text } =
      own === undefined ? { available: false, text: "it is not there" } : availability(own);
    return available
      ? undefined
      : `istiod of ${revision} cannot make proxies: ${text}. See that it runs (kubectl get pods -n ${istioNamespace} -l istio.io/rev=${revision}), or take ${revision} out of the file again.`;
  }

  /** Why revisions cannot go yet, with what to do; undefined where nobody uses them. */
  public async stillUsed(revisions: readonly string[]): Promise<string | undefined> {
    const behind = await this.behind();
    if (behind.length > 0) return `restart what still has another proxy: ${restartCommands(behind)}`;
    const endMs = this.clock.now() + disconnectedWithinMs;
    let connected = await this.connected(revisions);
    while (connected > 0 && this.clock.now() < endMs) {
      await this.clock.sleep(pauseMs, this.never);
      connected = await this.connected(revisions);
    }
    if (connected === 0) return undefined;
    const names = revisions.join(" and ");
    return `istiod of ${names} still serves ${connected} proxies that no pod of this cluster has, such as those of virtual machines and of other clusters: istioctl proxy-status names them. Lead them to another revision.`;
  }

  /** Returns when no pod with a proxy is about to end any more. */
  public async drained(): Promise<void> {
    const endMs = this.clock.now() + longestDrainMs;
    await this.clock.sleep(beginsWithinMs, this.never);
    while ((await this.isDraining()) && this.clock.now() < endMs) await this.clock.sleep(pauseMs, this.never);
  }

  /** What was warned of in some namespaces since a time, each once, the newest first. */
  public async warningsSince(
    milliseconds: number,
    namespaces: readonly string[],
  ): Promise<readonly string[]> {
    const events = await getList<KubernetesEvent>(this.api, "/api/v1/events", {
      fieldSelector: "type=Warning",
    });
    const time = ({ lastTimestamp, eventTime }: KubernetesEvent) => lastTimestamp ?? eventTime ?? "";
    const told = itemsOf(events)
      // The API server writes whole seconds.
      .filter((event) => Date.parse(time(event)) >= milliseconds - 1000)
      .filter(({ involvedObject, reason = "" }) => {
        return namespaces.includes(involvedObject.namespace ?? "") && !passing.test(reason);
      })
      .sort((one, other) => time(other).localeCompare(time(one)))
      .map(({ involvedObject: { kind = "", namespace = "", name = "" }, reason = "", message = "" }) => ({
        said: `${reason} of ${kind} ${namespace}/${name}: ${message.trim()}`,
        // The replicas of a workload say the same with other names, and tries at a pod with its other names.
        key: [kind, namespace, reason, sameOfAll(message, name)].join("\u0000"),
      }));
    return [...new Map(told.map(({ key, said }) => [key, said])).values()].slice(0, mostWarnings);
  }

  /** Proxies that istiods of some revisions serve, by their own count; 0 where that cannot be read. */
  private async connected(revisions: readonly string[]): Promise<number> {
    const pods = `/api/v1/namespaces/${istioNamespace}/pods`;
    const istiods = await getList<Pod>(this.api, pods, { labelSelector: "app=istiod" });
    const own = itemsOf(istiods).filter(
      (pod) => isRunning(pod) && revisions.includes(revisionOf(pod.metadata)),
    );
    const counts = await Promise.all(
      own.map(async ({ metadata: { name } }) => {
        const answer = await this.api.request({ path: `${pods}/${name}:15014/proxy/metrics` });
        if (answer.kind !== "ok" || typeof answer.body !== "string") return 0;
        return samplesOf(answer.body)
          .filter((sample) => sample.name === "pilot_xds")
          .reduce((sum, { value }) => sum + value, 0);
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  private async isDraining(): Promise<boolean> {
    const injected = { labelSelector: "service.istio.io/canonical-name" };
    const pods = await getList<Pod>(this.api, "/api/v1/pods", injected);
    return itemsOf(pods).some(({ metadata }) => metadata.deletionTimestamp !== undefined);
  }
}
