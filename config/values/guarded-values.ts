/** A chart of which a file may set values by hand. */
export type GuardedChart = "base" | "istiod" | "cni" | "gateway" | "certManager";

/** Key path of a chart value and what to do instead of setting it. */
export type GuardedValues = Readonly<Record<string, string>>;

const oneRevision = "remove it: this project installs one revision, called default";
const istioSystem = "remove it: everything expects istio-system";
const images = "set charts.images.registry";
const tag = "set mesh.istioVersion";
const pullSecrets = "set charts.images.pullSecrets";
const platform = "set target.platform";
const profile = "remove it, and set the values that you want from it";
const replicas = (typed: string) => `set ${typed}`;
const inCluster = "remove it: the control plane runs in this cluster";

const imageValues = {
  hub: images,
  tag,
  variant: tag,
  "global.hub": images,
  "global.tag": tag,
  "global.variant": tag,
};
const profileValues = { profile, "global.profile": profile, platform, "global.platform": platform };

const istiod: GuardedValues = {
  ...imageValues,
  ...profileValues,
  image: images,
  revision: oneRevision,
  revisionTags: oneRevision,
  autoscaleEnabled: replicas("mesh.istiod.replicas"),
  autoscaleMin: replicas("mesh.istiod.replicas"),
  autoscaleMax: replicas("mesh.istiod.replicas"),
  replicaCount: replicas("mesh.istiod.replicas"),
  resources: "set mesh.istiod.resources",
  seccompProfile: "remove it: the namespaces' Pod Security level needs the project's",
  configMap: "remove it: without the ConfigMap there is no mesh configuration",
  "cni.enabled": "set mesh.cni.enabled",
  "istiodRemote.enabled": inCluster,
  "sidecarInjectorWebhook.enableNamespacesByDefault": "list the namespaces under mesh.namespaces",
  "meshConfig.trustDomain": "set mesh.trustDomain",
  "meshConfig.accessLogFile": "set mesh.accessLogs",
  "meshConfig.accessLogEncoding": "set mesh.accessLogs",
  "meshConfig.outboundTrafficPolicy.mode": "set mesh.outboundTraffic",
  "meshConfig.ingressSelector": "remove it: it follows from the issuers",
  "meshConfig.ingressControllerMode": "remove it: it follows from the issuers",
  "meshConfig.ingressService": "remove it: it follows from the issuers",
  "meshConfig.rootNamespace": istioSystem,
  "global.istioNamespace": istioSystem,
  "global.trustDomain": "set mesh.trustDomain",
  "global.imagePullSecrets": pullSecrets,
  "global.multiCluster.clusterName": "set target.clusterName",
  "global.proxy.resources": "set mesh.proxyResources",
  "global.proxy.seccompProfile": "remove it: the namespaces' Pod Security level needs the project's",
  "global.externalIstiod": inCluster,
  "global.configCluster": inCluster,
  "global.remotePilotAddress": inCluster,
  "global.omitSidecarInjectorConfigMap": "remove it: without it no gateway gets an image",
  "global.operatorManageWebhooks": "remove it: without the webhooks no gateway gets an image",
};

/** istiod's chart reads `pilot.*` as if it stood at the top, and prefers it. */
const alsoBelow = (prefix: string, values: GuardedValues, except: RegExp): GuardedValues =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, advice]) =>
      except.test(key)
        ? [[key, advice]]
        : [
            [key, advice],
            [`${prefix}.${key}`, advice],
          ],
    ),
  );

const cni: GuardedValues = {
  ...imageValues,
  ...profileValues,
  image: images,
  revision: oneRevision,
  "global.imagePullSecrets": pullSecrets,
  "ambient.enabled": "remove it: this project runs sidecars",
};

const gatewayService = "set the gateway's exposure";

/** Values that the outputs, the rules or other releases depend on, by chart. */
export const guardedValues: Readonly<Record<GuardedChart, GuardedValues>> = {
  base: {
    ...profileValues,
    defaultRevision: oneRevision,
    "global.istioNamespace": istioSystem,
    "global.imagePullSecrets": pullSecrets,
    "base.validationFailurePolicy": "remove it: istiod and Terraform would fight over the field",
    "base.validationURL": inCluster,
    "base.enableCRDTemplates": "remove it: without the CRDs nothing else installs",
    "base.enableIstioConfigCRDs": "remove it: without the CRDs nothing else installs",
  },
  istiod: alsoBelow(
    "pilot",
    istiod,
    /^(global|meshConfig|sidecarInjectorWebhook|istiodRemote|revision|profile|platform)/,
  ),
  cni: alsoBelow("cni", cni, /^(global|profile|platform)/),
  gateway: {
    ...profileValues,
    name: "set the gateway's name",
    revision: oneRevision,
    kind: "set the gateway's replicas",
    replicaCount: "set the gateway's replicas",
    autoscaling: "set the gateway's replicas",
    resources: "set the gateway's resources",
    "labels.app": "remove it: the Service and the Gateway select pods by it",
    "labels.istio": "remove it: the Service and the Gateway select pods by it",
    imagePullSecrets: pullSecrets,
    "global.imagePullSecrets": pullSecrets,
    networkGateway: "remove it: this project does not join networks",
    "rbac.enabled": "remove it: the gateway reads its certificate by that role",
    volumes: "remove it: the list would replace the one that waits for the certificate",
    volumeMounts: "remove it: the list would replace the one that waits for the certificate",
    "service.type": gatewayService,
    "service.ports": "set the gateway's ports",
    "service.loadBalancerIP": gatewayService,
    "service.loadBalancerClass": gatewayService,
    "service.loadBalancerSourceRanges": gatewayService,
    "service.allocateLoadBalancerNodePorts": gatewayService,
    "service.externalTrafficPolicy": gatewayService,
    "service.externalIPs": gatewayService,
  },
  certManager: {
    crds: "remove it: the CRDs are installed, and kept when cert-manager goes",
    installCRDs: "remove it: the CRDs are installed, and kept when cert-manager goes",
    "startupapicheck.enabled": "remove it: the issuers wait for the check",
    namespace: "remove it: everything expects namespace cert-manager",
    clusterResourceNamespace: "remove it: everything expects namespace cert-manager",
    nameOverride: "remove it: the webhook's name follows from it",
    fullnameOverride: "remove it: the webhook's name follows from it",
    "serviceAccount.name": "remove it: the cloud's identity is bound to the ServiceAccount's name",
    "serviceAccount.create": "remove it: the cloud's identity is bound to the ServiceAccount's name",
    imageRegistry: images,
    "global.imagePullSecrets": pullSecrets,
    "global.leaderElection.namespace": "remove it: the controllers have no rights in kube-system",
  },
};
