import { aksRules } from "./aks-rules";
import {
  certManagerSupportsKubernetes,
  helmReadsGatewayChart,
  istioReadsGatewayApi,
  istioSupportsKubernetes,
} from "./compatibility";
import type { Rule } from "./rule";
import { istioIsSupported, kubernetesIsSupported } from "./support-calendar";

/** Every rule that an environment must keep beside the schema. */
export const allRules: readonly Rule[] = [
  istioSupportsKubernetes,
  certManagerSupportsKubernetes,
  istioReadsGatewayApi,
  helmReadsGatewayChart,
  kubernetesIsSupported,
  istioIsSupported,
  ...aksRules,
];
