import type { Feature } from "../../composition/contribution";
import type {
  AuthorizationPolicyManifest,
  RequestAuthenticationManifest,
} from "../../composition/manifests/istio";
import { gatewayIdentity } from "../gateways/gateway-identity";
import type { JwtConfig } from "./keys";

/**
 * Tokens of end users at gateways, by `policies.jwt`: a wrong one is answered with 401, a missing one with 403.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-jwt/
 */
export const jwt: Feature = {
  name: "jwt",
  contribute: ({ environment }) => ({
    policies: environment.policies.jwt.flatMap((one) => {
      const redirects = environment.gateways.some(
        ({ name, tls }) => name === one.gateway && tls !== undefined,
      );
      return [
        requestAuthentication(one),
        ...(one.required ? [tokenIsRequired(one, environment.health.path, redirects)] : []),
      ];
    }),
  }),
};

function requestAuthentication(config: JwtConfig): RequestAuthenticationManifest {
  const { name, gateway, issuer, audiences, keys, forward } = config;
  return {
    apiVersion: "security.istio.io/v1",
    kind: "RequestAuthentication",
    metadata: { name, namespace: gatewayIdentity({ name: gateway }).namespace },
    spec: {
      selector: { matchLabels: { istio: gateway } },
      jwtRules: [
        {
          issuer,
          ...(audiences.length === 0 ? {} : { audiences }),
          ...(keys.kind === "uri" ? { jwksUri: keys.uri } : { jwks: keys.jwks }),
          forwardOriginalToken: forward,
        },
      ],
    },
  };
}

/** ACME servers bring no token to the path of their challenge either. */
const challenges = "/.well-known/acme-challenge/*";

function tokenIsRequired(
  { name, gateway, openPaths }: JwtConfig,
  healthPath: string,
  redirects: boolean,
): AuthorizationPolicyManifest {
  return {
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: { name: `${name}-required`, namespace: gatewayIdentity({ name: gateway }).namespace },
    spec: {
      selector: { matchLabels: { istio: gateway } },
      action: "DENY",
      rules: [
        {
          from: [{ source: { notRequestPrincipals: ["*"] } }],
          to: [
            {
              operation: {
                notPaths: [healthPath, challenges, ...openPaths],
                // Port 80 only leads to HTTPS there.
                ...(redirects ? { notPorts: ["80"] } : {}),
              },
            },
          ],
        },
      ],
    },
  };
}
