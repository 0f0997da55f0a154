import {
  loadBalancerAddressesAreDistinct,
  proxyProtocolHasTwoSides,
} from "../../exposures/load-balancer/rules";
import { metallbPoolsAreDistinct } from "../../exposures/metallb/rules";
import { tlsAtTheLoadBalancer } from "../../exposures/nlb/tls-rules";
import { externalPortsFit } from "../../exposures/nodeport/rules";
import { accessLogFormatFits, accessLogsHold } from "../../features/access-logs/rules";
import { addonsHold } from "../../features/addons/rules";
import { adoptedIsLeftAlone } from "../../features/adoption/rules";
import { ambientRules } from "../../features/ambient/rules";
import { allowRulesHold } from "../../features/authorization/rules";
import { applicationNamesAreFree, applicationNamespacesFit } from "../../features/applications/rules";
import { checksComeInByAGateway } from "../../features/checks/rules";
import { podSecurityAdmitsSidecars } from "../../features/cni/rules";
import {
  cpuTargetHasAutoscaler,
  proxyConfigKeepsDraining,
  proxyConfigKeepsProxyProtocol,
} from "../../features/gateways/rules";
import {
  intermediateEndsInTime,
  istiodKeepsItsCa,
  meshCaHasASource,
  meshRootsAreCas,
} from "../../features/mesh-ca/rules";
import { metricsHold } from "../../features/metrics/rules";
import { adoptedNamespacesAreLeftAlone, removedNamespacesAreGone } from "../../features/namespaces/rules";
import { gatewayApiCanBeInstalled, gatewayApiServesGateways } from "../../features/gateway-api/rules";
import { ipFamiliesFit } from "../../features/ip-families/rules";
import { outboundHostsHold } from "../../features/outbound-hosts/rules";
import { tracingHolds } from "../../features/tracing/rules";
import { adoptedMeshHasNoProfile } from "../../features/profiles/rules";
import { revisionRules } from "../../features/revisions/rules";
import { runnerReachesTheCluster, stateIsKept } from "./backend";
import {
  certificateSettingsFit,
  certificatesAreDistinct,
  clientCasAreCas,
  healthCheckNeedsNoCertificate,
  healthHostIsCertified,
  http01HasAGateway,
  http01ServesTheFirstGateway,
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
import { addOnIsOnAks, addOnKeepsItsParts, addOnRevisionsHold } from "../../features/aks-add-on/rules";
import { dnsRecordsAreDistinct } from "./dns-records";
import { dnsHasNames, externalDnsHasAddress, targetOffersExposure } from "./exposure";
import { gatewayNamesAreFree } from "./gateway-names";
import { gatewayPortsAreFree, nodePortsAreFree } from "./gateway-ports";
import { listEntriesAreDistinct } from "./list-entries";
import { namespacesAreFree } from "./namespaces";
import { policiesNameGateways } from "./policies";
import type { Rule } from "./rule";
import { serviceAnnotationsContradictNoKey } from "./service-annotations";
import { certManagerIsSupported, istioIsSupported, kubernetesIsSupported } from "./support-calendar";
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
  certManagerIsSupported,
  targetOffersExposure,
  addOnIsOnAks,
  addOnRevisionsHold,
  addOnKeepsItsParts,
  dnsHasNames,
  externalDnsHasAddress,
  dnsRecordsAreDistinct,
  gatewayNamesAreFree,
  gatewayPortsAreFree,
  nodePortsAreFree,
  cpuTargetHasAutoscaler,
  proxyConfigKeepsDraining,
  proxyConfigKeepsProxyProtocol,
  ipFamiliesFit,
  proxyProtocolHasTwoSides,
  gatewayApiCanBeInstalled,
  gatewayApiServesGateways,
  metallbPoolsAreDistinct,
  loadBalancerAddressesAreDistinct,
  externalPortsFit,
  tlsAtTheLoadBalancer,
  namespacesAreFree,
  podSecurityAdmitsSidecars,
  allowRulesHold,
  policiesNameGateways,
  outboundHostsHold,
  issuersExist,
  issuersAreDistinct,
  meshCaHasASource,
  meshRootsAreCas,
  intermediateEndsInTime,
  istiodKeepsItsCa,
  wildcardsNeedDns01,
  certificatesAreDistinct,
  certificateSettingsFit,
  clientCasAreCas,
  healthCheckNeedsNoCertificate,
  http01HasAGateway,
  http01ServesTheFirstGateway,
  healthHostIsCertified,
  httpsPortsAreCertified,
  workloadsAreConsistent,
  runnerReachesTheCluster,
  stateIsKept,
  derivedNamesFit,
  stateKeysAreRelative,
  applicationNamesAreFree,
  applicationNamespacesFit,
  checksComeInByAGateway,
  adoptedIsLeftAlone,
  adoptedMeshHasNoProfile,
  adoptedNamespacesAreLeftAlone,
  removedNamespacesAreGone,
  accessLogFormatFits,
  accessLogsHold,
  metricsHold,
  tracingHolds,
  addonsHold,
  ...revisionRules,
  ...ambientRules,
  rawValuesKeepTheContract,
  serviceAnnotationsContradictNoKey,
  ...listEntriesAreDistinct,
];
