import type { Component } from "./component";
import { advice } from "./guarded-values";

/**
 * cert-manager.
 *
 * @see https://cert-manager.io/docs/installation/helm/
 */
export const certManager: Component = {
  chart: "cert-manager",
  repository: "oci://quay.io/jetstack/charts",
  keyring:
    "https://cert-manager.io/public-keys/cert-manager-keyring-2021-09-20-1020CF3C033D4F35BAE1C19E1226061C665DF13E.gpg",
  calledPorts: [{ port: 10250, purpose: "cert-manager's webhook" }],
  guardedValues: {
    crds: "remove it: the CRDs are installed, and kept when cert-manager goes",
    installCRDs: "remove it: the CRDs are installed, and kept when cert-manager goes",
    "startupapicheck.enabled": "remove it: the issuers wait for the check",
    namespace: "remove it: everything expects namespace cert-manager",
    clusterResourceNamespace: "remove it: everything expects namespace cert-manager",
    nameOverride: "remove it: the webhook's name follows from it",
    fullnameOverride: "remove it: the webhook's name follows from it",
    "serviceAccount.name": "remove it: the cloud's identity is bound to the ServiceAccount's name",
    "serviceAccount.create": "remove it: the cloud's identity is bound to the ServiceAccount's name",
    imageRegistry: advice.images,
    "global.imagePullSecrets": advice.pullSecrets,
    "global.leaderElection.namespace": "remove it: the controllers have no rights in kube-system",
  },
};
