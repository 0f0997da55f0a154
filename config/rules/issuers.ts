import type { CertManagerConfig, IssuerRef } from "../certificates";
import { nearestName } from "../reading/nearest-name";
import { oneOf, quote } from "../reading/problem";
import type { Finding } from "./rule";

/** Where a certificate may come from. */
export interface CertificateSource {
  readonly issuer?: string | undefined;
  readonly issuerRef?: IssuerRef | undefined;
  readonly secretName?: string | undefined;
}

type Path = Finding["path"];

/** A certificate comes from one place. */
export function oneSource(path: Path, source: CertificateSource): Finding[] {
  const kinds = ["issuer", "issuerRef", "secretName"] as const;
  const given = kinds.filter((kind) => source[kind] !== undefined);
  if (given.length === 1) return [];
  return [
    {
      path: given[1] === undefined ? path : [...path, given[1]],
      found: given.length === 0 ? "none of them" : given.join(" and "),
      accepted: `one of ${kinds.join(", ")}`,
      advice: given[0] === undefined ? "add one" : `keep ${given[0]}, or remove it`,
    },
  ];
}

/** An issuer exists: made by this environment, or by whoever runs the adopted cert-manager. */
export function issuerFindings(
  path: Path,
  { issuer, issuerRef }: CertificateSource,
  { issuers, management }: CertManagerConfig,
): Finding[] {
  if (issuer === undefined && issuerRef === undefined) return [];
  if (management === "none") {
    return [
      {
        path,
        found: `${String(path.at(-1))} with certManager.management: none`,
        accepted: "a certificate from an issuer is made by cert-manager",
        advice: "set certManager.management to install or adopt, or give a Secret that exists",
      },
    ];
  }
  const names = issuers.map(({ name }) => name);
  if (issuer === undefined || management === "adopt" || names.includes(issuer)) return [];
  const meant = nearestName(issuer, names);
  return [
    {
      path: [...path, "issuer"],
      found: quote(issuer),
      accepted:
        names.length === 0
          ? "an entry of certManager.issuers, which is empty"
          : `certManager.issuers has ${oneOf(names)}`,
      advice: meant === undefined ? "add it under certManager.issuers" : `did you mean ${meant}?`,
    },
  ];
}
