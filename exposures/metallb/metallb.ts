import { components } from "../../composition/components/components";
import type { Contribution, FeatureInput } from "../../composition/contribution";
import type { Images } from "../../composition/images";
import type { Manifest } from "../../composition/manifests/manifest";
import { metallbNamespace } from "../../composition/namespace-names";
import type { ExposureDefinition } from "../exposure-kind";
import type { MetalLbExposure } from "./keys";
import { guardedAnnotations, installedPoolName, metallbService } from "./service";

/** MetalLB in layer-2 mode, which answers Services of type LoadBalancer where no cloud does. */
export const metallb: ExposureDefinition<"metallb"> = {
  offeredBy: ["existing"],
  releaseTimeoutSeconds: 300,
  // The nodes learn within a second or two that a pod is to go.
  leaving: () => ({ noticeSeconds: 5, drainSeconds: 10 }),
  service: metallbService,
  guardedAnnotations,
  // Its addresses may be public ones, or forwarded.
  answersTheInternet: () => true,
  exposesStatusPort: ({ exposeStatusPort }) => exposeStatusPort,
  contribute: installed,
};

/**
 * MetalLB, with one pool of addresses, where a gateway asks for its installation.
 *
 * @see https://metallb.io/installation/
 */
function installed(exposures: readonly MetalLbExposure[], { images }: FeatureInput): Contribution {
  const addresses = exposures.flatMap(({ pool }) => (pool.kind === "install" ? pool.addresses : []));
  if (addresses.length === 0) return {};
  const common = { namespace: metallbNamespace, phase: "load balancers" } as const;
  return {
    namespaces: [
      // The speaker answers ARP from the host's network.
      { path: ["metallb", "namespace"], name: metallbNamespace, podSecurity: "privileged" },
    ],
    releases: [
      {
        ...common,
        kind: "chart",
        path: ["metallb", "metallb"],
        name: "metallb",
        component: "metallb",
        version: components.metallb.version,
        values: metallbValues(images),
      },
      {
        ...common,
        kind: "objects",
        path: ["metallb", "pool"],
        name: "metallb-pool",
        objects: addressPool([...new Set(addresses)]),
        afterReleases: ["metallb"],
      },
    ],
  };
}

function metallbValues(images: Images) {
  const image = (name: string) =>
    images.registry === undefined ? {} : { image: { repository: images.locate(`quay.io/metallb/${name}`) } };
  return {
    controller: image("controller"),
    // FRR speaks BGP; layer 2 does without it, and without its image.
    speaker: { ...image("speaker"), frr: { enabled: false } },
    ...(images.pullSecrets.length === 0 ? {} : { imagePullSecrets: images.pullSecretReferences }),
  };
}

function addressPool(addresses: readonly string[]): Manifest[] {
  const metadata = { name: installedPoolName, namespace: metallbNamespace };
  const pool: Manifest & { readonly spec: object } = {
    apiVersion: "metallb.io/v1beta1",
    kind: "IPAddressPool",
    metadata,
    // A single address counts as a range of its own.
    spec: { addresses: addresses.map((range) => (/[/-]/.test(range) ? range : `${range}/32`)) },
  };
  const advertisement: Manifest & { readonly spec: object } = {
    apiVersion: "metallb.io/v1beta1",
    kind: "L2Advertisement",
    metadata,
    spec: { ipAddressPools: [installedPoolName] },
  };
  return [pool, advertisement];
}
