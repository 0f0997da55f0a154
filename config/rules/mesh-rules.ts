import { adoptedIsLeftAlone } from "./adopted";
import { runnerReachesTheCluster, stateIsKept } from "./backend";
import {
  certificateHostsAreDistinct,
  healthHostIsCertified,
  http01HasAGateway,
  httpsPortsAreCertified,
  issuersAreDistinct,
  issuersExist,
  wildcardsNeedDns01,
} from "./certificates";
import {
  certManagerSupportsKubernetes,
  helmReadsGatewayChart,
  istioReadsGatewayApi,
  istioSupportsKubernetes,
} from "./compatibility";
import { derivedNamesFit, stateKeysAreRelative } from "./derived-names";
import { dnsHasNames, targetOffersExposure } from "./exposure";
import { gatewayNamesAreFree } from "./gateway-names";
import { gatewayPortsAreFree, nodePortsAreFree } from "./gateway-ports";
import { metallbPoolsAreDistinct } from "./metallb";
import { namespacesAreFree, podSecurityAdmitsSidecars } from "./namespaces";
import type { Rule } from "./rule";
import { istioIsSupported, kubernetesIsSupported } from "./support-calendar";
import { rawValuesKeepTheContract } from "./values-guard";
import { workloadsAreConsistent } from "./workloads";

/** What an environment on any target must keep beside the schema. */
export const meshRules: readonly Rule[] = [
  istioSupportsKubernetes,
  certManagerSupportsKubernetes,
  istioReadsGatewayApi,
  helmReadsGatewayChart,
  kubernetesIsSupported,
  istioIsSupported,
  targetOffersExposure,
  dnsHasNames,
  gatewayNamesAreFree,
  gatewayPortsAreFree,
  nodePortsAreFree,
  metallbPoolsAreDistinct,
  namespacesAreFree,
  podSecurityAdmitsSidecars,
  issuersExist,
  issuersAreDistinct,
  wildcardsNeedDns01,
  http01HasAGateway,
  healthHostIsCertified,
  certificateHostsAreDistinct,
  httpsPortsAreCertified,
  workloadsAreConsistent,
  runnerReachesTheCluster,
  stateIsKept,
  derivedNamesFit,
  stateKeysAreRelative,
  adoptedIsLeftAlone,
  rawValuesKeepTheContract,
];
