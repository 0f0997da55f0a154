import { DnsARecord } from "@cdktf/provider-azurerm/lib/dns-a-record";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { recordIds } from "../../composition/construct-ids";
import { azureProvider } from "./azure-provider";

/** Seconds for which a resolver may keep a record: short enough to move a gateway, long enough to spare the zone. */
const ttlSeconds = 300;

/** Properties of {@link AzureDnsRecords}. */
export interface AzureDnsRecordsProps {
  readonly zoneName: string;
  readonly resourceGroupName: string;
  /** Host names in the zone; `*.` in front stands for every name below. */
  readonly hosts: readonly string[];
  /** IPv4 address of the gateway. */
  readonly address: string;
}

/** A records in an Azure DNS zone that lead the host names of a gateway to its address. */
export class AzureDnsRecords extends Construct {
  public constructor(scope: Construct, id: string, props: AzureDnsRecordsProps) {
    super(scope, id);
    const { zoneName, resourceGroupName, hosts, address } = props;
    azureProvider(TerraformStack.of(this));
    const idOf = recordIds(hosts);
    for (const host of hosts) {
      new DnsARecord(this, idOf(host), {
        zoneName,
        resourceGroupName,
        name: relativeName(host, zoneName),
        ttl: ttlSeconds,
        records: [address],
      });
    }
  }
}

/** The name as the zone holds it; "@" is the zone itself. */
function relativeName(host: string, zoneName: string): string {
  return host === zoneName ? "@" : host.slice(0, -zoneName.length - 1);
}
