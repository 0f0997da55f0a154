import { DataAzurermSubnet } from "@cdktf/provider-azurerm/lib/data-azurerm-subnet";
import { DataAzurermVirtualNetwork } from "@cdktf/provider-azurerm/lib/data-azurerm-virtual-network";
import { TerraformStack, ref, type ITerraformDependable, type Precondition } from "cdktf";
import { Construct } from "constructs";
import { subnetParts, type ExistingAzureNetwork } from "../../config/target/target-azure-network";
import { areApart } from "../cluster/ranges-apart";
import { azureProviderOf } from "./azure-provider";

/** Properties of {@link AksExistingNetwork}. */
export interface AksExistingNetworkProps {
  readonly network: ExistingAzureNetwork;
  readonly location: string;
  /** Most nodes at once, each of which takes an address of the subnet. */
  readonly nodes: number;
}

/** Addresses of every subnet that Azure keeps, and one for an internal load balancer. */
const addressesTaken = 5 + 1;

/** A subnet that is there: it is read and checked at plan, and nothing of its network is changed. */
export class AksExistingNetwork extends Construct {
  public readonly subnetId: string;
  public readonly virtualNetworkId: string;
  public readonly routes: readonly ITerraformDependable[] = [];
  /** What must hold before the cluster is planned. */
  public readonly preconditions: readonly Precondition[];

  public constructor(scope: Construct, id: string, props: AksExistingNetworkProps) {
    super(scope, id);
    const { network, location, nodes } = props;
    const { subscriptionId, resourceGroupName, virtualNetworkName, name } = subnetParts(network.subnetId);
    const provider = azureProviderOf(TerraformStack.of(this), subscriptionId);
    const virtualNetwork = new DataAzurermVirtualNetwork(this, "virtual-network", {
      provider,
      name: virtualNetworkName,
      resourceGroupName,
    });
    const subnet = new DataAzurermSubnet(this, "subnet", {
      provider,
      name,
      virtualNetworkName,
      resourceGroupName,
    });
    this.subnetId = network.subnetId;
    this.virtualNetworkId = network.subnetId.replace(/\/subnets\/[^/]+$/, "");
    const ranges = `${virtualNetwork.fqn}.address_space`;
    const apart = (key: "podCidr" | "serviceCidr") =>
      refusal(
        `alltrue([for block in ${ranges} : ${areApart("block", JSON.stringify(network[key]))}])`,
        `target.network.${key}, ${network[key]}, overlaps a range of ${virtualNetworkName}. Choose one outside of it.`,
      );
    this.preconditions = [
      refusal(
        `${virtualNetwork.fqn}.location == "${location}"`,
        `${virtualNetworkName} is not in ${location}, and a cluster stands where its network does. Set target.location to the network's.`,
      ),
      apart("podCidr"),
      apart("serviceCidr"),
      refusal(
        `sum([for block in ${subnet.fqn}.address_prefixes : strcontains(block, ":") ? 0 : pow(2, 32 - tonumber(split("/", block)[1]))]) >= ${nodes + addressesTaken}`,
        `Subnet ${name} has fewer addresses than the ${nodes + addressesTaken} that ${nodes} nodes need, as many as run while the pools are upgraded. Name a larger subnet, or lower maxCount.`,
      ),
      ...(network.outbound.kind === "user-defined-routes"
        ? [
            refusal(
              `try(length(${subnet.fqn}.route_table_id), 0) > 0`,
              `Subnet ${name} has no route table, and target.network.outbound is user-defined-routes. Give it one whose default route leads to your firewall, or choose another way out.`,
            ),
          ]
        : []),
    ];
  }
}

function refusal(condition: string, errorMessage: string): Precondition {
  return { condition: ref(condition), errorMessage };
}
