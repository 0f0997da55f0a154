import {
  Fn,
  type ITerraformDependable,
  Op,
  TerraformElement,
  Token,
  conditional,
  dependable,
  ref,
} from "cdktf";
import type { Construct } from "constructs";
import type { HealthConfig } from "../../config/health";
import type { DeployedGateway } from "./deployed-gateway";
import type { GatewayOutputs } from "../../contract/outputs";

/** The first release that sends the Host header that it is given is 3.4.4. */
const httpProvider = { source: "hashicorp/http", version: "3.6.1" };

/** Properties of a {@link HealthCheck}. */
export interface HealthCheckProps {
  readonly gateway: DeployedGateway;
  readonly outputs: GatewayOutputs;
  readonly health: HealthConfig;
  /** What must be ready before. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Defines a check at the end of each plan and apply: the health check answers 200 through the gateway.
 *
 * A check warns and does not fail. It reaches a gateway with TLS by the host name in the certificate, which must
 * resolve where Terraform runs: the http provider cannot ask an address for a name.
 *
 * @see https://developer.hashicorp.com/terraform/language/block/check
 */
export class HealthCheck extends TerraformElement {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: HealthCheckProps,
  ) {
    super(scope, id, "check");
  }

  // cdktf 0.21 has no construct for check blocks.
  public override toTerraform(): object {
    const name = this.friendlyUniqueId;
    const { outputs, dependsOn } = this.props;
    const status = ref(`data.http.${name}.status_code`, this.cdktfStack);
    const assertion = {
      condition: Op.eq(status, 200),
      error_message: `${outputs.healthz_url} did not answer 200 but ${Token.asString(status)}. Look at the layers with: npm run smoke -- <environment>`,
    };
    const data = { ...this.request(), depends_on: dependsOn.map(dependable) };
    return {
      terraform: { required_providers: { http: httpProvider } },
      check: { [name]: { data: { http: { [name]: data } }, assert: [assertion] } },
    };
  }

  private request(): object {
    const { gateway, outputs, health } = this.props;
    const common = { request_timeout_ms: 10_000, retry: { attempts: 3 } };
    const { healthz_host: host, healthz_url: url, gateway_https_port: port, gateway_ca: ca } = outputs;
    if (gateway.config.tls === undefined) {
      return { url, ...(host === "" ? {} : { request_headers: { Host: host } }), ...common };
    }
    return {
      url: `https://${host}:${port}${health.path}`,
      ...(ca === "" ? {} : { ca_cert_pem: conditional(Op.lt(Fn.lengthOf(ca), 1), Token.nullValue(), ca) }),
      ...common,
    };
  }
}
