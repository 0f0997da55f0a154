import type { GatewayConfig } from "../../config/gateway/gateway";
import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

const portKeys = ["externalHttpPort", "externalHttpsPort"] as const;

function pairFindings({ exposure, tls }: GatewayConfig, path: Finding["path"]): Finding[] {
  if (exposure.kind !== "nodeport") return [];
  const { externalHttpPort: http, externalHttpsPort: https, nodeAddress } = exposure;
  const findings: Finding[] = [];
  if (https !== undefined && tls === undefined) {
    findings.push({
      path: [...path, "externalHttpsPort"],
      found: String(https),
      accepted: "only a gateway with tls answers HTTPS",
      advice: "add tls to the gateway, or remove externalHttpsPort",
    });
  } else if (tls !== undefined && (http === undefined) !== (https === undefined)) {
    const [httpKey, httpsKey] = portKeys;
    const [found, missing] = http === undefined ? [httpsKey, httpKey] : [httpKey, httpsKey];
    findings.push({
      path: [...path, found],
      found: `no ${missing} beside it`,
      accepted: "a balancer before a gateway with tls answers HTTPS, and HTTP, which redirects",
      advice: `add ${missing}, or remove ${found}`,
    });
  }
  if (exposure.proxyProtocol && (http ?? https) === undefined) {
    findings.push({
      path: [...path, "proxyProtocol"],
      found: "true",
      accepted: "a balancer before the node ports speaks the PROXY protocol, and none is named",
      advice: "set externalHttpPort and nodeAddress to the balancer's, or remove proxyProtocol",
    });
  }
  if ((http ?? https) !== undefined && nodeAddress === undefined) {
    findings.push({
      path: [...path, http === undefined ? "externalHttpsPort" : "externalHttpPort"],
      found: "no nodeAddress beside it",
      accepted: "ports of a balancer are reached at its address",
      advice: "set nodeAddress to the balancer's address or name",
    });
  }
  return findings;
}

interface Endpoint {
  readonly gateway: string;
  readonly path: Finding["path"];
  readonly authority: string;
}

function endpointsOf({ name, exposure }: GatewayConfig, at: number): Endpoint[] {
  if (exposure.kind !== "nodeport" || exposure.nodeAddress === undefined) return [];
  const { nodeAddress } = exposure;
  return portKeys.flatMap((key) => {
    const port = exposure[key];
    if (port === undefined) return [];
    return [{ gateway: name, path: ["gateways", at, "exposure", key], authority: `${nodeAddress}:${port}` }];
  });
}

/** Ports of a balancer before the node ports: both of a gateway with TLS, at a known address, each once. */
export const externalPortsFit = rule(["gateways"], ({ gateways }) => {
  const endpoints = gateways.flatMap(endpointsOf);
  return [
    ...gateways.flatMap((gateway, index) => pairFindings(gateway, ["gateways", index, "exposure"])),
    ...endpoints.flatMap(({ path, authority }, index): Finding[] => {
      const first = endpoints.findIndex((other) => other.authority === authority);
      if (first === index) return [];
      return [
        {
          path,
          found: quote(authority),
          accepted: `a port of a balancer leads to one port of one gateway, and gateway ${endpoints[first]?.gateway} has it`,
          advice: "choose another port, or another balancer's nodeAddress",
        },
      ];
    }),
  ];
});
