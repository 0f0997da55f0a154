import { createHash } from "node:crypto";
import { isIPv4 } from "node:net";

import { type ApiClient, ApiError } from "../api/client";
import { keyOf, type Service } from "../api/objects";
import { WorkQueue } from "../api/work-queue";
import { type AddressPlan, loadBalancerAddress, loadBalancerCount } from "../namespace/address-plan";
import { type Ledger, type LedgerEntry } from "./ledger";

/** What a simulated load balancer will be: its kind, its DNS name where it has one, an address asked for. */
export interface LoadBalancerRequest {
  readonly kind: LedgerEntry["kind"];
  readonly hostname: string | undefined;
  readonly requestedAddress: string | undefined;
  readonly finalizer: string;
}

const aws = "service.beta.kubernetes.io/aws-load-balancer-";
const azure = "service.beta.kubernetes.io/azure-";

/** Reads from a Service which load balancer a cloud would make: a name for an NLB, an address elsewhere. */
export function loadBalancerRequest(service: Service): LoadBalancerRequest {
  const { annotations = {}, name, namespace = "default", uid } = service.metadata;
  const keys = Object.keys(annotations);
  const { loadBalancerClass } = service.spec;
  if (loadBalancerClass === "service.k8s.aws/nlb" || annotations[`${aws}type`] === "external") {
    const suffix = createHash("sha1").update(uid).digest("hex").slice(0, 10);
    const stem = `k8s-${namespace.slice(0, 8)}-${name.slice(0, 8)}-${suffix}`.replaceAll(/-+/g, "-");
    return {
      kind: "nlb",
      hostname: `${stem}.elb.rehearsal-1.amazonaws.com`,
      requestedAddress: undefined,
      finalizer: "service.k8s.aws/resources",
    };
  }
  const requestedAddress =
    annotations[`${azure}load-balancer-ipv4`] ??
    annotations["metallb.io/loadBalancerIPs"] ??
    annotations["metallb.universe.tf/loadBalancerIPs"] ??
    service.spec.loadBalancerIP;
  return {
    kind: keys.some((key) => key.startsWith(azure)) ? "azure-lb" : "address",
    hostname: undefined,
    requestedAddress: requestedAddress === "" ? undefined : requestedAddress?.split(",")[0]?.trim(),
    finalizer: "service.kubernetes.io/load-balancer-cleanup",
  };
}

export interface LoadBalancerOptions {
  readonly api: Pick<ApiClient, "patch">;
  readonly ledger: Ledger;
  readonly plan: AddressPlan;
  /** Makes an address answer inside the rehearsal. */
  readonly claimAddress: (address: string) => Promise<void>;
  /** Told when a Service got an address or lost it. */
  readonly onChange: () => void;
  readonly onProblem: (message: string) => void;
}

/** A Service as it was seen last. */
interface Seen {
  readonly service: Service;
  readonly change: "present" | "gone";
}

/** Gives Services of type LoadBalancer an address or a name, and takes it back when they go. */
export class LoadBalancers {
  private readonly queue: WorkQueue<Seen>;
  private readonly stopping = new AbortController();
  private nextIndex = 0;

  constructor(private readonly options: LoadBalancerOptions) {
    this.queue = new WorkQueue({
      handle: (seen) => this.reconcile(seen),
      onProblem: (key, message) => {
        options.onProblem(`load balancer of ${key}: ${message}`);
      },
      signal: this.stopping.signal,
    });
  }

  /** The address behind a simulated load balancer's DNS name. */
  resolve(hostname: string): string | undefined {
    return this.options.ledger.current.find(({ name }) => name === hostname)?.address;
  }

  /** The address on which a Service's load balancer answers. */
  addressOf(service: Service): string | undefined {
    return this.options.ledger.find(keyOf(service))?.address;
  }

  onService(service: Service, change: Seen["change"]): void {
    this.queue.put(keyOf(service), { service, change });
  }

