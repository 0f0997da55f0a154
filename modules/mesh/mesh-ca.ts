import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, type ITerraformDependable, Op, type Postcondition, TerraformLocal, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import { istioNamespace } from "../../composition/namespace-names";
import {
  declaredRoots,
  meshCaLabel,
  meshCaName,
  seenName,
  signerOf,
  type DeclaredCa,
} from "../../features/mesh-ca/mesh-ca-state";
import { firstOf } from "../cluster/object-list";

/**
 * Defines what is read of the CA as it was declared before, and of what `npm run trust` has seen; a plan stops here
 * where the step from there would leave proxies that do not trust each other.
 *
 * @see https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
 */
export class MeshCaSteps extends Construct {
  /** What everything that signs depends on. */
  public readonly checked: DataKubernetesResources;

  public constructor(scope: Construct, id: string, ca: DeclaredCa) {
    super(scope, id);
    this.checked = new DataKubernetesResources(this, "declared", {
      apiVersion: "v1",
      kind: "ConfigMap",
      namespace: istioNamespace,
      labelSelector: meshCaLabel,
      lifecycle: { postcondition: conditions(ca) },
    });
  }
}

/** A value of one of the ConfigMaps that the data source lists, "" where there is none; in Terraform's language. */
const valueOf = (configMap: string, key: string) =>
  `try([for each in self.objects : each.data["${key}"] if each.metadata.name == "${configMap}"][0], "")`;

const list = (text: string) => `toset(compact(split(",", ${text})))`;
const without = (all: string, some: string) => `length(setsubtract(${list(all)}, ${list(some)})) == 0`;
const holds = (...alternatives: readonly string[]) => `\${${alternatives.join(" || ")}}`;

const look = "npm run trust -- --context <context>";

function conditions(ca: DeclaredCa): Postcondition[] {
  const roots = `"${declaredRoots(ca).fingerprints}"`;
  const signer = `"${signerOf(ca)}"`;
  const before = { roots: valueOf(meshCaName, "roots"), signer: valueOf(meshCaName, "signer") };
  const seen = { trusted: valueOf(seenName, "trusted"), signing: valueOf(seenName, "signing") };
  const sameSigner = `contains(["", ${signer}], ${before.signer})`;
  return [
    {
      condition: holds(
        without(before.roots, roots),
        `length(${list(roots)}) > 0 && ${without(roots, before.roots)}`,
      ),
      errorMessage: `mesh.ca.roots neither holds all roots that proxies trust today, nor leaves some of them out and nothing else: proxies with the one set would refuse those with the other. Add the new root beside the old one, apply, and leave the old one out in a later step.`,
    },
    {
      condition: holds(sameSigner, `length(${list(roots)}) > 0 && ${without(roots, seen.trusted)}`),
      errorMessage: `The signer of the mesh changes from \${${before.signer}} to ${signerOf(ca)}, and it is not known that every proxy trusts all of mesh.ca.roots. Keep the signer, put the roots of both into mesh.ca.roots, apply, then let ${look} look at every proxy, and change the signer after it.`,
    },
    {
      condition: holds(
        without(before.roots, roots),
        `length(${list(seen.signing)}) > 0 && ${without(seen.signing, roots)}`,
      ),
      errorMessage: `mesh.ca.roots leaves out a root below which proxies' certificates were last seen. Wait until they are renewed, or restart the workloads, let ${look} look at every proxy, and leave the root out after it.`,
    },
  ];
}

/** Properties of a {@link MeshCaRoots}. */
export interface MeshCaRootsProps {
  readonly ca: DeclaredCa;
  /** What uses the intermediate, so that it is there. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Defines the roots that every proxy is meant to trust, as one bundle in PEM form.
 *
 * Where the file pins none, it reads the CertificateRequest: a data source on the Secret would put the private key
 * into the state.
 */
export class MeshCaRoots extends Construct {
  public readonly pem: string;

  public constructor(scope: Construct, id: string, { ca, dependsOn }: MeshCaRootsProps) {
    super(scope, id);
    const { pem } = declaredRoots(ca);
    this.pem = pem === "" ? this.rootOfIssuer(dependsOn) : pem;
  }

  private rootOfIssuer(dependsOn: readonly ITerraformDependable[]): string {
    const requests = new DataKubernetesResources(this, "requests", {
      apiVersion: "cert-manager.io/v1",
      kind: "CertificateRequest",
      namespace: istioNamespace,
      labelSelector: `${meshCaLabel}=intermediate`,
      dependsOn: [...dependsOn],
      lifecycle: {
        postcondition: [
          {
            condition: Op.gte(Fn.lengthOf(firstOf(TerraformSelf.getAny("objects"), ["status", "ca"], "")), 1),
            errorMessage: `The issuer does not say which root its certificates lead to. Name it: set mesh.ca.roots to it, in PEM form.`,
          },
        ],
      },
    });
    const encoded = firstOf(requests.interpolationForAttribute("objects"), ["status", "ca"], "");
    return new TerraformLocal(this, "pem", Fn.base64decode(encoded)).asString;
  }
}
