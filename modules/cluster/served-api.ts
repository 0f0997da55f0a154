import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, Op, TerraformSelf } from "cdktf";
import { Construct } from "constructs";

/** Properties of a {@link ServedApi}. */
export interface ServedApiProps {
  /** Version and group, such as `v1.monitoring.coreos.com`. */
  readonly name: string;
  /** What a plan says that stops here: what is missing, and what to do. */
  readonly absentMessage: string;
}

/** Defines what is read of an API that somebody else has installed in the cluster; a plan stops here when it is not there. */
export class ServedApi extends Construct {
  public readonly checked: DataKubernetesResources;

  public constructor(scope: Construct, id: string, { name, absentMessage }: ServedApiProps) {
    super(scope, id);
    // The API server has one for each version of a group. The definitions themselves would put up to half a megabyte
    // into the state.
    this.checked = new DataKubernetesResources(this, "api", {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      fieldSelector: `metadata.name=${name}`,
      lifecycle: {
        postcondition: [
          {
            condition: Op.not(Op.lt(Fn.lengthOf(TerraformSelf.getAny("objects")), 1)),
            errorMessage: absentMessage,
          },
        ],
      },
    });
  }
}
