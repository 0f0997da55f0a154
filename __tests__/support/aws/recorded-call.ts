import type { AwsCall } from "./policy-evaluation";

/** A request as moto's recorder writes it. */
export interface RecordedRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly body: string;
}

type Parameters = Readonly<Record<string, unknown>>;

/** The action and the resources of a request; undefined where nobody signed it. */
export function recordedCall({ headers, body }: RecordedRequest): AwsCall | undefined {
  const scope = /Credential=[^/]+\/[0-9]+\/([^/]+)\/([^/]+)\//.exec(headers["Authorization"] ?? "");
  const [, region, service] = scope ?? [];
  if (region === undefined || service === undefined) return undefined;
  const text = Buffer.from(body, "base64").toString();
  const target = headers["X-Amz-Target"];
  const parameters: Parameters =
    target === undefined
      ? Object.fromEntries(new URLSearchParams(text))
      : (JSON.parse(text === "" ? "{}" : text) as Parameters);
  const action = target?.split(".").at(-1) ?? String(parameters["Action"]);
  const arn = (resource: string) =>
    `arn:aws:${service}:${service === "iam" ? "" : region}:123456789012:${resource}`;
  const resources = resourcesOf(service, parameters, arn);
  return { action: `${service}:${action}`, resources: resources.length === 0 ? ["*"] : resources };
}

function resourcesOf(service: string, parameters: Parameters, arn: (resource: string) => string): string[] {
  const named = (key: string, toArn: (name: string) => string): string[] => {
    const name = parameters[key];
    if (typeof name !== "string") return [];
    return [name.startsWith("arn:") ? name : toArn(name)];
  };
  switch (service) {
    case "iam":
      return named("RoleName", (name) => arn(`role/${name}`));
    case "kms":
      return [
        ...named("KeyId", (id) => arn(`key/${id}`)),
        ...named("TargetKeyId", (id) => arn(`key/${id}`)),
        ...named("AliasName", (name) => arn(name)),
      ];
    case "logs":
      return [...named("logGroupName", (name) => arn(`log-group:${name}`)), ...named("resourceArn", String)];
    default:
      return [];
  }
}
