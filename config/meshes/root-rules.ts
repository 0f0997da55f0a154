import { pemBlocks, readCertificates } from "../pem";
import { oneOf, quote } from "../reading/problem";
import type { Finding } from "../rules/rule";
import type { JoinedMember } from "./joined-member";
import type { MultiClusterMesh } from "./mesh-file";

/** istiod's own CA is another root in every cluster. */
export function caFindings({ environment: { name, mesh }, path }: JoinedMember): Finding[] {
  if (mesh.management !== "install" || mesh.ca.kind === "cacerts") return [];
  return [
    {
      path: [...path, "environment"],
      found: `mesh.ca.kind: ${mesh.ca.kind}`,
      accepted: "cacerts: each member signs with an intermediate of its own, all below one root",
      advice: `set mesh.ca to { kind: cacerts, issuer: … } in environments/${name}.yaml`,
    },
  ];
}

/** All members' intermediates lead to the root of the mesh. */
export function rootFindings(mesh: MultiClusterMesh, joined: readonly JoinedMember[]): Finding[] {
  const { root } = mesh;
  switch (root.kind) {
    case "issuer":
      return issuerFindings(mesh, root, joined);
    case "given":
      return joined.flatMap((one) => pinnedFindings(root.certificates, one));
  }
}

type IssuerRoot = Extract<MultiClusterMesh["root"], { readonly kind: "issuer" }>;

function issuerFindings(
  { members }: MultiClusterMesh,
  root: IssuerRoot,
  joined: readonly JoinedMember[],
): Finding[] {
  const names = members.map(({ environment }) => environment);
  if (!names.includes(root.member)) {
    const accepted = `a member: ${oneOf(names)}`;
    return [
      { path: ["root", "member"], found: quote(root.member), accepted, advice: `write ${oneOf(names)}` },
    ];
  }
  return joined.flatMap(({ environment, path }): Finding[] => {
    const { name, certManager } = environment;
    const { ca } = environment.mesh;
    const file = `environments/${name}.yaml`;
    if (name === root.member) {
      const issuer = certManager.issuers.find((one) => one.name === root.issuer);
      const usable = certManager.issuers.filter(({ kind }) => kind !== "acme").map((one) => one.name);
      if (issuer === undefined || issuer.kind === "acme") {
        const accepted = `an issuer of ${file} that signs CAs: ${oneOf(usable)}`;
        const advice =
          usable[0] === undefined ? `add one there, of kind self-signed-ca` : `write ${usable[0]}`;
        return [{ path: ["root", "issuer"], found: quote(root.issuer), accepted, advice }];
      }
      if (ca.kind !== "cacerts" || ca.issuer === root.issuer) return [];
      const accepted = `the root's own member signs below it, too, with mesh.ca.issuer: ${root.issuer}`;
      const advice = `set mesh.ca.issuer to ${root.issuer} in ${file}`;
      return [{ path: ["root", "issuer"], found: quote(ca.issuer), accepted, advice }];
    }
    if (ca.kind !== "cacerts") return [];
    const issuer = certManager.issuers.find((one) => one.name === ca.issuer);
    if (issuer?.kind === "ca") return [];
    return [
      {
        path: [...path, "environment"],
        found:
          issuer === undefined ? `mesh.ca.issuer: ${quote(ca.issuer)}` : `an issuer of kind ${issuer.kind}`,
        accepted: `mesh.ca.issuer is one of kind ca, whose Secret the root's member ${root.member} hands over`,
        advice: `add { kind: ca, name: mesh-root, secretName: mesh-root } to certManager.issuers of ${file}, and set mesh.ca.issuer to mesh-root`,
      },
    ];
  });
}

/** Roots that a member pins by itself are, or contain, those of the mesh. */
function pinnedFindings(certificates: readonly string[], { environment, path }: JoinedMember): Finding[] {
  const { ca } = environment.mesh;
  if (ca.kind !== "cacerts" || ca.roots === undefined) return [];
  const prints = (pems: readonly string[]) =>
    pems.flatMap(pemBlocks).flatMap((pem) => readCertificates(pem).map((one) => one?.fingerprint));
  const own = prints(ca.roots);
  if (prints(certificates).every((one) => own.includes(one))) return [];
  return [
    {
      path: [...path, "environment"],
      found: "mesh.ca.roots without the root of the mesh",
      accepted: "every member trusts root.certificates",
      advice: `remove mesh.ca.roots from environments/${environment.name}.yaml: they follow from the mesh`,
    },
  ];
}
