import { quote } from "../reading/problem";
import { rule, type Finding } from "./rule";

/** Namespaces that Kubernetes, a platform or this project makes: no sidecars there. */
const reserved: Readonly<Record<string, string>> = {
  default: "Kubernetes makes it",
  "kube-system": "Kubernetes makes it",
  "kube-public": "Kubernetes makes it",
  "kube-node-lease": "Kubernetes makes it",
  "istio-system": "it is the control plane's",
  "aks-istio-system": "it is the control plane's",
  "cert-manager": "it is cert-manager's",
  "metallb-system": "it is MetalLB's",
  "mesh-addons": "it is that of observability.addons",
  "mesh-health": "it is the health workload's",
  "gatekeeper-system": "AKS makes it",
  "aks-command": "AKS makes it",
  "amazon-guardduty": "EKS makes it",
  "amazon-cloudwatch": "EKS makes it",
};

/** Who has a namespace that is none for applications, as a clause; undefined where it is free. */
export function ownerOfNamespace(
  name: string,
  gateways: readonly { readonly name: string }[],
): string | undefined {
  const gateway = gateways.find((each) => `istio-${each.name}` === name);
  return (
    (Object.hasOwn(reserved, name) ? reserved[name] : undefined) ??
    (gateway === undefined ? undefined : `it is gateway ${gateway.name}'s`) ??
    (/^(kube|openshift)-/.test(name) ? "its prefix is the platform's" : undefined)
  );
}

/** Namespaces for applications: each once, and none that belongs to somebody else. */
export const namespacesAreFree = rule(["mesh", "gateways"], ({ mesh, gateways }) =>
  mesh.namespaces.flatMap(({ name }, index): Finding[] => {
    const path = ["mesh", "namespaces", index, "name"];
    const owner = ownerOfNamespace(name, gateways);
    if (owner !== undefined) {
      const accepted = `a namespace for applications, made by this environment; ${owner}`;
      return [{ path, found: quote(name), accepted, advice: "choose another name" }];
    }
    if (mesh.namespaces.findIndex((other) => other.name === name) === index) return [];
    return [
      { path, found: quote(name), accepted: "each namespace stands once", advice: "remove one of the two" },
    ];
  }),
);
