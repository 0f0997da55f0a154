import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { PlannedNamespace } from "../../composition/composition";

/** Properties of a {@link MeshNamespace}. */
export interface MeshNamespaceProps extends Pick<PlannedNamespace, "name" | "podSecurity" | "labels"> {
  readonly dependsOn: readonly ITerraformDependable[];
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
    const { name, podSecurity, labels, dependsOn } = props;
    this.namespace = new NamespaceV1(this, "namespace", {
      metadata: {
        name,
        labels: {
          "app.kubernetes.io/managed-by": "istio-cdktf",
          "pod-security.kubernetes.io/enforce": podSecurity,
          "pod-security.kubernetes.io/warn": podSecurity,
          ...labels,
        },
      },
      ...(dependsOn.length === 0 ? {} : { dependsOn: [...dependsOn] }),
    });
  }
}
