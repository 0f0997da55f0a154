import { DnsARecord } from "@cdktf/provider-azurerm/lib/dns-a-record";
import { PrivateDnsARecord } from "@cdktf/provider-azurerm/lib/private-dns-a-record";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { recordIds } from "../../composition/construct-ids";
import type { GatewayDns } from "../../config/gateway/dns";
import { azureProvider, azureProviderOf } from "./azure-provider";

/** Seconds for which a resolver may keep a record: short enough to move a gateway, long enough to spare the zone. */
const ttlSeconds = 300;

/** Properties of {@link AzureDnsRecords}. */
export interface AzureDnsRecordsProps {
  readonly zone: Omit<Extract<GatewayDns, { readonly kind: "azure-dns" }>, "kind">;
  /** Host names in the zone; `*.` in front stands for every name below. */
  readonly hosts: readonly string[];
  /** IPv4 address of the gateway. */
  readonly address: string;
}

/** A records in an Azure DNS zone that lead the host names of a gateway to its address. */
export class AzureDnsRecords extends Construct {
  public constructor(scope: Construct, id: string, props: AzureDnsRecordsProps) {
    super(scope, id);
    const { hosts, address } = props;
    const { zoneName, resourceGroupName, subscriptionId, visibility } = props.zone;
    const stack = TerraformStack.of(this);
    azureProvider(stack);
    const elsewhere =
      subscriptionId === undefined ? {} : { provider: azureProviderOf(stack, subscriptionId) };
    const idOf = recordIds(hosts);
    for (const host of hosts) {
      const record = {
        ...elsewhere,
        zoneName,
        resourceGroupName,
        name: relativeName(host, zoneName),
        ttl: ttlSeconds,
        records: [address],
      };
      switch (visibility) {
        case "public":
          new DnsARecord(this, idOf(host), record);
          break;
        case "private":
          new PrivateDnsARecord(this, idOf(host), record);
      }
    }
  }
}

/** The name as the zone holds it; "@" is the zone itself. */
function relativeName(host: string, zoneName: string): string {
  return host === zoneName ? "@" : host.slice(0, -zoneName.length - 1);
}
