import type { Environment } from "../../config/environment";
import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

/** Settings of a chart that is installed; they change nothing in an installation that is left alone. */
function chartSettings(mesh: Environment["mesh"]): (readonly [path: readonly string[], value: unknown])[] {
  const { istiod, cni, ztunnel, baseValues, proxyResources } = mesh;
  return [
    [["istiod", "replicas"], istiod.replicas],
    [["istiod", "resources"], istiod.resources],
    [["istiod", "values"], istiod.values],
    [["cni", "values"], cni.values],
    [["ztunnel", "resources"], ztunnel.resources],
    [["ztunnel", "values"], ztunnel.values],
    [["baseValues"], baseValues],
    [["proxyResources"], proxyResources],
  ];
}

function isSet(value: unknown): boolean {
  return value !== undefined && Object.keys(value as object).length > 0;
}

/** What an adopted installation would ignore. */
export const adoptedIsLeftAlone = rule(["mesh", "certManager"], ({ mesh, certManager }): Finding[] => {
  const ofMesh =
    mesh.management !== "install"
      ? chartSettings(mesh)
          .filter(([, value]) => isSet(value))
          .map(([path, value]) => ({ path: ["mesh", ...path], value, owner: "mesh" }))
      : [];
  const ofCertManager =
    certManager.management !== "install" && isSet(certManager.values)
      ? [{ path: ["certManager", "values"], value: certManager.values, owner: "certManager" }]
      : [];
  return [...ofMesh, ...ofCertManager].map(({ path, value, owner }) => ({
    path,
    found: quote(value),
    accepted: `${owner}.management is not install, so that nothing of it is changed`,
    advice: `remove the key, or set ${owner}.management to install`,
  }));
});
