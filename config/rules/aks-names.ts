import { quote } from "../reading/problem";
import { rule } from "./rule";

/** `<name>-nodes` and its like in resource groups and public addresses leave more room than this. */
const longestAddressName = 80;

/** Names in Azure that gateways lead to; names.ts has the cluster's. @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
export const aksNamesRule = rule(["target", "gateways"], ({ target, gateways, name }) => {
  if (target.kind !== "azure") return [];
  const addresses = gateways.flatMap((gateway, index) => {
    const addressName = `pip-${name}-${gateway.name}`;
    const isStatic = gateway.exposure.kind === "azure-lb" && gateway.exposure.staticAddress;
    return isStatic && addressName.length > longestAddressName
      ? [
          {
            path: ["gateways", index, "name"],
            found: quote(gateway.name),
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
            found: quote(label),
            accepted: "a label is unique in its location, and another gateway has this one",
            advice: "choose another label",
          },
        ]
      : [],
  );
  return [...addresses, ...repeated];
});
