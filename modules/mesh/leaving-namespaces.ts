import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, Op, propertyAccess, TerraformSelf, Token } from "cdktf";
import { Construct } from "constructs";
import { ownershipLabel } from "../../composition/ownership";

/** Properties of {@link LeavingNamespaces}. */
export interface LeavingNamespacesProps {
  readonly environmentName: string;
  /** Namespaces that the environment has, and those that it may delete. */
  readonly expected: readonly string[];
}

/**
 * Defines what is read of the namespaces for applications that this environment has made; a plan stops here when it
 * would delete one of them, with everything in it, only because it is in the file no more.
 *
 * It is there in every environment: the last one may leave, too. Gateways and the health workload are asked for by
 * name and have namespaces to themselves, which carry no such label.
 */
export class LeavingNamespaces extends Construct {
  public constructor(scope: Construct, id: string, { environmentName, expected }: LeavingNamespacesProps) {
    super(scope, id);
    const found = propertyAccess(TerraformSelf.getAny("objects"), ["*", "metadata", "name"]);
    const leaving = Fn.setsubtract(Token.asList(found), [...expected]);
    const names = (separator: string) => Fn.join(separator, leaving);
    new DataKubernetesResources(this, "made", {
      apiVersion: "v1",
      kind: "Namespace",
      labelSelector: `${ownershipLabel}=${environmentName}`,
      lifecycle: {
        postcondition: [
          {
            condition: Op.lt(Fn.lengthOf(leaving), 1),
            errorMessage: [
              `The file of environment ${environmentName} has namespace ${names(", ")} no more, which would be deleted with everything in it.`,
              "To delete it, list it under mesh.removedNamespaces.",
              "To keep it, write it into mesh.namespaces with management: adopt and apply; then cut its tie and take it out:",
              `kubectl label namespace ${names(" ")} ${ownershipLabel}-`,
            ].join(" "),
          },
        ],
      },
    });
  }
}
