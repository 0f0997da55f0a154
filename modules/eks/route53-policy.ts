import type { CertManagerConfig, IssuerConfig } from "../../config/certificates";
import type { PolicyStatement } from "./iam-policy";

/** Whether an issuer proves ownership of names through Route 53. */
export function solvesThroughRoute53({ management, issuers }: CertManagerConfig): boolean {
  return management !== "none" && issuers.some((issuer) => route53Zone(issuer) !== undefined);
}

/**
 * What cert-manager may do in Route 53: set the TXT records of ACME challenges, in the zones that issuers name, or by roles of
 * the accounts that have them.
 *
 * @see https://cert-manager.io/docs/configuration/acme/dns01/route53/
 */
export function challengeStatements(
  issuers: readonly IssuerConfig[],
  partition: string,
): readonly PolicyStatement[] {
  const all = issuers.flatMap((issuer) => route53Zone(issuer) ?? []);
  const roleArns = [...new Set(all.flatMap(({ roleArn }) => roleArn ?? []))];
  const zones = all.filter(({ roleArn }) => roleArn === undefined);
  return [
    ...(zones.length > 0 ? ownZoneStatements(zones, partition) : []),
    ...(roleArns.length > 0
      ? [{ sid: "RolesOfOtherAccounts", actions: ["sts:AssumeRole"], resources: roleArns }]
      : []),
  ];
}

function ownZoneStatements(
  zones: readonly Pick<Route53Zone, "id">[],
  partition: string,
): readonly PolicyStatement[] {
  // A zone that is found by name may be any zone.
  const ids = zones.some(({ id }) => id === undefined) ? ["*"] : [...new Set(zones.map(({ id }) => id))];
  const zoneArns = ids.map((id) => `arn:${partition}:route53:::hostedzone/${id}`);
  return [
    {
      sid: "SetChallenges",
      actions: ["route53:ChangeResourceRecordSets"],
      resources: zoneArns,
      conditions: {
        "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] },
        "ForAllValues:StringLike": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["_acme-challenge.*"],
        },
      },
    },
    { sid: "ReadRecords", actions: ["route53:ListResourceRecordSets"], resources: zoneArns },
    {
      sid: "WaitForChanges",
      actions: ["route53:GetChange"],
      resources: [`arn:${partition}:route53:::change/*`],
    },
    ...(ids.includes("*")
      ? [{ sid: "FindZones", actions: ["route53:ListHostedZonesByName"], resources: ["*"] }]
      : []),
  ];
}

interface Route53Zone {
  readonly id: string | undefined;
  /** Of the zone's account, where that is another one. */
  readonly roleArn: string | undefined;
}

function route53Zone(issuer: IssuerConfig): Route53Zone | undefined {
  if (issuer.kind !== "acme" || issuer.solver.kind !== "dns01") return undefined;
  const { provider } = issuer.solver;
  return provider.kind === "route53" ? { id: provider.hostedZoneId, roleArn: provider.roleArn } : undefined;
}
