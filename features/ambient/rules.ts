import { dataplaneMode } from "../../config/mesh/dataplane-mode";
import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";
import { goesThroughWaypoint } from "./waypoint";

/** A namespace in ambient mode needs a ztunnel on the nodes, and that the node agent. */
export const ambientHasItsParts = rule(["mesh", "target"], ({ mesh, target }): Finding[] => {
  const findings: Finding[] = [];
  if (mesh.mode === "sidecar") {
    for (const [index, { mode }] of mesh.namespaces.entries()) {
      if (mode !== "ambient") continue;
      findings.push({
        path: ["mesh", "namespaces", index, "mode"],
        found: quote(mode),
        accepted: "ambient needs ztunnel and an istiod that knows it, which mesh.mode: ambient installs",
        advice: "set mesh.mode to ambient, and mode: sidecar at the namespaces that keep sidecars",
      });
    }
    return findings;
  }
  const mode = { path: ["mesh", "mode"], found: quote(mesh.mode) };
  if (mesh.management === "install" && !mesh.cni.enabled) {
    const accepted = "in ambient the node agent leads traffic to ztunnel, and mesh.cni.enabled is false";
    findings.push({ ...mode, accepted, advice: "set mesh.cni.enabled to true" });
  }
  if (mesh.management === "install" && target.kind === "existing" && target.platform === "openshift") {
    const accepted =
      "on OpenShift Istio wants ztunnel and the node agent in kube-system, and here they are in istio-system";
    findings.push({ ...mode, accepted, advice: "set it to sidecar" });
  }
  return findings;
});

/** What only an Envoy beside a pod can do is asked of no pod behind ztunnel. */
export const ztunnelCanDoIt = rule(["mesh", "policies"], ({ mesh, policies }): Finding[] => {
  const isAmbient = (namespace: string) => dataplaneMode(mesh, namespace) === "ambient";
  const rules = policies.authorization.allow.flatMap(({ namespace, methods, paths }, index): Finding[] => {
    const key = methods.length > 0 ? "methods" : "paths";
    if (!isAmbient(namespace) || goesThroughWaypoint(mesh, namespace)) return [];
    if (methods.length + paths.length === 0) return [];
    return [
      {
        path: ["policies", "authorization", "allow", index, key],
        found: quote(key === "methods" ? methods : paths),
        accepted: `namespace ${namespace} is in ambient mode, where ztunnel judges connections, not requests; it would refuse all of them`,
        advice: "give the namespace a waypoint (waypoint: {}), or set mode: sidecar there",
      },
    ];
  });
  const limits = policies.rateLimits.flatMap(({ at }, index): Finding[] =>
    at.kind !== "workload" || !isAmbient(at.workload.namespace)
      ? []
      : [
          {
            path: ["policies", "rateLimits", index, "at"],
            found: `a workload of ${at.workload.namespace}, which is in ambient mode`,
            accepted: "an Envoy counts the requests, and there is none beside its pods",
            advice: "limit them at a gateway, or set mode: sidecar at the namespace",
          },
        ],
  );
  const plaintext = policies.mtls.flatMap(({ workload, ports }, index): Finding[] =>
    isAmbient(workload.namespace)
      ? Object.entries(ports).flatMap(([port, mode]) =>
          mode !== "disable"
            ? []
            : [
                {
                  path: ["policies", "mtls", index, "ports", port],
                  found: quote(mode),
                  accepted: `namespace ${workload.namespace} is in ambient mode, where ztunnel takes mutual TLS always and disable is ignored`,
                  advice: "set it to permissive",
                },
              ],
        )
      : [],
  );
  const selected = policies.authorization.allow.flatMap(({ namespace, labels }, index): Finding[] =>
    Object.keys(labels).length === 0 || !goesThroughWaypoint(mesh, namespace)
      ? []
      : [
          {
            path: ["policies", "authorization", "allow", index, "labels"],
            found: quote(labels),
            accepted: `labels choose pods, and requests to namespace ${namespace} are judged by its waypoint, before one is chosen`,
            advice: "remove labels, and tell requests apart by paths",
          },
        ],
  );
  return [...rules, ...selected, ...limits, ...plaintext];
});

/** A waypoint is a Gateway of the Gateway API in a namespace whose pods have no Envoy of their own. */
export const waypointsHaveTheirParts = rule(["mesh", "gatewayApi"], ({ mesh, gatewayApi }): Finding[] =>
  mesh.namespaces.flatMap(({ name, waypoint }, index): Finding[] => {
    if (waypoint === undefined) return [];
    const place = { path: ["mesh", "namespaces", index, "waypoint"], found: "one" };
    if (dataplaneMode(mesh, name) === "sidecar") {
      const accepted = `namespace ${name} has sidecars, which do what a waypoint does`;
      return [{ ...place, accepted, advice: "remove it, or set mode to ambient" }];
    }
    if (waypoint.usedBy === "namespace" && waypoint.services.length > 0) {
      return [
        {
          path: [...place.path, "services"],
          found: quote(waypoint.services),
          accepted: `all of namespace ${name} goes through its waypoint, with usedBy: namespace`,
          advice: "remove services, or set usedBy: labelled",
        },
      ];
    }
    if (gatewayApi.management !== "none") return [];
    const accepted = "a waypoint is a Gateway of the Gateway API, and gatewayApi.management is none";
    return [{ ...place, accepted, advice: "set gatewayApi.management to install" }];
  }),
);

/** What a mesh in ambient mode ignores without a word. */
export const ztunnelIgnoresIt = rule(["mesh", "policies"], ({ mesh, policies }): Finding[] => {
  const warn = (path: Finding["path"], value: unknown, accepted: string, advice: string): Finding => ({
    severity: "warning",
    path,
    found: quote(value),
    accepted,
    advice,
  });
  const followers = mesh.namespaces.flatMap(({ name, revision, waypoint }, index): Finding[] =>
    revision === undefined || waypoint !== undefined || dataplaneMode(mesh, name) === "sidecar"
      ? []
      : [
          {
            path: ["mesh", "namespaces", index, "revision"],
            found: quote(revision),
            accepted: "in ambient mode one ztunnel on each node serves all namespaces, and it follows stable",
            advice: "remove it",
          },
        ],
  );
  if (mesh.mode === "sidecar") return followers;
  return [
    ...followers,
    ...(mesh.outboundTraffic === "registry-only"
      ? [
          warn(
            ["mesh", "outboundTraffic"],
            mesh.outboundTraffic,
            "proxies obey it, ztunnel does not: pods in ambient mode reach every address",
            "hold their traffic with a NetworkPolicy where it matters",
          ),
        ]
      : []),
    ...(policies.outbound.proxyScope === "namespace"
      ? [
          warn(
            ["policies", "outbound", "proxyScope"],
            policies.outbound.proxyScope,
            "it narrows what sidecars know, and ztunnel asks only for what its node needs",
            "leave it for namespaces with sidecars",
          ),
        ]
      : []),
  ];
});

/** The rules of ambient mode. */
export const ambientRules = [ambientHasItsParts, waypointsHaveTheirParts, ztunnelCanDoIt, ztunnelIgnoresIt];
