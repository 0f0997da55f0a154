import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { portsCalledByApiServer } from "../../modules/eks/eks-api-server-ports";
import { type ChartName, missing, render } from "../support/charts/pinned-charts";
import { all, awsProd, meshStack } from "../support/stacks/eks-stacks";

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly ports?: readonly ServicePort[];
    readonly template?: { readonly spec: { readonly containers: readonly Container[] } };
  };
  readonly webhooks?: readonly {
    readonly clientConfig: { readonly service: { readonly name: string; readonly port?: number } };
  }[];
}

interface ServicePort {
  readonly port: number;
  readonly targetPort?: number | string;
}

interface Container {
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
}

/** The values with which aws-prod installs a chart. */
function valuesOf(releaseName: string): object {
  const release = all(meshStack(awsProd()).resource["helm_release"]).find(({ name }) => name === releaseName);
  return parse((release?.["values"] as string[] | undefined)?.[0] ?? "") as object;
}

/** The ports of pods behind the webhooks that a chart registers. */
function webhookPorts(chart: ChartName, releaseName: string): number[] {
  const documents = parseAllDocuments(render(chart, valuesOf(releaseName)));
  const manifests = documents.flatMap((document) => (document.toJS() as Manifest | null) ?? []);
  const containerPorts = manifests.flatMap(({ spec }) =>
    (spec?.template?.spec.containers ?? []).flatMap(({ ports = [] }) => ports),
  );
  const called = manifests
    .flatMap(({ webhooks = [] }) => webhooks)
    .map(
      ({
        clientConfig: {
          service: { name, port = 443 },
        },
      }) => {
        const service = manifests.find(({ kind, metadata }) => kind === "Service" && metadata.name === name);
        const target = service?.spec?.ports?.find((one) => one.port === port)?.targetPort ?? port;
        return typeof target === "number"
          ? target
          : (containerPorts.find((one) => one.name === target)?.containerPort ?? NaN);
      },
    );
  return [...new Set(called)];
}

test("the API server reaches every webhook that the charts of aws-prod register", ({ skip }) => {
  if (missing !== undefined) skip(missing);
  const opened = portsCalledByApiServer(awsProd()).map(({ port }) => port);
  expect(webhookPorts("istiod", "istiod")).toEqual([15017]);
  expect(webhookPorts("cert-manager", "cert-manager")).toEqual([10250]);
  expect(opened).toEqual(expect.arrayContaining([15017, 10250]));
});
