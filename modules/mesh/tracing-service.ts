import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, Op, TerraformSelf } from "cdktf";
import { Construct } from "constructs";

/** Properties of a {@link TracingService}. */
export interface TracingServiceProps {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
}

/** Defines what is read of the Service that takes spans; a plan stops here when it is not there. */
export class TracingService extends Construct {
  public constructor(scope: Construct, id: string, { name, namespace, port }: TracingServiceProps) {
    super(scope, id);
    const found = TerraformSelf.getAny("objects");
    const absent = Op.lt(Fn.lengthOf(found), 1);
    const ports = Fn.jsonencode(Fn.try([Fn.lookupNested(Fn.element(found, 0), ["spec", "ports"]), []]));
    // cdktf takes no quotes in a function's text: the dots are those around the key.
    const hasPort = Fn.lengthOf(Fn.regexall(`.port.:${port}[,}]`, ports));
    new DataKubernetesResources(this, "service", {
      apiVersion: "v1",
      kind: "Service",
      namespace,
      fieldSelector: `metadata.name=${name}`,
      lifecycle: {
        postcondition: [
          {
            condition: Op.not(absent),
            errorMessage: `There is no Service ${name} in namespace ${namespace}: without it istiod configures no tracing. Install what takes the spans first, or correct observability.tracing.service.`,
          },
          {
            condition: Op.or(absent, Op.gte(hasPort, 1)),
            errorMessage: `Service ${name} of namespace ${namespace} has no port ${port}: spans would be lost. Set observability.tracing.port to one that it has: kubectl get service ${name} --namespace ${namespace}`,
          },
        ],
      },
    });
  }
}
