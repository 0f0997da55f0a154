import { describe, expect, test } from "vitest";
import { parse as yaml } from "yaml";
import { environmentFile } from "../../config/environment";
import { asLiteral } from "../../config/literal-text";
import { istioNamespaceOf } from "../../smoke/kubernetes/scope";
import { aws, azure, existing, messagesOf } from "../support/environments/environment-files";
import { check, onto } from "../support/environments/rule-cases";
import { type StackJson, synthClusterStack } from "../support/stacks/aks-cluster-stack";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const revision = "revisions: [{ name: asm-1-30, istioVersion: 1.30.8 }]";
const stable = "tags: { stable: asm-1-30 }";
const kubernetes = azure.slice(0, azure.indexOf("mesh:"));

/** A mesh that AKS runs, with more keys of `mesh`. */
const managed = (more = "") => `${kubernetes}mesh:
  management: aks-add-on
  ${revision}
  ${stable}
${more}`;

const vault =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-mesh";

function clusterOf(text: string): StackJson {
  expect(messagesOf(text)).toBe("");
  const environment = environmentFile.parse(yaml(text));
  const { target } = environment;
  if (target.kind !== "azure") throw new Error("not on Azure");
  return synthClusterStack(asLiteral({ ...environment, target, name: "lab" }));
}

const only = (stack: StackJson) => Object.values(stack.resource["azurerm_kubernetes_cluster"] ?? {})[0];

describe("the cluster of a mesh that AKS runs", () => {
  test("is asked for the revisions, and for no gateway that the file does not switch on", () => {
    expect(only(clusterOf(managed()))).toMatchObject({
      service_mesh_profile: {
        mode: "Istio",
        revisions: ["asm-1-30"],
        external_ingress_gateway_enabled: false,
        internal_ingress_gateway_enabled: false,
      },
    });
    expect(only(clusterOf(managed("  aksAddOn: { externalGateway: true }\n")))).toMatchObject({
      service_mesh_profile: {
        external_ingress_gateway_enabled: true,
        internal_ingress_gateway_enabled: false,
      },
    });
  });

  test("has no Istio of AKS where the stack installs one", () => {
    expect(only(clusterOf(azure))).not.toHaveProperty("service_mesh_profile");
  });

  test("takes its CA from Key Vault, which its add-on may read", () => {
    const stack = clusterOf(
      managed(`  aksAddOn: { certificateAuthority: { keyVaultId: "${vault}", privateKey: mesh-key } }\n`),
    );
    expect(only(stack)).toMatchObject({
      service_mesh_profile: {
        certificate_authority: {
          key_vault_id: vault,
          root_cert_object_name: "root-cert",
          cert_chain_object_name: "cert-chain",
          cert_object_name: "ca-cert",
          key_object_name: "mesh-key",
        },
      },
      key_vault_secrets_provider: { secret_rotation_enabled: true },
    });
    const roles = Object.values(stack.resource["azurerm_role_assignment"] ?? {});
    expect(roles.find(({ scope }) => scope === vault)).toMatchObject({
      role_definition_name: "Key Vault Secrets User",
      principal_id: expect.stringContaining(
        "key_vault_secrets_provider[0].secret_identity[0].object_id",
      ) as string,
    });
    const without = Object.values(clusterOf(managed()).resource["azurerm_role_assignment"] ?? {});
    expect(without.some(({ role_definition_name: role }) => role === "Key Vault Secrets User")).toBe(false);
  });
});

