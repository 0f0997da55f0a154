import { quote } from "../../config/reading/problem";
import { ownerOfNamespace } from "../../config/rules/namespaces";
import { rule, type Finding } from "../../config/rules/rule";

/** Releases of the mesh itself; those of gateways begin with `istio-`. */
const ownRelease =
  /^(istio|istiod|ztunnel)(-|$)|^(mesh|cert-manager|metallb|aws-load-balancer-controller|cluster-autoscaler|healthz)(-|$)/;

/** Applications have names of their own, also among the mesh's releases. */
export const applicationNamesAreFree = rule(["applications"], ({ applications }) =>
  applications.flatMap(({ name }, index): Finding[] => {
    const path = ["applications", index, "name"];
    const found = quote(name);
    if (ownRelease.test(name)) {
      const accepted = "a name that no Helm release of the mesh itself has";
      return [{ path, found, accepted, advice: "choose another name" }];
    }
    if (applications.findIndex((other) => other.name === name) === index) return [];
    const accepted = "each application has a name of its own";
    return [{ path, found, accepted, advice: "rename one of the two" }];
  }),
);

/** An application lies in a namespace of applications, and all that share one agree on its injection. */
export const applicationNamespacesFit = rule(["applications", "mesh", "gateways"], (input) => {
  const { applications, mesh, gateways } = input;
  return applications.flatMap(({ namespace, injection }, index): Finding[] => {
    const at = (key: string) => ["applications", index, key];
    const owner = ownerOfNamespace(namespace, gateways);
    if (owner !== undefined) {
      const accepted = `a namespace for applications; ${owner}`;
      return [{ path: at("namespace"), found: quote(namespace), accepted, advice: "choose another one" }];
    }
    const found = quote(injection);
    const listed = mesh.namespaces.some(({ name }) => name === namespace);
    if (listed && (injection === "workload" || injection === "none")) {
      const accepted = `namespace or manual: mesh.namespaces lists ${namespace}, whose pods all get a sidecar`;
      const advice = `remove ${namespace} from mesh.namespaces, or injection here`;
      return [{ path: at("injection"), found, accepted, advice }];
    }
    const other = applications.slice(0, index).find((each) => each.namespace === namespace);
    if (listed || other === undefined) return [];
    if ((other.injection === "namespace") === (injection === "namespace")) return [];
    const accepted = `one way for all of namespace ${namespace}; application ${other.name} has ${other.injection}`;
    const advice = `set injection: ${other.injection}, or another namespace`;
    return [{ path: at("injection"), found, accepted, advice }];
  });
});
