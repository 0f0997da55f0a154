import type { AwsCall } from "./policy-evaluation";

/** What collections hold: in the names of actions, and in ARNs. */
const items: Readonly<Record<string, { readonly noun: string; readonly arnType: string }>> = {
  "node-groups": { noun: "Nodegroup", arnType: "nodegroup" },
  addons: { noun: "Addon", arnType: "addon" },
  "pod-identity-associations": { noun: "PodIdentityAssociation", arnType: "podidentityassociation" },
  "access-entries": { noun: "AccessEntry", arnType: "access-entry" },
};

const verbs: Readonly<Record<string, string>> = { POST: "Create", DELETE: "Delete", GET: "Describe" };

const policyVerbs: Readonly<Record<string, string>> = {
  POST: "AssociateAccessPolicy",
  DELETE: "DisassociateAccessPolicy",
  GET: "ListAssociatedAccessPolicies",
};

/**
 * The action and the resource of a request to the API of EKS.
 *
 * @param path parts of the path, decoded
 * @param newCluster name of the cluster that the request makes, if it makes one
 * @throws Error where the stand-in is asked something new
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_eks.html
 */
export function eksCall(method: string, path: readonly string[], newCluster: string): AwsCall {
  const [root, cluster, kind, name, action] = path;
  const call = (operation: string | undefined, resource: string): AwsCall => {
    if (operation === undefined) throw new Error(`no action is known of ${method} ${path.join("/")}`);
    return { action: `eks:${operation}`, resources: [resource === "*" ? "*" : arn(resource)] };
  };
  if (root === "addons") return call("DescribeAddonVersions", "*");
  const verb = verbs[method];
  const ofCluster = `cluster/${cluster ?? newCluster}`;
  if (method === "GET" && cluster === undefined) return call("ListClusters", "*");
  if (kind === undefined) return call(`${verb}Cluster`, ofCluster);
  if (action === "access-policies") return call(policyVerbs[method], `access-entry/${cluster}/${name}/1`);
  const item = items[kind];
  if (item === undefined) return call(undefined, "*");
  return call(`${verb}${item.noun}`, name === undefined ? ofCluster : `${item.arnType}/${cluster}/${name}/1`);
}

function arn(resource: string): string {
  return `arn:aws:eks:eu-central-1:123456789012:${resource}`;
}
