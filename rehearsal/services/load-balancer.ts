import { createHash } from "node:crypto";

import { type ApiClient } from "../api/client";
import { keyOf, type Service } from "../api/objects";
import { loadBalancerAddress } from "../namespace/address-plan";
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
  readonly api: ApiClient;
  readonly ledger: Ledger;
  /** Makes an address answer inside the rehearsal. */
  readonly claimAddress: (address: string) => Promise<void>;
  readonly onProblem: (message: string) => void;
}

/** Gives Services of type LoadBalancer an address or a name, and takes it back when they go. */
export class LoadBalancers {
  private readonly busy = new Set<string>();
  private nextIndex = 0;

  constructor(private readonly options: LoadBalancerOptions) {}

  /** The address behind a simulated load balancer's DNS name. */
  resolve(hostname: string): string | undefined {
    return this.options.ledger.current.find(({ name }) => name === hostname)?.address;
  }

  /** The address on which a Service's load balancer answers. */
  addressOf(service: Service): string | undefined {
    return this.options.ledger.find(keyOf(service))?.address;
  }

  onService(service: Service, change: "present" | "gone"): void {
    const key = keyOf(service);
    const { ledger, onProblem } = this.options;
    if (change === "gone") {
      ledger.close(key);
      return;
    }
    const wanted = service.spec.type === "LoadBalancer" && service.metadata.deletionTimestamp === undefined;
    const exists = ledger.find(key) !== undefined;
    if (wanted === exists || this.busy.has(key)) return;
    this.busy.add(key);
    const step = wanted ? this.provide(service) : this.withdraw(service);
    step
      .catch((error: unknown) => {
        onProblem(`load balancer of ${key}: ${error instanceof Error ? error.message : String(error)}`);
      })
      .finally(() => this.busy.delete(key));
  }

  private async provide(service: Service): Promise<void> {
    const { api, ledger, claimAddress } = this.options;
    const { kind, hostname, requestedAddress, finalizer } = loadBalancerRequest(service);
    const address = requestedAddress ?? loadBalancerAddress(this.nextIndex++);
    await claimAddress(address);
    const finalizers = [...(service.metadata.finalizers ?? []), finalizer];
    await api.patch(pathOf(service), { metadata: { finalizers } });
    ledger.open({ service: keyOf(service), kind, name: hostname ?? address, address });
    const ingress = hostname === undefined ? [{ ip: address }] : [{ hostname }];
    await api.patch(`${pathOf(service)}/status`, { status: { loadBalancer: { ingress } } });
  }

  private async withdraw(service: Service): Promise<void> {
    const { api, ledger } = this.options;
    const { finalizer } = loadBalancerRequest(service);
    const finalizers = (service.metadata.finalizers ?? []).filter((name) => name !== finalizer);
    ledger.close(keyOf(service));
    await api.patch(pathOf(service), { metadata: { finalizers } });
    if (service.metadata.deletionTimestamp === undefined) {
      await api.patch(`${pathOf(service)}/status`, { status: { loadBalancer: { ingress: null } } });
    }
  }
}

function pathOf({ metadata }: Service): string {
  return `/api/v1/namespaces/${metadata.namespace ?? "default"}/services/${metadata.name}`;
}
