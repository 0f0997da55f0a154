import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, Op, TerraformSelf } from "cdktf";
import { Construct } from "constructs";

/** Defines what is read of the Prometheus Operator's definitions; a plan stops here when they are not there. */
export class MonitorDefinitions extends Construct {
  public readonly checked: DataKubernetesResources;

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    // The API server has one for each version of a group. The definitions themselves would put half a megabyte into
    // the state.
    this.checked = new DataKubernetesResources(this, "api", {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      fieldSelector: "metadata.name=v1.monitoring.coreos.com",
      lifecycle: {
        postcondition: [
          {
            condition: Op.not(Op.lt(Fn.lengthOf(TerraformSelf.getAny("objects")), 1)),
            errorMessage:
              "The cluster has no PodMonitor and no ServiceMonitor (monitoring.coreos.com/v1). Install the Prometheus Operator first, or its definitions: helm install prometheus-operator-crds oci://ghcr.io/prometheus-community/charts/prometheus-operator-crds. Or set observability.metrics.scrape.kind to annotations.",
          },
        ],
      },
    });
  }
}
