import { hostOf, type GatewayOutputs, type Target } from "../target";
import { InputError } from "./input-error";
import { isObject, type OutputValues } from "./output-values";

const gatewayKeys = [
  "gateway_hostname",
  "gateway_ip",
  "gateway_address",
  "gateway_http_port",
  "gateway_https_port",
  "gateway_status_port",
  "gateway_service",
  "gateway_ca",
  "healthz_url",
  "healthz_host",
] as const satisfies readonly (keyof GatewayOutputs)[];

function text(values: OutputValues, name: string, source: string): string {
  const value = values[name] ?? "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new InputError(`output '${name}' of ${source} is ${JSON.stringify(value)}; a string is expected`);
}

function chooseGateway(values: OutputValues, gateway: string | undefined, source: string): OutputValues {
  if (gateway === undefined) return values;
  const gateways = values["gateways"];
  const chosen = isObject(gateways) ? gateways[gateway] : undefined;
  if (isObject(chosen)) return chosen;
  const known = isObject(gateways) ? Object.keys(gateways).join(", ") : "none";
  throw new InputError(`${source} has no gateway '${gateway}'; it has ${known}`);
}

function parseUrl(url: string, source: string): URL {
  if (!URL.canParse(url)) throw new InputError(`${source} is "${url}", which is no URL`);
  const parsed = new URL(url);
  if (parsed.protocol === "http:" || parsed.protocol === "https:") return parsed;
  throw new InputError(`${source} is "${url}"; its scheme is not http or https`);
}

/**
 * Reads a gateway's outputs into what is probed.
 *
 * @param gateway - name in the output `gateways`. @default the first ingress gateway
 * @throws InputError when values are missing or of the wrong type.
 */
export function targetFromOutputs(
  outputs: OutputValues,
  { source, environment, gateway }: { source: string; environment?: string; gateway?: string },
): Target {
  const values = chooseGateway(outputs, gateway, source);
  const gatewayOutputs = Object.fromEntries(
    gatewayKeys.map((name) => [name, text(values, name, source)]),
  ) as Record<(typeof gatewayKeys)[number], string>;
  if (gatewayOutputs.healthz_url === "") throw emptyUrl(gatewayOutputs, source);
  const url = parseUrl(gatewayOutputs.healthz_url, `output 'healthz_url' of ${source}`);
  return {
    source,
    ...(environment === undefined ? {} : { environment }),
    url,
    host: gatewayOutputs.healthz_host === "" ? hostOf(url) : gatewayOutputs.healthz_host,
    outputs: gatewayOutputs,
    istioRevision: text(outputs, "istio_revision", source),
  };
}

function emptyUrl({ gateway_service, gateway_address }: GatewayOutputs, source: string): InputError {
  if (gateway_service === "") {
    return new InputError(
      `output 'healthz_url' of ${source} is empty: the environment has no ingress gateway to probe`,
    );
  }
  const reason =
    gateway_address === ""
      ? `Service ${gateway_service} had no address when the stack was applied; wait for it, and run 'terraform apply -refresh-only'`
      : `Service ${gateway_service} answers at ${gateway_address} without a health route; probe a URL with --url`;
  return new InputError(`output 'healthz_url' of ${source} is empty: ${reason}`);
}

/** What is probed when a person names the URL. */
export function targetFromUrl(text: string, host: string | undefined): Target {
  const url = parseUrl(text, "--url");
  return { source: "--url", url, host: host ?? hostOf(url), istioRevision: "" };
}
