import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ChartLibrary } from "../release/chart-library";
import { ChartRelease } from "../release/chart-release";
import type { Images } from "../release/images";
import type { Manifest } from "../release/manifests/manifest";
import { ManifestsRelease } from "../release/manifests-release";
import { MeshNamespace } from "../istio/mesh-namespace";
import { installedPoolName } from "./service-metallb";
import { upstreamCharts } from "../release/upstream-charts";

const metallbVersion = "0.15.3";
const metallbNamespace = "metallb-system";

/** Properties of {@link MetalLb}. */
export interface MetalLbProps {
  /** Address ranges that it may hand out. */
  readonly addresses: readonly string[];
  readonly charts: ChartLibrary;
  readonly images: Images;
}

/**
 * Defines MetalLB in layer-2 mode, with one pool of addresses.
 *
 * @see https://metallb.io/installation/
 */
export class MetalLb extends Construct {
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: MetalLbProps) {
    super(scope, id);
    // The speaker answers ARP from the host's network.
    const { namespace } = new MeshNamespace(this, "namespace", {
      name: metallbNamespace,
      podSecurity: "privileged",
    });
    const { release } = new ChartRelease(this, "metallb", {
      name: "metallb",
      namespace: metallbNamespace,
      chart: props.charts.locate(upstreamCharts.metallb, metallbVersion),
      values: metallbValues(props.images),
      dependsOn: [namespace],
    });
    const pool = new ManifestsRelease(this, "pool", {
      name: "metallb-pool",
      namespace: metallbNamespace,
      charts: props.charts,
      manifests: addressPool(props.addresses),
      dependsOn: [release],
    });
    this.ready = [pool.release];
  }
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
