import { Release } from "@cdktf/provider-helm/lib/release";
import type { ITerraformDependable, TerraformResourceLifecycle } from "cdktf";
import { Construct } from "constructs";
import { stringify } from "yaml";
import type { RawValues } from "../../config/values/raw-values";
import type { ChartLocation } from "./chart-library";
import { mergeValues } from "../../composition/merge-values";

/** Properties of a {@link ChartRelease}. */
export interface ChartReleaseProps {
  /** Name of the Helm release. */
  readonly name: string;
  readonly namespace: string;
  readonly chart: ChartLocation;
  /** The project's own values. */
  readonly values: object;
  /**
   * Values merged over them, from the environment file.
   *
   * @default none
   */
  readonly rawValues?: RawValues;
  /**
   * How long Helm waits until everything is ready, before it rolls back.
   *
   * @default 300
   */
  readonly timeoutSeconds?: number;
  /**
   * Whether Helm waits until everything is ready; without waiting it cannot roll back.
   *
   * @default true
   */
  readonly waits?: boolean;
  /**
   * Leave out what lies in the chart's folder `crds`, because another release owns it.
   *
   * @default false
   */
  readonly skipCrds?: boolean;
  /** What must be ready before. */
  readonly dependsOn: readonly ITerraformDependable[];
  /**
   * Preconditions of the release.
   *
   * @default none
   */
  readonly lifecycle?: TerraformResourceLifecycle;
}

/**
 * Defines one Helm release that is installed whole or not at all.
 *
 * @see https://registry.terraform.io/providers/hashicorp/helm/3.1.1/docs/resources/release
 */
export class ChartRelease extends Construct {
  public readonly release: Release;

  public constructor(scope: Construct, id: string, props: ChartReleaseProps) {
    super(scope, id);
    const { waits = true } = props;
    this.release = new Release(this, "release", {
      name: props.name,
      namespace: props.namespace,
      ...props.chart,
      values: [valuesText(mergeValues(props.values, props.rawValues ?? {}))],
      // A release that times out is removed, so that the next apply does not meet "cannot re-use a name".
      atomic: waits,
      cleanupOnFail: true,
      wait: waits,
      waitForJobs: waits,
      timeout: props.timeoutSeconds ?? 300,
      maxHistory: 5,
      ...(props.skipCrds === true ? { skipCrds: true } : {}),
      dependsOn: [...props.dependsOn],
      ...(props.lifecycle === undefined ? {} : { lifecycle: props.lifecycle }),
    });
  }
}

/**
 * YAML for `helm_release.values`, with Terraform's template signs kept literal except in references.
 *
 * YAML 1.1, because Helm would read an unquoted OFF as false.
 */
function valuesText(values: object): string {
  return stringify(values, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false })
    .replaceAll(/\$\{(?!TfToken\[)/g, "$$$${")
    .replaceAll("%{", "%%{");
}
