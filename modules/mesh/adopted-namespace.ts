import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, type ITerraformDependable, Op, TerraformSelf, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { PlannedNamespace } from "../../composition/composition";
import { firstOf } from "../cluster/object-list";

/** Properties of an {@link AdoptedNamespace}. */
export interface AdoptedNamespaceProps extends Pick<
  PlannedNamespace,
  "name" | "labels" | "followsUnnamedRevision"
> {
  /** What must be there before the labels can be right. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Defines what is read of a namespace that somebody else owns; a plan stops here when it is not there, or when its
 * pods would get no sidecar.
 */
export class AdoptedNamespace extends Construct {
  public readonly checked: DataKubernetesResources;
  /** Address of the namespace when the stack still made it. */
  public readonly formerAddress: string;

  public constructor(scope: Construct, id: string, props: AdoptedNamespaceProps) {
    const { name, labels, dependsOn, followsUnnamedRevision = false } = props;
    super(scope, id);
    const found = TerraformSelf.getAny("objects");
    // Not `== 0`: cdktf 0.21 writes a literal 0 as undefined.
    const absent = Op.lt(Fn.lengthOf(found), 1);
    const label = (key: string) => firstOf(found, ["metadata", "labels", key], "unset");
    const { "istio.io/rev": revision, ...others } = labels;
    const alone = (ofRevision: string, injection: string) =>
      Op.and(Op.eq(label("istio.io/rev"), ofRevision), Op.eq(label("istio-injection"), injection));
    const lost =
      revision === undefined
        ? []
        : [
            {
              condition: Op.or(
                absent,
                followsUnnamedRevision
                  ? Op.or(alone(revision, "unset"), alone("unset", "enabled"))
                  : alone(revision, "unset"),
              ),
              errorMessage: `Pods of namespace ${name} do not get their sidecar of ${revision}: that needs the label istio.io/rev=${revision}, and no label istio-injection, which Istio would follow instead. Set it: kubectl label --overwrite namespace ${name} istio.io/rev=${revision} istio-injection-`,
            },
          ];
    const missing = Object.entries(others).map(([key, value]) => ({
      condition: Op.or(absent, Op.eq(label(key), value)),
      errorMessage: `Namespace ${name} lacks the label ${key}=${value}, by which its pods ${key === "istio-injection" ? "get their sidecar" : "are in the mesh"}. Set it: kubectl label namespace ${name} ${key}=${value}`,
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
          ...lost,
        ],
      },
      ...(dependsOn.length === 0 ? {} : { dependsOn: [...dependsOn] }),
    });
    const before = new Construct(this, "namespace");
    this.formerAddress = `kubernetes_namespace_v1.${TerraformStack.of(this).getLogicalId(before.node)}`;
  }
}
