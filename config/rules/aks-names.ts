import { rule } from "./rule";

/** The tightest of the names derived from the environment's: the DNS prefix of the API server. */
const longest = 54;
/** `<name>-nodes` and its like in resource groups and public addresses leave more room than this. */
const longestAddressName = 80;

/** Names in Azure, all derived from the environment's name. @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
export const aksNamesRule = rule(["target", "gateways"], ({ target, gateways, name }) => {
  if (target.kind !== "azure") return [];
  const cluster =
    name.length <= longest && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)
      ? []
      : [
          {
            path: ["target"],
            found: `an environment named ${name} (${name.length} characters)`,
            accepted: `the cluster and its DNS prefix take the environment's name: 1 to ${longest} lower-case letters, digits and dashes, beginning and ending with a letter or digit`,
            advice: "rename the file",
          },
        ];
  const addresses = gateways.flatMap((gateway, index) => {
    const addressName = `pip-${name}-${gateway.name}`;
    const isStatic = gateway.exposure.kind === "azure-lb" && gateway.exposure.staticAddress;
    return isStatic && addressName.length > longestAddressName
      ? [
          {
            path: ["gateways", index, "name"],
            found: JSON.stringify(gateway.name),
            accepted: `its public address is called ${addressName}, and Azure takes ${longestAddressName} characters`,
            advice: "shorten the gateway's name",
          },
        ]
      : [];
  });
  const labels = gateways.map(({ exposure }) =>
    exposure.kind === "azure-lb" ? exposure.dnsLabel : undefined,
  );
  const repeated = labels.flatMap((label, index) =>
    label !== undefined && labels.indexOf(label) < index
      ? [
          {
            path: ["gateways", index, "exposure", "dnsLabel"],
            found: JSON.stringify(label),
            accepted: "a label is unique in its location, and another gateway has this one",
            advice: "choose another label",
          },
        ]
      : [],
  );
  return [...cluster, ...addresses, ...repeated];
});
