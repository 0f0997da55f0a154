import type { Component } from "./component";
import { advice, profileValues } from "./guarded-values";
import { istioCharts } from "./istio-charts";

const exposure = "set the gateway's exposure";

/** An Envoy at the edge of the mesh. */
export const gateway: Component = {
  chart: "gateway",
  repository: istioCharts,
  calledPorts: [],
  guardedValues: {
    ...profileValues,
    name: "set the gateway's name",
    revision: advice.revision,
    kind: "set the gateway's replicas",
    replicaCount: "set the gateway's replicas",
    autoscaling: "set the gateway's replicas and targetCpuPercent",
    "lifecycle.preStop": "set the gateway's drainSeconds",
    terminationGracePeriodSeconds: "set the gateway's drainSeconds",
    resources: "set the gateway's resources",
    "labels.app": "remove it: the Service and the Gateway select pods by it",
    "labels.istio": "remove it: the Service and the Gateway select pods by it",
    imagePullSecrets: advice.pullSecrets,
    "global.imagePullSecrets": advice.pullSecrets,
    networkGateway: "remove it: a file in meshes/ joins networks",
    networkGatewayPorts: "remove it: a file in meshes/ joins networks",
    "rbac.enabled": "remove it: the gateway reads its certificate by that role",
    volumes: "remove it: the list would replace the one that waits for the certificate",
    volumeMounts: "remove it: the list would replace the one that waits for the certificate",
    "service.type": exposure,
    "service.ports": "set the gateway's ports",
    "service.loadBalancerIP": exposure,
    "service.loadBalancerClass": exposure,
    "service.loadBalancerSourceRanges": exposure,
    "service.allocateLoadBalancerNodePorts": exposure,
    "service.externalTrafficPolicy": exposure,
    "service.ipFamilies": "set the gateway's ipFamilies",
    "service.ipFamilyPolicy": "set the gateway's ipFamilyPolicy",
    "service.externalIPs": exposure,
  },
};
