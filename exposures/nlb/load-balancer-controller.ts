import { DataHelmTemplate } from "@cdktf/provider-helm/lib/data-helm-template";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { MeshConfig } from "../../config/mesh/mesh";
import type { LoadBalancerControllerChartValues } from "../../composition/chart-values/load-balancer-controller";
import { eksServiceAccounts } from "../../composition/cloud-names/eks-names";
import { components } from "../../composition/components/components";
import type { Images } from "../../composition/images";
import type { ChartLibrary } from "../../modules/release/chart-library";
import { ChartRelease } from "../../modules/release/chart-release";
import { NlbControllerIdentity, type NlbControllerIdentityProps } from "./controller-identity";
import { CrdRelease } from "../../modules/release/crd-release";

const { loadBalancerController } = components;

/** Properties of a {@link LoadBalancerController}. */
export interface LoadBalancerControllerProps {
  readonly clusterName: string;
  readonly region: string;
  readonly vpcId: string;
  readonly size: MeshConfig["size"];
  /** Tags of every load balancer. */
  readonly tags: Readonly<Record<string, string>>;
  /** How it gets its rights. @default the cluster stack bound them to its service account */
  readonly identity?: Pick<NlbControllerIdentityProps, "environmentName" | "identity">;
  readonly charts: ChartLibrary;
  readonly images: Images;
}

/**
 * Defines the AWS Load Balancer Controller, and its role where no cluster stack made it.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/
 */
export class LoadBalancerController extends Construct {
  /** What must run before a Service that asks for a load balancer, and until that Service is gone. */
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: LoadBalancerControllerProps) {
    super(scope, id);
    const { namespace, name } = eksServiceAccounts.loadBalancerController;
    const chart = props.charts.locate(loadBalancerController, loadBalancerController.version);
    const values = controllerValues(props);
    const { crds } = new DataHelmTemplate(this, "chart", {
      ...chart,
      name,
      namespace,
      values: [Fn.yamlencode(values)],
      // What this looks up lands in the state; the whole chart would bring the private key that it makes.
      showOnly: ["templates/serviceaccount.yaml"],
    });
    // Helm installs the definitions of this chart once and never changes them; this release does.
    const definitions = new CrdRelease(this, "crds", {
      name: `${name}-crds`,
      namespace,
      charts: props.charts,
      files: crds,
    });
    const identity = this.identity(props);
    const { release } = new ChartRelease(this, "controller", {
      name,
      namespace,
      chart,
      values: identity === undefined ? values : withAnnotations(values, identity.annotations),
      skipCrds: true,
      dependsOn: [definitions.release, ...(identity?.ready ?? [])],
    });
    this.ready = [release];
  }

  private identity(props: LoadBalancerControllerProps): NlbControllerIdentity | undefined {
    if (props.identity === undefined) return undefined;
    const { clusterName, region } = props;
    return new NlbControllerIdentity(this, "identity", { ...props.identity, clusterName, region });
  }
}

function withAnnotations(
  values: LoadBalancerControllerChartValues,
  annotations: Readonly<Record<string, string>>,
): LoadBalancerControllerChartValues {
  if (Object.keys(annotations).length === 0) return values;
  return { ...values, serviceAccount: { ...values.serviceAccount, annotations } };
}

function controllerValues(props: LoadBalancerControllerProps): LoadBalancerControllerChartValues {
  const { images } = props;
  const several = props.size === "production";
  const { name } = eksServiceAccounts.loadBalancerController;
  return {
    fullnameOverride: name,
    clusterName: props.clusterName,
    // Given, because nodes keep their metadata from pods.
    region: props.region,
    vpcId: props.vpcId,
    replicaCount: several ? 2 : 1,
    ...(several ? { podDisruptionBudget: { maxUnavailable: 1 } } : {}),
    resources: { requests: { cpu: "100m", memory: "128Mi" } },
    serviceAccount: { create: true, name },
    // Without it every upgrade makes a new certificate, which running pods do not serve yet.
    keepTLSSecret: true,
    // The gateways' Services name their class themselves. The webhook would stop every Service of the cluster from
    // being made while the controller is down.
    enableServiceMutatorWebhook: false,
    createIngressClassResource: false,
    ingressClassParams: { create: false },
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    defaultTags: props.tags,
    ...(images.registry === undefined
      ? {}
      : { image: { repository: images.locate("public.ecr.aws/eks/aws-load-balancer-controller") } }),
    ...(images.pullSecrets.length === 0 ? {} : { imagePullSecrets: images.pullSecretReferences }),
  };
}
