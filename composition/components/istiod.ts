import type { Component, GuardedValues } from "./component";
import { advice, alsoBelow, imageValues, profileValues } from "./guarded-values";
import { istioCharts } from "./istio-charts";

const replicas = "set mesh.istiod.replicas";

const values: GuardedValues = {
  ...imageValues,
  ...profileValues,
  image: advice.images,
  revision: advice.revision,
  revisionTags: "set mesh.tags",
  autoscaleEnabled: replicas,
  autoscaleMin: replicas,
  autoscaleMax: replicas,
  replicaCount: replicas,
  resources: "set mesh.istiod.resources",
  seccompProfile: "remove it: the namespaces' Pod Security level needs the project's",
  configMap: "remove it: without the ConfigMap there is no mesh configuration",
  "istiodRemote.enabled": advice.inCluster,
  "sidecarInjectorWebhook.enableNamespacesByDefault": "list the namespaces under mesh.namespaces",
  "meshConfig.trustDomain": "set mesh.trustDomain",
  "meshConfig.ingressSelector": "remove it: it follows from the issuers",
  "meshConfig.ingressControllerMode": "remove it: it follows from the issuers",
  "meshConfig.ingressService": "remove it: it follows from the issuers",
  "meshConfig.rootNamespace": advice.istioSystem,
  "global.istioNamespace": advice.istioSystem,
  "global.trustDomain": "set mesh.trustDomain",
  "global.imagePullSecrets": advice.pullSecrets,
  "global.multiCluster.clusterName": "set target.clusterName",
  "global.meshID": "remove it: the name of a file in meshes/ is the mesh's",
  "global.network": "set the member's network in a file in meshes/",
  "global.proxy.resources": "set mesh.proxyResources",
  "global.proxy.seccompProfile": "remove it: the namespaces' Pod Security level needs the project's",
  "global.externalIstiod": advice.inCluster,
  "global.configCluster": advice.inCluster,
  "global.remotePilotAddress": advice.inCluster,
  "global.omitSidecarInjectorConfigMap": "remove it: without it no gateway gets an image",
  "global.operatorManageWebhooks": "remove it: without the webhooks no gateway gets an image",
};

/** Istio's control plane. */
export const istiod: Component = {
  chart: "istiod",
  repository: istioCharts,
  calledPorts: [{ port: 15017, purpose: "istiod's webhooks" }],
  guardedValues: alsoBelow(
    "pilot",
    values,
    /^(global|meshConfig|sidecarInjectorWebhook|istiodRemote|revision|profile|platform)/,
  ),
};
