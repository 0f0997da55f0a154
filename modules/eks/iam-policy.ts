/** Operators of IAM conditions that the project uses, each with its keys and accepted values. */
export interface PolicyConditions {
  readonly StringEquals?: Readonly<Record<string, string | readonly string[]>>;
  readonly StringLike?: Readonly<Record<string, string | readonly string[]>>;
  readonly ArnLike?: Readonly<Record<string, string>>;
  readonly Bool?: Readonly<Record<string, "true" | "false">>;
  readonly Null?: Readonly<Record<string, "true" | "false">>;
  readonly "ForAllValues:StringEquals"?: Readonly<Record<string, readonly string[]>>;
  readonly "ForAllValues:StringLike"?: Readonly<Record<string, readonly string[]>>;
}

/** What an IAM policy allows. */
export interface PolicyStatement {
  readonly sid: string;
  readonly actions: readonly string[];
  /** ARNs; absent in a trust policy. */
  readonly resources?: readonly string[];
  /** Service that may act; only in policies of roles and keys. */
  readonly service?: string;
  /** OIDC provider whose tokens are taken; only in policies of roles. */
  readonly federated?: string;
  /** Principal ARNs that may act; only in policies of roles and keys. */
  readonly principals?: readonly string[];
  readonly conditions?: PolicyConditions;
}

/** The JSON of an IAM policy that allows what the statements say, and nothing else. */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, actions, resources, service, federated, principals, conditions }) => ({
      Sid: sid,
      Effect: "Allow",
      ...(service === undefined ? {} : { Principal: { Service: service } }),
      ...(federated === undefined ? {} : { Principal: { Federated: federated } }),
      ...(principals === undefined ? {} : { Principal: { AWS: principals } }),
      Action: actions,
      ...(resources === undefined ? {} : { Resource: resources }),
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  });
}

/** The JSON of a trust policy by which an AWS service takes a role. */
export function trustOfService(service: string): string {
  return policyDocument([{ sid: "Assume", actions: ["sts:AssumeRole"], service }]);
}
