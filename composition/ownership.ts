/** Label that names the environment which made an object: istiod's Deployment, and namespaces that others work in. */
export const ownershipLabel = "istio-cdktf.dev/environment";
