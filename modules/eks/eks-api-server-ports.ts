import type { CalledPort } from "../../composition/components/component";
import type { Environment } from "../../config/environment";
import type { AwsTarget } from "../../config/target/target-aws";
import { composeMesh } from "../../features/compose-mesh";

/** What EKS itself brings. */
const ofTheCluster: readonly CalledPort[] = [
  { port: 10250, purpose: "kubelets" },
  { port: 10251, purpose: "metrics-server" },
];

/** The ports that the API server calls in this environment: kubelet, metrics and the webhooks of what is installed. */
export function portsCalledByApiServer(
  environment: Environment & { readonly target: AwsTarget },
): CalledPort[] {
  const purposes = new Map<number, string>();
  const ofWebhooks = environment.target.controlPlane.webhookPorts.map((port) => ({
    port,
    purpose: "a webhook in target.controlPlane.webhookPorts",
  }));
  for (const { port, purpose } of [...ofTheCluster, ...composeMesh(environment).calledPorts]) {
    const before = purposes.get(port);
    purposes.set(port, before === undefined ? purpose : `${before} and ${purpose}`);
  }
  for (const { port, purpose } of ofWebhooks) if (!purposes.has(port)) purposes.set(port, purpose);
  return [...purposes].map(([port, purpose]) => ({ port, purpose }));
}
