import {
  readMeshOutputs,
  type GatewayOutputs,
  type MeshOutputs,
  type ReadOutputs,
} from "../../contract/outputs";
import { hostOf, type Target } from "../target";
import { InputError, NoIngressGateway } from "./input-error";
import type { OutputValues } from "./output-values";
import { parseHost, parseUrl } from "./target-from-url";

const quoted = (value: unknown) => {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? "absent" : text.length > 100 ? `${text.slice(0, 100)}…` : text;
};

function readOutputs(values: OutputValues, source: string): ReadOutputs {
  const reading = readMeshOutputs(values);
  switch (reading.kind) {
    case "read":
      return reading;
    case "too-new":
      throw new InputError(`${source} has contract_version ${reading.version}; ${reading.remedy}`);
    case "invalid": {
      const problems = reading.problems.map(
        ({ output, found, accepted }) =>
          `output '${output}' of ${source} is ${quoted(found)}; expected: ${accepted}`,
      );
      throw new InputError(`${problems.join("\n")}\ndeploy the mesh stack again, which writes them anew`);
    }
  }
}

function chooseGateway(
  { gateways, ...first }: MeshOutputs,
  gateway: string | undefined,
  source: string,
): GatewayOutputs {
  if (gateway === undefined) return first;
  const chosen = Object.hasOwn(gateways, gateway) ? gateways[gateway] : undefined;
  if (chosen !== undefined) return chosen;
  const known = Object.keys(gateways).join(", ") || "none";
  throw new InputError(`${source} has no gateway '${gateway}'; it has ${known}`);
}

/**
 * Reads a gateway's outputs into what is probed.
 *
 * @param gateway - name in the output `gateways`. @default the first ingress gateway
 * @throws InputError when values are missing or not what the contract says.
 */
export function targetFromOutputs(
  values: OutputValues,
  { source, environment, gateway }: { source: string; environment?: string; gateway?: string },
): Target {
  const mesh = readOutputs(values, source);
  const outputs = chooseGateway(mesh.outputs, gateway, source);
  const { healthz_url, healthz_host } = outputs;
  if (healthz_url === "") throw emptyUrl(outputs, source);
  const url = parseUrl(healthz_url, `output 'healthz_url' of ${source}`);
  return {
    source,
    ...(environment === undefined ? {} : { environment }),
    url,
    host: healthz_host === "" ? hostOf(url) : parseHost(healthz_host, `output 'healthz_host' of ${source}`),
    outputs,
    mesh,
    istioRevision: mesh.outputs.istio_revision,
  };
}

function emptyUrl({ gateway_service, gateway_address }: GatewayOutputs, source: string): InputError {
  if (gateway_service === "") {
    return new NoIngressGateway(
      `output 'healthz_url' of ${source} is empty: the environment has no ingress gateway to probe`,
    );
  }
  const reason =
    gateway_address === ""
      ? `Service ${gateway_service} had no address when the stack was applied; wait for it, and run 'terraform apply -refresh-only'`
      : `Service ${gateway_service} answers at ${gateway_address} without a health route; probe a URL with --url`;
  return new InputError(`output 'healthz_url' of ${source} is empty: ${reason}`);
}
