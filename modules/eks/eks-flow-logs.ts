import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { policyDocument, trustOfService } from "./iam-policy";

/** Properties of {@link EksFlowLogs}. */
export interface EksFlowLogsProps {
  readonly environmentName: string;
  readonly vpcId: string;
  readonly kmsKeyArn: string;
  readonly retentionDays: number;
}

/**
 * Defines the record of the VPC's connections in CloudWatch Logs.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html
 */
export class EksFlowLogs extends Construct {
  public constructor(scope: Construct, id: string, props: EksFlowLogsProps) {
    super(scope, id);
    const { environmentName } = props;
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: `/${environmentName}/vpc-flow-logs`,
      retentionInDays: props.retentionDays,
      kmsKeyId: props.kmsKeyArn,
    });
    const role = new IamRole(this, "role", {
      name: `${environmentName}-flow-logs`,
      assumeRolePolicy: trustOfService("vpc-flow-logs.amazonaws.com"),
    });
    const policy = new IamRolePolicy(this, "policy", {
      name: "write-logs",
      role: role.id,
      policy: policyDocument([
        {
          sid: "WriteToThisGroup",
          actions: [
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
          ],
          resources: [logs.arn, `${logs.arn}:*`],
        },
      ]),
    });
    new FlowLog(this, "flow-log", {
      vpcId: props.vpcId,
      trafficType: "ALL",
      logDestination: logs.arn,
      iamRoleArn: role.arn,
      tags: { Name: environmentName },
      dependsOn: [policy],
    });
  }
}
