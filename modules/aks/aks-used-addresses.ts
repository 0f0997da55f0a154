import { DataAzurermPublicIps } from "@cdktf/provider-azurerm/lib/data-azurerm-public-ips";
import { DataAzurermResources } from "@cdktf/provider-azurerm/lib/data-azurerm-resources";
import { Fn, Op, Token, ref, type Precondition } from "cdktf";
import { Construct } from "constructs";
import type { AksNames } from "../../composition/cloud-names/aks-names";

/** Properties of {@link AksUsedAddresses}. */
export interface AksUsedAddressesProps {
  readonly environmentName: string;
  readonly names: AksNames;
  /** Names of the addresses that the environment file keeps. */
  readonly kept: readonly string[];
}

/**
 * The static addresses that load balancers use when the plan is made.
 *
 * Azure deletes no address in use, and the cluster stack goes before the mesh stack: the mesh has to let go first.
 */
export class AksUsedAddresses extends Construct {
  /** Refuses a plan that would take an address away from a gateway. */
  public readonly precondition: Precondition;

  public constructor(scope: Construct, id: string, props: AksUsedAddressesProps) {
    super(scope, id);
    const { environmentName, names, kept } = props;
    const { resources } = new DataAzurermResources(this, "list", {
      type: "Microsoft.Network/publicIPAddresses",
      resourceGroupName: names.addressResourceGroup,
    });
    const { fqn } = new DataAzurermPublicIps(this, "used", {
      resourceGroupName: names.addressResourceGroup,
      attachmentStatus: "Attached",
      // Azure answers a question about a group that is not there with an error.
      count: Token.asNumber(Fn.min([1, Fn.lengthOf(resources)])),
    });
    const used = ref(`flatten(${fqn}[*].public_ips)[*].name`);
    const dropped = Fn.setsubtract(Token.asList(used), [...kept]);
    this.precondition = {
      condition: Op.lt(Fn.lengthOf(dropped), 1),
      errorMessage: Fn.format(
        "Environment %s: the file no longer keeps %s, and a load balancer still uses it. Deploy the mesh first, which lets go of it (terraform -chdir=cdktf.out/stacks/%s-mesh apply), then the cluster.",
        [environmentName, Fn.join(", ", dropped), environmentName],
      ),
    };
  }
}
