import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { Construct } from "constructs";
import type { PodSecurityLevel } from "../../config/mesh/mesh";

/** Properties of a {@link MeshNamespace}. */
export interface MeshNamespaceProps {
  readonly name: string;
  /** Level that the namespace enforces. */
  readonly podSecurity: PodSecurityLevel;
  /**
   * Whether pods get a sidecar.
   *
   * @default false
   */
  readonly injection?: boolean;
}

/**
 * Defines a namespace with its Pod Security level.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export class MeshNamespace extends Construct {
  public readonly namespace: NamespaceV1;

  public constructor(scope: Construct, id: string, props: MeshNamespaceProps) {
    super(scope, id);
    this.namespace = new NamespaceV1(this, "namespace", {
      metadata: {
        name: props.name,
        labels: {
          "app.kubernetes.io/managed-by": "istio-cdktf",
          "pod-security.kubernetes.io/enforce": props.podSecurity,
          "pod-security.kubernetes.io/warn": props.podSecurity,
          ...(props.injection === true ? { "istio-injection": "enabled" } : {}),
        },
      },
    });
  }
}
