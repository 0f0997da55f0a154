import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, Op, TerraformSelf, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { PlannedNamespace } from "../../composition/composition";
import { firstOf } from "../cluster/object-list";

/**
 * Defines what is read of a namespace that somebody else owns; a plan stops here when it is not there, or when its
 * pods would get no sidecar.
 */
export class AdoptedNamespace extends Construct {
  public readonly checked: DataKubernetesResources;
  /** Address of the namespace when the stack still made it. */
  public readonly formerAddress: string;

  public constructor(
    scope: Construct,
    id: string,
    { name, labels }: Pick<PlannedNamespace, "name" | "labels">,
  ) {
    super(scope, id);
    const found = TerraformSelf.getAny("objects");
    // Not `== 0`: cdktf 0.21 writes a literal 0 as undefined.
    const absent = Op.lt(Fn.lengthOf(found), 1);
    const missing = Object.entries(labels).map(([key, value]) => ({
      condition: Op.or(absent, Op.eq(firstOf(found, ["metadata", "labels", key], ""), value)),
      errorMessage: `Namespace ${name} lacks the label ${key}=${value}, by which its pods get their sidecar. Set it: kubectl label namespace ${name} ${key}=${value}`,
    }));
    this.checked = new DataKubernetesResources(this, "adopted", {
      apiVersion: "v1",
      kind: "Namespace",
      fieldSelector: `metadata.name=${name}`,
      lifecycle: {
        postcondition: [
          {
            condition: Op.not(absent),
            errorMessage: `There is no namespace ${name} to adopt. Make it, or set its management to install.`,
          },
          ...missing,
        ],
      },
    });
    const before = new Construct(this, "namespace");
    this.formerAddress = `kubernetes_namespace_v1.${TerraformStack.of(this).getLogicalId(before.node)}`;
  }
}
