import { contractVersion } from "../../../contract/outputs";

/** Outputs of a mesh stack with an HTTP gateway, as `cdktf deploy --outputs-file` nests them. */
export const meshOutputs = {
  gateway_hostname: "",
  gateway_ip: "127.0.0.1",
  gateway_address: "127.0.0.1",
  gateway_http_port: "80",
  gateway_https_port: "",
  gateway_status_port: "",
  gateway_service: "istio-ingress/istio-ingress",
  gateway_ca: "",
  healthz_url: "http://127.0.0.1:80/healthz",
  healthz_host: "",
  gateways: {},
  cluster_name: "lab",
  istio_version: "1.31.1",
  istio_revision: "default",
  contract_version: contractVersion,
};

/** The same outputs in the form of `terraform output -json`. */
export function asTerraformOutput(
  values: Readonly<Record<string, unknown>>,
  sensitive: readonly string[] = [],
) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      { sensitive: sensitive.includes(name), type: "string", value },
    ]),
  );
}
