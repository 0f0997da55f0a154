import { type ApiClient } from "../api/client";
import { type EndpointSlice } from "../api/objects";
import { type ReleaseBlock, type Stack } from "../stack/block";
import { type EventRecorder, type Warning } from "./event-recorder";

const longestWarningList = 5;

/**
 * What the cluster told of the releases that failed: the warnings of their namespaces, and the Services of webhooks
 * that nobody answered for. Empty where nothing was told.
 *
 * @param addresses Terraform addresses of the blocks that failed
 */
export async function explainFailure(
  addresses: readonly string[],
  stack: Stack,
  events: EventRecorder,
  api: Pick<ApiClient, "list">,
): Promise<readonly string[]> {
  const failed = stack.blocks.filter(
    (block): block is ReleaseBlock => block.kind === "release" && addresses.includes(block.address),
  );
  const explanations = failed.map(({ name, namespace }) => ({
    title: `release ${name}, while it was installed in namespace ${namespace}:`,
    warnings: events.warningsIn(namespace),
  }));
  const services = new Set(
    explanations.flatMap(({ warnings }) => warnings.flatMap(({ message }) => webhookServices(message))),
  );
  const unanswered: string[] = [];
  for (const service of services) {
    if (!(await hasReadyEndpoint(service, api))) unanswered.push(service);
  }
  return [
    ...explanations.flatMap(({ title, warnings }) =>
      warnings.length === 0 ? [] : [title, ...lines(warnings)],
    ),
    ...unanswered.map(
      (service) =>
        `nothing answers for Service ${service}: look at the pods behind it (kubectl get pods --namespace ${service.split("/")[0] ?? ""})`,
    ),
  ];
}

function lines(warnings: readonly Warning[]): readonly string[] {
  const shown = warnings
    .slice(0, longestWarningList)
    .map(({ object, reason, message }) => `  ${reason} of ${object}: ${message}`);
  const left = warnings.length - shown.length;
  return left === 0 ? shown : [...shown, `  and ${left.toString()} more`];
}

/** Services, as `namespace/name`, of the webhooks that an admission error says could not be called. */
export function webhookServices(message: string): readonly string[] {
  const called =
    /failed calling webhook "[^"]+": failed to call webhook: \w+ "?https:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc/g;
  return [...message.matchAll(called)].map(([, name = "", namespace = ""]) => `${namespace}/${name}`);
}

async function hasReadyEndpoint(service: string, api: Pick<ApiClient, "list">): Promise<boolean> {
  const [namespace = "", name = ""] = service.split("/");
  const selector = `labelSelector=kubernetes.io%2Fservice-name%3D${name}`;
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?${selector}`;
  const slices = await api.list<EndpointSlice>(path);
  return slices.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false));
}
