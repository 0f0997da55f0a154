import { type FaultName } from "../faults/fault";
import { type IstioPrograms } from "../programs/istio";
import { type ConformanceKind, type ConformancePrograms } from "../prove/conformance";
import { type PreparedProof } from "../proofs/prepare-proofs";
import { type StepMessage } from "../steps";

/** What the rehearsal inside the namespaces tells the command outside, one JSON object per line. */
export type Message =
  | { readonly type: "ready"; readonly kubeconfig: string }
  | StepMessage
  | { readonly type: "finished"; readonly outcome: Outcome };

export interface Outcome {
  readonly ok: boolean;
  readonly standIns: readonly string[];
  readonly loadBalancers: readonly string[];
  readonly problems: readonly string[];
  readonly secondsToHealthy?: number;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What the command outside may ask of a rehearsal. */
export type Request = { readonly request: "stop" | "keep" | "down" };

/** What the rehearsal inside is started with. */
export interface SessionPlan {
  readonly environment: string;
  readonly folder: string;
  readonly logs: string;
  readonly controlSocket: string;
  readonly kubeconfigPath: string;
  readonly kubernetesVersion: string;
  readonly programs: SessionPrograms;
  readonly deploy: DeployPlan;
  /** Where several clusters are rehearsed: the others, and what joins them. */
  readonly mesh?: MeshPlan;
  readonly smokeBundle: readonly string[];
  readonly mtls: "strict" | "permissive";
  readonly hasGateway: boolean;
  readonly keep: boolean;
  /** What is to break on the way. */
  readonly fault?: FaultName;
  /** Configurations that are tried one after the other, whole and broken. */
  readonly proofs?: readonly PreparedProof[];
  /** What of the Gateway API's conformance suite is to run, and with what. */
  readonly conformance?: { readonly kind: ConformanceKind; readonly programs: ConformancePrograms };
}

/** A mesh over several clusters, each an environment; the first is the plan's own. */
export interface MeshPlan {
  readonly members: readonly MemberPlan[];
  /** The stack that joins them. */
  readonly link: DeployPlan;
  /** Secrets with intermediates that are handed from one member to another. */
  readonly handOvers: readonly HandOverPlan[];
  /** A Service of two members by which failover is proven. @default it is not */
  readonly proof?: MeshProof;
}

/** The Service of the application that the project ships for a mesh over two clusters. */
export interface MeshProof {
  readonly service: {
    readonly host: string;
    readonly nodePort: number;
    readonly namespace: string;
    /** Deployment in the first member. */
    readonly here: string;
    /** Deployment in the second member. */
    readonly there: string;
  };
  /** Name by which other networks call its port. */
  readonly serverName: string;
  readonly trustDomain: string;
  /** ClusterIssuers of the first member: the mesh's root, and one that is not. */
  readonly issuers: { readonly own: string; readonly foreign: string };
}

export interface MemberPlan {
  readonly environment: string;
  /** As the other members' istiod calls its cluster. */
  readonly clusterName: string;
  readonly kubeconfigPath: string;
  readonly deploy: DeployPlan;
  readonly mtls: "strict" | "permissive";
}

/** A Secret in namespace cert-manager that one member's cluster has, and another's needs. */
export interface HandOverPlan {
  readonly from: { readonly member: string; readonly secret: string };
  readonly to: { readonly member: string; readonly secret: string };
}

/** How the stack is deployed: by Terraform, or by the Helm CLI where its providers cannot be had. */
export interface DeployPlan {
  readonly kind: "terraform" | "without-providers";
  readonly stackFolder: string;
  readonly terraform: string;
}

export interface SessionPrograms {
  readonly etcd: string;
  readonly kubeApiserver: string;
  readonly kubeControllerManager: string;
  readonly kubeScheduler: string;
  readonly kwok: string;
  readonly kwokctl: string;
  readonly kubectl: string;
  readonly helm: string;
  readonly istioctl: string;
  readonly istios: readonly IstioPrograms[];
  readonly echoServer: string;
  readonly envoy: string;
  readonly certManagerController: string;
  readonly certManagerWebhook: string;
  readonly certManagerCainjector: string;
  readonly redirect: string;
  readonly networkPolicy: string;
  readonly certificates: string;
  readonly kubeletServer: string;
}
