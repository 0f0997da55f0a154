import type { Environment } from "../../config/environment";
import type { AwsTarget } from "../../config/target/target-aws";

/** A port of nodes or pods that the API server calls. */
export interface CalledPort {
  readonly port: number;
  readonly purpose: string;
}

/** The ports that the API server calls in this environment: kubelet, metrics and the webhooks of what is installed. */
export function portsCalledByApiServer(
  environment: Environment & { readonly target: AwsTarget },
): CalledPort[] {
  const { target, certManager, gateways } = environment;
  const webhookOfCertManager = certManager.management === "none" ? "" : " and cert-manager's webhook";
  const known = [
    { port: 10250, purpose: `kubelets${webhookOfCertManager}` },
    { port: 10251, purpose: "metrics-server" },
    { port: 15017, purpose: "istiod's webhooks" },
    ...(gateways.some(({ exposure }) => exposure.kind === "nlb")
      ? [{ port: 9443, purpose: "the load balancer controller's webhook" }]
      : []),
  ];
  const further = [...new Set(target.controlPlane.webhookPorts)]
    .filter((port) => !known.some((one) => one.port === port))
    .map((port) => ({ port, purpose: "a webhook in target.controlPlane.webhookPorts" }));
  return [...known, ...further];
}
