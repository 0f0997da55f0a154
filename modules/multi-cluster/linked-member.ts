import { DataKubernetesConfigMapV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-config-map-v1";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn, type TerraformProvider, Token } from "cdktf";
import { Construct } from "constructs";
import { istioNamespace } from "../../composition/namespace-names";
import type { Environment } from "../../config/environment";
import { clusterNameOf } from "../../config/meshes/as-member";
import type { MeshMember } from "../../config/meshes/mesh-file";
import { memberConnection } from "./member-connection";
import { EphemeralServiceAccountToken } from "./ephemeral-service-account-token";

/** Properties of a {@link LinkedMember}. */
export interface LinkedMemberProps {
  readonly member: MeshMember;
  readonly environment: Environment;
  /** How long tokens of its API server hold. */
  readonly tokenDays: number;
}

/** Service account of Istio's charts that other members' istiod reads with. */
const reader = "istio-reader-service-account";

/** Defines how the link reaches a member, and how the other members' istiod is to read it. */
export class LinkedMember extends Construct {
  public readonly name: string;
  public readonly clusterName: string;
  public readonly provider: TerraformProvider;
  /** A kubeconfig, allowed in write-only arguments only. */
  public readonly kubeconfig: string;

  public constructor(scope: Construct, id: string, { member, environment, tokenDays }: LinkedMemberProps) {
    super(scope, id);
    this.name = environment.name;
    this.clusterName = clusterNameOf(environment);
    const connection = memberConnection(this, environment);
    this.provider = new KubernetesProvider(this, "kubernetes", { ...connection, alias: environment.name });
    // Every namespace has it, for everybody to read.
    const authority = new DataKubernetesConfigMapV1(this, "authority", {
      provider: this.provider,
      metadata: { name: "kube-root-ca.crt", namespace: istioNamespace },
    });
    const { token } = new EphemeralServiceAccountToken(this, "reader", {
      provider: this.provider,
      namespace: istioNamespace,
      serviceAccount: reader,
      days: tokenDays,
    });
    this.kubeconfig = kubeconfigOf({
      clusterName: this.clusterName,
      server: member.apiServer ?? connection.host ?? "",
      authority: Fn.lookup(authority.data, "ca.crt", ""),
      token,
    });
  }
}

interface KubeconfigParts {
  readonly clusterName: string;
  readonly server: string;
  /** PEM */
  readonly authority: string;
  readonly token: string;
}

/** As `istioctl create-remote-secret` writes it; istiod takes no plugin and no path. */
function kubeconfigOf({ clusterName, server, authority, token }: KubeconfigParts): string {
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: clusterName,
        cluster: { server, "certificate-authority-data": Fn.base64encode(authority) },
      },
    ],
    users: [{ name: clusterName, user: { token } }],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
    "current-context": clusterName,
  };
  return Token.asString(Fn.jsonencode(kubeconfig));
}
