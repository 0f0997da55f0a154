import { join } from "node:path";

import { stringify } from "yaml";

import { type AddressPlan, apiServerPort } from "../namespace/address-plan";

/** The programs of a control plane. */
export interface ControlPlanePrograms {
  readonly etcd: string;
  readonly kubeApiserver: string;
  readonly kubeControllerManager: string;
  readonly kubeScheduler: string;
  readonly kwok: string;
  readonly kwokctl: string;
  readonly kubectl: string;
}

/** Where a node answers for logs, exec and port-forward. */
export const kubeletPort = 10_250;

/** Files of the cluster's certificates. kwokctl makes one that serves, and that its holder is administrator with. */
export interface Pki {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** The certificates in kwokctl's folder of a cluster. */
export function pkiIn(clusterFolder: string): Pki {
  const file = (name: string) => join(clusterFolder, "pki", name);
  return { ca: file("ca.crt"), certificate: file("admin.crt"), key: file("admin.key") };
}

function portsOf(plan: AddressPlan) {
  const { firstPort } = plan;
  return {
    etcdPort: firstPort,
    etcdPeerPort: firstPort + 1,
    kubeApiserverPort: apiServerPort(plan),
    kubeControllerManagerPort: firstPort + 3,
    kubeSchedulerPort: firstPort + 4,
    kwokControllerPort: firstPort + 5,
  };
}

/** Values of a component, as kwokctl's `extraArgs`. */
function extraArgs(values: Readonly<Record<string, string>>): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

export interface KwokctlConfigurationOptions {
  readonly programs: ControlPlanePrograms;
  readonly kubernetesVersion: string;
  readonly plan: AddressPlan;
  readonly nodeAddresses: readonly string[];
  readonly pki: Pki;
}

/** The configuration that kwokctl makes a control plane from, its programs and its simulated nodes. */
export function kwokctlConfiguration(options: KwokctlConfigurationOptions): string {
  const { programs, kubernetesVersion, plan, nodeAddresses, pki } = options;
  const configuration = {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      runtime: "binary",
      kubeVersion: `v${kubernetesVersion}`,
      etcdBinary: programs.etcd,
      kubeApiserverBinary: programs.kubeApiserver,
      kubeControllerManagerBinary: programs.kubeControllerManager,
      kubeSchedulerBinary: programs.kubeScheduler,
      kwokControllerBinary: programs.kwok,
      kubectlBinary: programs.kubectl,
      // The nodes serve with the same certificate.
      kubeApiserverCertSANs: [plan.kubernetesService, plan.gateway, ...nodeAddresses],
      kubeAuthorization: true,
      kubeAdmission: true,
      bindAddress: "0.0.0.0",
      ...portsOf(plan),
    },
    componentsPatches: [
      {
        name: "kube-apiserver",
        extraArgs: extraArgs({
          // Webhook calls go to the pods' own addresses.
          "enable-aggregator-routing": "true",
          // There is no default route to find an address by.
          "advertise-address": plan.gateway,
          "service-cluster-ip-range": plan.serviceRange,
          "kubelet-certificate-authority": pki.ca,
          "kubelet-client-certificate": pki.certificate,
          "kubelet-client-key": pki.key,
          // No resolver outside the rehearsal knows the nodes' names.
          "kubelet-preferred-address-types": "InternalIP",
        }),
      },
      // There is one of each: nobody to compete with, and a lease would cost seconds at the start.
      { name: "kube-controller-manager", extraArgs: extraArgs({ "leader-elect": "false" }) },
      { name: "kube-scheduler", extraArgs: extraArgs({ "leader-elect": "false" }) },
    ],
  };
  return [configuration, nodeStage].map((document) => stringify(document)).join("---\n");
}

/** Makes a simulated node ready; with a Stage of our own kwok leaves its own out. */
const nodeStage = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Stage",
  metadata: { name: "node-ready" },
  spec: {
    resourceRef: { apiGroup: "v1", kind: "Node" },
    selector: {
      matchExpressions: [
        {
          key: '.status.conditions.[] | select( .type == "Ready" ) | .status',
          operator: "NotIn",
          values: ["True"],
        },
      ],
    },
    next: {
      statusTemplate: `{{ $now := Now }}
conditions:
{{ range NodeConditions }}
- lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
  message: {{ .message | Quote }}
  reason: {{ .reason | Quote }}
  status: {{ .status | Quote }}
  type: {{ .type | Quote }}
{{ end }}
phase: Running
`,
    },
  },
};
