import type { Stack } from "../../stack/block";
import type { RunCommand } from "../../terraform/evaluate";

/** The programs that take the place of Terraform's providers. */
export interface ProviderlessPrograms {
  readonly helm: string;
  readonly kubectl: string;
  /** Terraform's core, or OpenTofu's, evaluates expressions; it needs no provider for that. */
  readonly terraform: string;
}

/** What happens to one block of the stack. */
export interface ProgressEvent {
  readonly state: "started" | "done" | "failed";
  /** Terraform address. */
  readonly address: string;
  /** Such as `release istiod`. */
  readonly title: string;
}

/** A synthesized stack, and the cluster to bring it to. */
export interface ProviderlessOptions {
  readonly stack: Stack;
  readonly programs: ProviderlessPrograms;
  /** Names the cluster by KUBECONFIG. */
  readonly environment: NodeJS.ProcessEnv;
  readonly run: RunCommand;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Ends what runs and begins nothing more. */
  readonly signal?: AbortSignal;
}
