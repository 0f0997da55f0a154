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
