import { readCertificates } from "../../config/pem";
import { quote } from "../../config/reading/problem";
import { issuerFindings, oneSource } from "../../config/rules/issuers";
import { rule, type Finding } from "../../config/rules/rule";
import type { DeclaredCa } from "./mesh-ca-state";

const at = ["mesh", "ca"];

/** The CA comes from one place, which is there and signs CAs. */
export const meshCaHasASource = rule(["mesh", "certManager"], ({ mesh: { ca, management }, certManager }) => {
  if (ca.kind === "istio") return [];
  const findings: Finding[] = [
    ...oneSource(at, ca),
    ...issuerFindings(at, ca, certManager),
    ...acmeFindings(ca, certManager.issuers),
  ];
  if (management !== "install") {
    findings.push({
      path: [...at, "kind"],
      found: quote(ca.kind),
      accepted:
        management === "adopt"
          ? "a mesh that is adopted keeps the CA that it has"
          : "the add-on of AKS takes its CA from mesh.aksAddOn.certificateAuthority",
      advice: "remove mesh.ca",
    });
  }
  return findings;
});

function acmeFindings(
  ca: DeclaredCa,
  issuers: readonly { readonly name: string; readonly kind: string }[],
): Finding[] {
  if (issuers.find(({ name }) => name === ca.issuer)?.kind !== "acme") return [];
  const usable = issuers.filter(({ kind }) => kind !== "acme").map(({ name }) => name);
  return [
    {
      path: [...at, "issuer"],
      found: quote(ca.issuer),
      accepted:
        "an issuer that signs for workload identities: an ACME server signs neither a CA nor a spiffe:// name",
      advice: usable[0] === undefined ? "add one of kind ca or self-signed-ca" : `set it to ${usable[0]}`,
    },
  ];
}

/** Roots are certificates of CAs that still hold, and stand where nothing else could tell them. */
export const meshRootsAreCas = rule(["mesh"], ({ mesh: { ca }, today }): readonly Finding[] => {
  if (ca.kind === "istio") return [];
  if (ca.roots === undefined) {
    if (ca.kind !== "cacerts" || ca.secretName === undefined) return [];
    return [
      {
        path: [...at, "secretName"],
        found: quote(ca.secretName),
        accepted: "with secretName the root is named, too, so that another one is noticed",
        advice: "add roots, with the root certificate in PEM form",
      },
    ];
  }
  const seen = new Map<string, string>();
  return ca.roots.flatMap((pem, index) => {
    const path = [...at, "roots", index];
    return readCertificates(pem).flatMap((root): Finding[] => {
      if (root === undefined) {
        const accepted = "a root certificate in PEM form";
        return [{ path, found: "a block that holds no certificate", accepted, advice: "copy it anew" }];
      }
      const found = `a certificate of ${root.subject === "" ? "nobody named" : root.subject}`;
      if (!root.isCa) {
        const accepted = "a root is the certificate of a CA (CA:TRUE), and this one signs nothing";
        return [{ path, found, accepted, advice: "give the certificate at the end of its chain" }];
      }
      if (root.expires < today) {
        const accepted = `a root that still holds; this one ended on ${root.expires.toISOString().slice(0, 10)}`;
        return [{ path, found, accepted, advice: "remove it, or give its successor" }];
      }
      const before = seen.get(root.fingerprint);
      seen.set(root.fingerprint, `roots[${index}]`);
      return before === undefined
        ? []
        : [{ path, found, accepted: `each root stands once, and ${before} has it`, advice: "remove it" }];
    });
  });
});

/** The intermediate ends before the CA that signs it, and is renewed before it ends. */
export const intermediateEndsInTime = rule(["mesh", "certManager"], ({ mesh: { ca }, certManager }) => {
  if (ca.kind !== "cacerts" || ca.secretName !== undefined) return [];
  const { durationDays, renewBeforeDays } = ca;
  const findings: Finding[] = [];
  if (renewBeforeDays !== undefined && renewBeforeDays >= durationDays) {
    findings.push({
      path: [...at, "renewBeforeDays"],
      found: String(renewBeforeDays),
      accepted: `less than durationDays, which is ${durationDays}`,
      advice: `set it to ${Math.max(1, Math.floor(durationDays / 3))}`,
    });
  }
  const issuer = certManager.issuers.find(({ name }) => name === ca.issuer);
  if (issuer?.kind === "self-signed-ca" && issuer.durationDays < durationDays) {
    findings.push({
      path: [...at, "durationDays"],
      found: String(durationDays),
      accepted: `no more than the CA that signs it: ${issuer.name} holds ${issuer.durationDays} days`,
      advice: `set it to ${issuer.durationDays}, or less`,
    });
  }
  return findings;
});

/** Volumes of istiod that a file sets by hand would take the place of the one with its CA. */
export const istiodKeepsItsCa = rule(["mesh"], ({ mesh: { ca, istiod } }) => {
  if (ca.kind === "istio") return [];
  const { pilot } = istiod.values;
  const below: readonly (readonly [readonly string[], unknown])[] = [
    [[], istiod.values],
    [["pilot"], pilot],
  ];
  return below.flatMap(([before, values]) =>
    ["volumes", "volumeMounts"].flatMap((key): Finding[] =>
      typeof values === "object" && values !== null && Object.hasOwn(values, key)
        ? [
            {
              path: ["mesh", "istiod", "values", ...before, key],
              found: `${key} among the raw values`,
              accepted: "lists take each other's place, and mesh.ca mounts a volume",
              advice: "remove it, or leave mesh.ca out",
            },
          ]
        : [],
    ),
  );
});
