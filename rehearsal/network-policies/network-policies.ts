import { type ApiClient } from "../api/client";
import {
  endpointSlice,
  type EndpointSlice,
  type KubernetesObject,
  kubernetesObject,
  networkPolicy,
  type NetworkPolicy,
  type Pod,
  service,
  type Service,
} from "../api/objects";
import { Watch } from "../api/watch";
import { choosesPod, namesOutside } from "../services/service-names";
import { admissionsIn, type NetworkedPod, type PodAdmissions, type PolicyWorld } from "./admissions";

/** Lets through what is admitted at a pod's end of its link, in place of what was before. */
export type Admit = (admissions: PodAdmissions) => Promise<void>;

interface Held extends NetworkedPod {
  readonly admit: Admit;
  /** What holds, as JSON. */
  holds: string;
}

export interface NetworkPoliciesOptions {
  readonly api: Pick<ApiClient, "get" | "stream">;
  /** Ranges of the nodes. */
  readonly nodeRanges: readonly string[];
  /** Where names are asked for; to policies it is the pod of the cluster's DNS. */
  readonly resolver: string;
  readonly onProblem: (message: string) => void;
}

const everything: PodAdmissions = { ingress: null, egress: null };

/**
 * Does the work of a cluster's network: holds running pods to the NetworkPolicies that choose them.
 *
 * A pod is known by the labels that it has when it starts.
 */
export class NetworkPolicies {
  private readonly pods = new Map<string, Held>();
  private readonly policies: Watch<NetworkPolicy>;
  private readonly namespaces: Watch<KubernetesObject>;
  private readonly services: Watch<Service>;
  private readonly slices: Watch<EndpointSlice>;
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(private readonly options: NetworkPoliciesOptions) {
    const common = {
      api: options.api,
      onProblem: options.onProblem,
      onChange: () => void this.schedule(),
    };
    this.policies = new Watch({
      ...common,
      path: "/apis/networking.k8s.io/v1/networkpolicies",
      read: networkPolicy,
    });
    this.namespaces = new Watch({ ...common, path: "/api/v1/namespaces", read: kubernetesObject });
    this.services = new Watch({ ...common, path: "/api/v1/services", read: service });
    this.slices = new Watch({
      ...common,
      path: "/apis/discovery.k8s.io/v1/endpointslices",
      read: endpointSlice,
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    const watches = [this.policies, this.namespaces, this.services, this.slices];
    await Promise.all(watches.map((each) => each.run(signal)));
    await this.settled();
  }

  /** Takes a pod that has a network now; resolves when it is held to its policies. */
  async attach(pod: Pod, address: string, admit: Admit): Promise<void> {
    this.pods.set(pod.metadata.uid, { pod, address, admit, holds: JSON.stringify(everything) });
    await this.schedule();
  }

  detach({ metadata }: Pod): void {
    if (this.pods.delete(metadata.uid)) void this.schedule();
  }

  /** Resolves when every pod is held to what is known now. */
  settled(): Promise<void> {
    return this.running;
  }

  /** Many changes come at once: they are made to hold together, in the round after the one that is under way. */
  private schedule(): Promise<void> {
    if (this.next !== undefined) return this.next;
    const before = this.running;
    this.next = (async () => {
      await before;
      await new Promise(setImmediate);
      this.next = undefined;
      await this.hold();
    })();
    this.running = this.next;
    return this.next;
  }

  private async hold(): Promise<void> {
    const admissionsOf = admissionsIn(this.world());
    await Promise.all(
      [...this.pods.values()].map(async (held) => {
        const admissions = admissionsOf(held) ?? everything;
        const text = JSON.stringify(admissions);
        if (text === held.holds) return;
        try {
          await held.admit(admissions);
          held.holds = text;
        } catch (error) {
          // One that has ended meanwhile has no network any more.
          if (!this.pods.has(held.pod.metadata.uid)) return;
          this.options.onProblem(error instanceof Error ? error.message : String(error));
        }
      }),
    );
  }

  private world(): PolicyWorld {
    const services = [...this.services.objects.values()];
    const outside = services.filter((each) => namesOutside(each).length > 0);
    const isOutside = (pod: Pod) =>
      outside.some((each) => each.metadata.namespace === pod.metadata.namespace && choosesPod(each, pod));
    return {
      policies: [...this.policies.objects.values()],
      namespaces: [...this.namespaces.objects.values()],
      pods: [
        { pod: clusterDns, address: this.options.resolver },
        ...[...this.pods.values()].filter(({ pod }) => !isOutside(pod)),
      ],
      services,
      slices: [...this.slices.objects.values()],
      nodeRanges: this.options.nodeRanges,
    };
  }
}

const clusterDns: Pod = {
  metadata: {
    name: "coredns",
    namespace: "kube-system",
    uid: "coredns",
    resourceVersion: "",
    labels: { "k8s-app": "kube-dns" },
  },
  spec: {
    containers: [
      {
        name: "coredns",
        image: "coredns",
        ports: [
          { name: "dns", containerPort: 53, protocol: "UDP" },
          { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
        ],
      },
    ],
  },
};
