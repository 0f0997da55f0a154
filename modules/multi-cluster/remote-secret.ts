import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { Construct } from "constructs";
import { istioNamespace } from "../../composition/namespace-names";
import type { LinkedMember } from "./linked-member";

/** Properties of a {@link RemoteSecret}. */
export interface RemoteSecretProps {
  /** Whose istiod reads. */
  readonly reader: LinkedMember;
  /** Whose API server is read. */
  readonly read: LinkedMember;
  /** Another number writes it anew. */
  readonly revision: number;
}

/**
 * Defines the Secret by which a member's istiod reads another member's API server. Its token is written, and kept
 * neither in a plan nor in the state.
 *
 * @see https://istio.io/latest/docs/ops/diagnostic-tools/multicluster/
 */
export class RemoteSecret extends Construct {
  public constructor(scope: Construct, id: string, { reader, read, revision }: RemoteSecretProps) {
    super(scope, id);
    new SecretV1(this, "secret", {
      provider: reader.provider,
      metadata: {
        name: `istio-remote-secret-${read.name}`,
        namespace: istioNamespace,
        labels: { "istio/multiCluster": "true", "app.kubernetes.io/managed-by": "istio-cdktf" },
        annotations: { "networking.istio.io/cluster": read.clusterName },
      },
      dataWo: { [read.clusterName]: read.kubeconfig },
      dataWoRevision: revision,
    });
  }
}
