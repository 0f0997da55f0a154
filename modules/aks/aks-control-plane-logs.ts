import type { KubernetesCluster } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { LogAnalyticsWorkspace } from "@cdktf/provider-azurerm/lib/log-analytics-workspace";
import { MonitorDiagnosticSetting } from "@cdktf/provider-azurerm/lib/monitor-diagnostic-setting";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Construct } from "constructs";
import type { AksNames } from "../../composition/cloud-names/aks-names";

/** What tells who did what and why nodes come and go; `kube-audit` itself also logs every read, at a price. */
const logCategories = [
  "kube-audit-admin",
  "guard",
  "kube-apiserver",
  "kube-controller-manager",
  "cluster-autoscaler",
];

/** Properties of {@link AksControlPlaneLogs}. */
export interface AksControlPlaneLogsProps {
  readonly names: AksNames;
  readonly resourceGroup: ResourceGroup;
  readonly cluster: KubernetesCluster;
  /** Days, 30 to 730. */
  readonly retentionDays: number;
  readonly tags: Record<string, string>;
}

/**
 * The control plane's logs in a Log Analytics workspace.
 * @see https://learn.microsoft.com/azure/aks/monitor-aks#aks-control-planeresource-logs
 */
export class AksControlPlaneLogs extends Construct {
  public constructor(scope: Construct, id: string, props: AksControlPlaneLogsProps) {
    super(scope, id);
    const { names, resourceGroup, cluster, retentionDays, tags } = props;

    const workspace = new LogAnalyticsWorkspace(this, "workspace", {
      name: names.logWorkspace,
      location: resourceGroup.location,
      resourceGroupName: resourceGroup.name,
      sku: "PerGB2018",
      retentionInDays: retentionDays,
      localAuthenticationEnabled: false,
      tags,
    });

    new MonitorDiagnosticSetting(this, "control-plane", {
      name: "control-plane",
      targetResourceId: cluster.id,
      logAnalyticsWorkspaceId: workspace.id,
      logAnalyticsDestinationType: "Dedicated",
      enabledLog: logCategories.map((category) => ({ category })),
    });
  }
}