describe("the mesh that AKS runs", () => {
  const mesh = synthesizeMesh(
    managed(
      "  mtls: strict\n  outboundTraffic: registry-only\n  namespaces: [{ name: shop }, { name: legacy, mtls: permissive }]\n",
    ),
  );

  test("has none of Istio's releases, and its own objects in the namespace of the add-on", () => {
    for (const name of ["istio-base", "istiod", "istio-cni", "istio-revision-tags"])
      expect(mesh.releaseNames).not.toContain(name);
    expect(mesh.release("mesh-policies")).toMatchObject({ namespace: "aks-istio-system" });
    const [ofMesh, ofLegacy] = mesh.objectsOfKind("PeerAuthentication");
    expect(ofMesh?.metadata).toMatchObject({ namespace: "aks-istio-system", name: "default" });
    expect(ofMesh?.spec).toEqual({ mtls: { mode: "STRICT" } });
    expect(ofLegacy?.metadata.namespace).toBe("legacy");
    expect(mesh.namespaces).not.toHaveProperty("istio-system");
    expect(mesh.namespaces).not.toHaveProperty("aks-istio-system");
  });

  test("has namespaces that follow a revision by its own name: the add-on reads no other label", () => {
    expect(mesh.namespaces["shop"]).toMatchObject({ "istio.io/rev": "asm-1-30" });
    expect(mesh.namespaces["shop"]).not.toHaveProperty("istio-injection");
    // Its sidecars come with an init container that changes the network.
    expect(mesh.namespaces["shop"]).toMatchObject({ "pod-security.kubernetes.io/enforce": "privileged" });
  });

  test("is told of the mesh by a ConfigMap for each revision, with what the add-on takes", () => {
    const [shared] = mesh.objectsOfKind("ConfigMap") as unknown as {
      metadata: object;
      data: { mesh: string };
    }[];
    expect(shared?.metadata).toEqual({
      name: "istio-shared-configmap-asm-1-30",
      namespace: "aks-istio-system",
    });
    expect(JSON.parse(shared?.data.mesh ?? "")).toEqual({
      accessLogFile: "/dev/stdout",
      accessLogEncoding: "JSON",
      outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
    });
    expect(synthesizeMesh(azure).objectsOfKind("ConfigMap")).toEqual([]);
  });

  test("stops at plan where AKS does not run the revision, and is looked for by smoke where AKS has it", () => {
    const found = Object.values(mesh.json.data?.["kubernetes_resources"] ?? {});
    const istiod = found.find((each) => each["label_selector"] === "app=istiod");
    expect(istiod).toMatchObject({ namespace: "aks-istio-system" });
    expect(JSON.stringify(istiod?.["lifecycle"])).toContain("no control plane of revision asm-1-30");
    expect(mesh.outputs["istio_revision"]).toBe("asm-1-30");
    expect(istioNamespaceOf("asm-1-30")).toBe("aks-istio-system");
    expect(istioNamespaceOf("1-30-8")).toBe("istio-system");
  });
});

describe("what a mesh that AKS runs cannot be asked for", () => {
  const base = kubernetes;
  const of = (more: string) => `mesh: { management: aks-add-on, ${more} }`;
  const right = of(`${revision}, ${stable}`);
  check([
    ...onto(base, {
      "a version without a name": [
        of("istioVersion: 1.31.4"),
        "write revisions: [{ name: asm-1-30, istioVersion: 1.30.8 }] and tags: { stable: asm-1-30 }",
        right,
      ],
      "a revision by another name": [
        of("revisions: [{ name: canary, istioVersion: 1.30.8 }], tags: { stable: canary }"),
        "mesh.revisions[0].name: AKS calls its control plane of Istio 1.30 asm-1-30",
        right,
      ],
      "an Istio that it does not have yet": [
        of("revisions: [{ name: asm-1-31, istioVersion: 1.31.4 }], tags: { stable: asm-1-31 }"),
        "mesh.revisions[0].istioVersion: the newest Istio of the add-on is 1.30",
        right,
      ],
      "ambient mode": [of(`mode: ambient, ${revision}, ${stable}`), "the add-on has sidecars only", right],
      "gateways of the project's": [
        `${right}\ngateways: [{ name: ingress, exposure: { kind: azure-lb } }]`,
        "gateways: the add-on has gateways of its own",
        of(`${revision}, ${stable}, aksAddOn: { internalGateway: true }`),
      ],
      "a CA of cert-manager's": [
        `${of(`${revision}, ${stable}, ca: { kind: cacerts, issuer: ca }`)}\ncertManager: { issuers: [{ kind: self-signed-ca, name: ca }] }`,
        "the add-on of AKS takes its CA from mesh.aksAddOn.certificateAuthority",
        of(`${revision}, ${stable}, aksAddOn: { certificateAuthority: { keyVaultId: "${vault}" } }`),
      ],
      "values of charts that are not installed": [
        of(`${revision}, ${stable}, istiod: { values: { a: 1 } }`),
        "mesh.istiod.values: mesh.management is not install",
        right,
      ],
    }),
    ...onto(existing.slice(0, existing.indexOf("mesh:")), {
      "on a cluster that is not of this project's making": [
        right,
        "the add-on belongs to an AKS cluster that this project makes, and target is existing",
        "mesh: { istioVersion: 1.31.4 }",
      ],
    }),
    ...onto(aws.slice(0, aws.indexOf("mesh:")), {
      "its keys without it": [
        "mesh: { istioVersion: 1.31.4, aksAddOn: { internalGateway: true } }",
        "mesh.aksAddOn: only with management: aks-add-on does AKS bring Istio",
        "mesh: { istioVersion: 1.31.4 }",
      ],
    }),
  ]);
});