  /** Resolves when every Service has what it asked for. */
  async settled(): Promise<void> {
    await this.queue.idle();
  }

  close(): void {
    this.stopping.abort();
  }

  private async reconcile({ service, change }: Seen): Promise<void> {
    const key = keyOf(service);
    const { ledger } = this.options;
    const { uid, deletionTimestamp } = service.metadata;
    const owner = ledger.find(key)?.uid;
    // One of the same name that was there before took its own with it.
    if (owner !== undefined && (owner !== uid || change === "gone")) this.release(key);
    if (change === "gone") return;
    const isWanted = service.spec.type === "LoadBalancer" && deletionTimestamp === undefined;
    const { finalizer } = loadBalancerRequest(service);
    const isHeld = service.metadata.finalizers?.includes(finalizer) === true;
    try {
      if (isWanted) await this.provide(service);
      else if (isHeld || ledger.find(key) !== undefined) await this.withdraw(service);
    } catch (error) {
      // It has changed or gone meanwhile, and what it is now is told by the watch.
      if (!(error instanceof ApiError && [404, 409].includes(error.statusCode))) throw error;
    }
  }

  /** Each part is done where it is not done yet, so that one that failed halfway is completed. */
  private async provide(service: Service): Promise<void> {
    const { api, ledger, claimAddress, onChange } = this.options;
    const { kind, hostname, requestedAddress, finalizer } = loadBalancerRequest(service);
    const key = keyOf(service);
    const { uid, finalizers = [] } = service.metadata;
    if (ledger.find(key) === undefined) {
      const address = requestedAddress ?? this.freeAddress();
      if (!isIPv4(address)) throw new Error(`'${address}' is no IPv4 address`);
      await claimAddress(address);
      ledger.open({ service: key, uid, kind, name: hostname ?? address, address });
      onChange();
    }
    if (!finalizers.includes(finalizer)) await this.setFinalizers(service, [...finalizers, finalizer]);
    const ingress = hostname === undefined ? { ip: ledger.find(key)?.address } : { hostname };
    const shown = service.status?.loadBalancer?.ingress ?? [];
    if (JSON.stringify(shown) === JSON.stringify([ingress])) return;
    await api.patch(`${pathOf(service)}/status`, { status: { loadBalancer: { ingress: [ingress] } } });
  }

  private async withdraw(service: Service): Promise<void> {
    const { finalizer } = loadBalancerRequest(service);
    const { finalizers = [], deletionTimestamp } = service.metadata;
    this.release(keyOf(service));
    if (deletionTimestamp === undefined) {
      const status = { loadBalancer: { ingress: null } };
      await this.options.api.patch(`${pathOf(service)}/status`, { status });
    }
    const others = finalizers.filter((name) => name !== finalizer);
    if (others.length < finalizers.length) await this.setFinalizers(service, others);
  }

  private release(key: string): void {
    this.options.ledger.close(key);
    this.options.onChange();
  }

  /** @throws ApiError 409 where the Service has changed since: another may have set a finalizer of its own */
  private async setFinalizers(service: Service, finalizers: readonly string[]): Promise<void> {
    const { uid, resourceVersion } = service.metadata;
    await this.options.api.patch(pathOf(service), { metadata: { uid, resourceVersion, finalizers } });
  }

  private freeAddress(): string {
    const taken = new Set(this.options.ledger.current.map(({ address }) => address));
    for (let tries = 0; tries < loadBalancerCount; tries++) {
      const address = loadBalancerAddress(this.options.plan, this.nextIndex++);
      if (!taken.has(address)) return address;
    }
    throw new Error(`all ${loadBalancerCount.toString()} addresses of simulated load balancers are taken`);
  }
}

function pathOf({ metadata }: Service): string {
  return `/api/v1/namespaces/${metadata.namespace ?? "default"}/services/${metadata.name}`;
}
