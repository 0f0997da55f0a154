import { parse } from "yaml";
import type { ReleaseBlock, Stack } from "../rehearsal/stack/block";
import { chartNameOf } from "../rehearsal/stack/chart-source";

type Values = Readonly<Record<string, unknown>>;

/** What `istioctl install` needs to make the components of a stack. */
export interface IstioOperator {
  readonly manifest: object;
  /** Namespaces of the components; istioctl makes the first one itself. */
  readonly namespaces: readonly string[];
  /** Terraform's addresses of the same components. */
  readonly addresses: readonly string[];
}

/**
 * Reads a stack's releases of Istio's charts as the `IstioOperator` that has istioctl install the same components.
 *
 * istioctl brings an older chart for gateways: of the gateway's values it takes replicas, Service and resources. How its
 * pods stop is patched in, because that is most of the time in which a mesh is destroyed.
 *
 * @throws Error when a component is missing, or when there is more than one gateway
 */
export function istioOperatorOf(stack: Stack): IstioOperator {
  const releases = stack.blocks.filter((block) => block.kind === "release");
  const only = (chart: string): ReleaseBlock => {
    const [found, ...others] = releases.filter((release) => chartNameOf(release.chart) === chart);
    if (found === undefined || others.length > 0) {
      throw new Error(
        `${stack.name} has ${found === undefined ? "no" : "several"} releases of chart ${chart}`,
      );
    }
    return found;
  };
  const [base, istiod, cni, gateway] = [only("base"), only("istiod"), only("cni"), only("gateway")];
  const { global: baseGlobal, ...baseOwn } = valuesOf(base);
  const { global: istiodGlobal, meshConfig, pilot, ...istiodOwn } = valuesOf(istiod);
  const { global: cniGlobal, ...cniOwn } = valuesOf(cni);
  const manifest = {
    apiVersion: "install.istio.io/v1alpha1",
    kind: "IstioOperator",
    metadata: { namespace: istiod.namespace },
    spec: {
      profile: "default",
      components: {
        base: { enabled: true },
        pilot: { enabled: true },
        cni: { enabled: true, namespace: cni.namespace },
        ingressGateways: [
          {
            name: gateway.name,
            namespace: gateway.namespace,
            enabled: true,
            label: { app: gateway.name, istio: gateway.name.replace(/^istio-/, "") },
            k8s: stopping(gateway.name, valuesOf(gateway)),
          },
        ],
      },
      // What istioctl's own schema does not know of the charts' values passes only here.
      unvalidatedValues: {
        ...baseOwn,
        global: { ...asValues(baseGlobal), ...asValues(istiodGlobal), ...asValues(cniGlobal) },
        meshConfig,
        pilot: { ...istiodOwn, ...asValues(pilot) },
        cni: cniOwn,
        gateways: { "istio-ingressgateway": gatewayValues(valuesOf(gateway)) },
      },
    },
  };
  return {
    manifest,
    namespaces: [...new Set([istiod.namespace, cni.namespace, gateway.namespace])],
    addresses: [base, istiod, cni, gateway].map(({ address }) => address),
  };
}

/** How long a gateway's pods take to stop, as changes of the Deployment that istioctl makes. */
function stopping(
  name: string,
  { podAnnotations, lifecycle, terminationGracePeriodSeconds }: Values,
): object {
  const ofPods = "spec.template.spec";
  const patches = [
    { path: `${ofPods}.terminationGracePeriodSeconds`, value: terminationGracePeriodSeconds },
    { path: `${ofPods}.containers.[name:istio-proxy].lifecycle`, value: lifecycle },
  ].filter(({ value }) => value !== undefined);
  return {
    ...(podAnnotations === undefined ? {} : { podAnnotations }),
    ...(patches.length === 0
      ? {}
      : { overlays: [{ apiVersion: "apps/v1", kind: "Deployment", name, patches }] }),
  };
}

/** Values of chart `gateway` in the words of istioctl's chart. */
function gatewayValues({ autoscaling, replicaCount, resources, service }: Values): Values {
  const { enabled, minReplicas, maxReplicas } = asValues(autoscaling);
  const { type, ports, externalTrafficPolicy } = asValues(service);
  const given = {
    autoscaleEnabled: enabled,
    autoscaleMin: minReplicas,
    autoscaleMax: maxReplicas,
    replicaCount,
    resources,
    type,
    ports,
    externalTrafficPolicy,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function valuesOf({ values }: ReleaseBlock): Values {
  const parsed = values.map((text) => asValues(parse(text, { version: "1.1" })));
  return Object.assign({}, ...parsed) as Values;
}

function asValues(value: unknown): Values {
  return typeof value === "object" && value !== null ? (value as Values) : {};
}
