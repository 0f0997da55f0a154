import type { Contribution, Feature } from "../../composition/contribution";
import { healthName } from "../../composition/health-route";
import type { AuthorizationPolicyManifest } from "../../composition/manifests/istio";
import { healthNamespace, istioNamespace } from "../../composition/namespace-names";
import type { Environment } from "../../config/environment";
import { goesThroughWaypoint, partlyGoesThroughWaypoint, waypointName } from "../ambient/waypoint";
import { gatewayIdentity } from "../gateways/gateway-identity";
import type { AllowRule } from "./keys";

/**
 * Who may call whom, by `policies.authorization`.
 *
 * The refusal is a release of its own, after everything that lets somebody in: no request is refused while rules are
 * still missing, and it goes before them. Requests to Envoy itself, kubelets' probes among them, are no matter of
 * authorization.
 *
 * @see https://istio.io/latest/docs/ops/best-practices/security/#use-default-deny-patterns
 */
export const authorization: Feature = {
  name: "authorization",
  contribute: ({ environment }): Contribution => {
    const { default: fallback, allow } = environment.policies.authorization;
    if (fallback === "allow") return {};
    return {
      policies: [
        ...environment.gateways.map(gatewayAnswers),
        ...healthIsCalled(environment),
        ...waypointsCallPods(environment),
        ...allow.flatMap((rule) => judgedBy(rule, environment)),
      ],
      releases: [
        {
          kind: "objects",
          path: ["policies", "default-deny"],
          name: "mesh-default-deny",
          namespace: istioNamespace,
          phase: "policies",
          afterReleases: ["mesh-policies"],
          objects: [policy("default-deny", istioNamespace, {}), ...waypointsDeny(environment)],
        },
      ],
    };
  },
};

type Spec = AuthorizationPolicyManifest["spec"];

function policy(name: string, namespace: string, spec: Spec): AuthorizationPolicyManifest {
  return {
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: { name, namespace },
    spec,
  };
}

/** The edge answers everybody: routes and JWTs decide there, and the workload behind it once more. */
function gatewayAnswers(gateway: Environment["gateways"][number]): AuthorizationPolicyManifest {
  return policy("gateway-answers", gatewayIdentity(gateway).namespace, {
    selector: { matchLabels: { istio: gateway.name } },
    action: "ALLOW",
    rules: [{}],
  });
}

function healthIsCalled({ gateways, mesh }: Environment): AuthorizationPolicyManifest[] {
  const ingresses = gateways.filter(({ direction }) => direction === "ingress");
  if (ingresses.length === 0) return [];
  return [
    policy("gateways-call-health", healthNamespace, {
      selector: { matchLabels: { app: healthName } },
      action: "ALLOW",
      rules: [
        {
          from: [
            { source: { principals: ingresses.map(({ name }) => gatewayPrincipal(name, mesh.trustDomain)) } },
          ],
          to: [{ operation: { methods: ["GET", "HEAD"] } }],
        },
      ],
    }),
  ];
}

/** Identity of a service account, as Istio's policies write it. */
function principal(namespace: string, serviceAccount: string, trustDomain: string): string {
  return `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}

function gatewayPrincipal(name: string, trustDomain: string): string {
  const { namespace, serviceName } = gatewayIdentity({ name });
  return principal(namespace, serviceName, trustDomain);
}

/** Behind a waypoint that all requests go through nobody else calls the pods. */
function waypointsCallPods({ mesh }: Environment): AuthorizationPolicyManifest[] {
  return behindWaypoints(mesh).map((namespace) =>
    policy("waypoint-calls-pods", namespace, {
      action: "ALLOW",
      rules: [{ from: [{ source: { principals: [principal(namespace, waypointName, mesh.trustDomain)] } }] }],
    }),
  );
}

/** A policy without a target is no waypoint's. */
function waypointsDeny({ mesh }: Environment): AuthorizationPolicyManifest[] {
  if (behindWaypoints(mesh).length === 0) return [];
  const target = {
    group: "gateway.networking.k8s.io",
    kind: "GatewayClass",
    name: "istio-waypoint",
  } as const;
  return [policy("default-deny-waypoints", istioNamespace, { targetRefs: [target] })];
}

function behindWaypoints(mesh: Environment["mesh"]): readonly string[] {
  return mesh.namespaces
    .map(({ name }) => name)
    .filter((name) => goesThroughWaypoint(mesh, name) || partlyGoesThroughWaypoint(mesh, name));
}

const byWaypoint: Spec = {
  targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: waypointName }],
};

/** By a rule judges the waypoint of its namespace, or the pods, or both where not all requests go through the waypoint. */
function judgedBy(rule: AllowRule, { mesh }: Environment): AuthorizationPolicyManifest[] {
  const { name, namespace, labels } = rule;
  if (goesThroughWaypoint(mesh, namespace)) return [allowed(name, rule, byWaypoint, mesh)];
  const choosesPods = Object.keys(labels).length > 0;
  const byPods = allowed(name, rule, choosesPods ? { selector: { matchLabels: labels } } : {}, mesh);
  // A waypoint judges before a pod is chosen.
  if (choosesPods || !partlyGoesThroughWaypoint(mesh, namespace)) return [byPods];
  return [byPods, allowed(`${name}.waypoint`, rule, byWaypoint, mesh)];
}

function allowed(
  name: string,
  rule: AllowRule,
  judges: Spec,
  { trustDomain }: Environment["mesh"],
): AuthorizationPolicyManifest {
  const principals = [
    ...rule.from.serviceAccounts.map((account) => {
      const [namespace = "", name = ""] = account.split("/");
      return principal(namespace, name, trustDomain);
    }),
    ...rule.from.gateways.map((name) => gatewayPrincipal(name, trustDomain)),
  ];
  const operation = {
    ...(rule.methods.length === 0 ? {} : { methods: rule.methods }),
    ...(rule.paths.length === 0 ? {} : { paths: rule.paths }),
  };
  return policy(name, rule.namespace, {
    ...judges,
    action: "ALLOW",
    rules: [
      {
        from: [
          ...(principals.length === 0 ? [] : [{ source: { principals } }]),
          ...(rule.from.namespaces.length === 0 ? [] : [{ source: { namespaces: rule.from.namespaces } }]),
        ],
        ...(Object.keys(operation).length === 0 ? {} : { to: [{ operation }] }),
      },
    ],
  });
}
