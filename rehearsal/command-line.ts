import { Command, InvalidArgumentError, Option } from "commander";

import { type FaultName, faultNames } from "./faults/fault";
import { type ConformanceKind, conformanceKinds } from "./prove/conformance";

/** The options of `npm run rehearse`. */
export interface RehearseOptions {
  /** Name of a file in meshes/, whose clusters are rehearsed together. */
  readonly mesh?: string;
  readonly tools?: true;
  readonly keep?: true;
  readonly down?: true;
  readonly shell?: true;
  readonly list?: true;
  readonly json?: true;
  readonly withoutProviders?: true;
  readonly fault?: FaultName;
  readonly conformance?: ConformanceKind;
  /** Names of proofs; all of them without one. */
  readonly proofs?: true | readonly string[];
  readonly istio?: readonly string[];
  readonly downloads: boolean;
}

const notes = `
Exit status: 0 all steps held, 1 a step did not, 2 wrong usage, an invalid environment, or something that this
machine lacks.

Programs are taken from environment variables (REHEARSAL_ETCD, REHEARSAL_TERRAFORM, …), from KUBEBUILDER_ASSETS
or the PATH where the version fits, from the cache, from their projects' download sites, or built with Go from
pinned modules. The cache is ~/.cache/istio-cdktf (REHEARSAL_CACHE). Nothing else on the machine is changed.
docs/rehearsal.md tells more.`;

function addRelease(release: string, before: readonly string[] = []): readonly string[] {
  if (/^1\.\d+\.\d+$/.test(release)) return [...before, release];
  throw new InvalidArgumentError("An Istio release such as 1.31.4 is expected.");
}

/** Defines the command line. */
export function rehearseCommand(): Command {
  return new Command("npm run rehearse --")
    .description(
      "Deploys an environment to a Kubernetes control plane that it starts on this machine, with real istiod and\n" +
        "Envoy behind simulated nodes, proves that it serves, and takes everything down again.",
    )
    .argument("[environment]", "name of a file in environments/, without .yaml", "local")
    .option(
      "--mesh <mesh>",
      "a mesh over several clusters in place of one environment: name of a file in meshes/",
    )
    .option("--tools", "only find, download or build the programs")
    .option("--keep", "leave it running and print how to reach it")
    .option("--down", "take a kept rehearsal down")
    .option("--shell", "open a shell inside a kept rehearsal, with KUBECONFIG set")
    .option("--list", "show the rehearsals that run")
    .option("--json", "print the report as JSON on standard output")
    .option("--without-providers", "install with the Helm CLI, as where Terraform's providers cannot be had")
    .addOption(
      new Option(
        "--fault <name>",
        "break something on the way, and prove that it is named and survived",
      ).choices(faultNames),
    )
    .addOption(
      new Option("--conformance [kind]", "run the Gateway API's own conformance suite on it, too")
        .choices(conformanceKinds)
        .preset("gateway"),
    )
    .option(
      "--proofs [names...]",
      "of bookinfo: go through its lessons and the mesh's policies, each broken first, or through those named",
    )
    .option(
      "--istio <release>",
      "also bring the programs and charts of another release, such as 1.31.4, to which what is kept is then upgraded",
      addRelease,
    )
    .option(
      "--no-downloads",
      "do not ask download sites and chart repositories: build, and package the pinned charts",
    )
    .addHelpText("after", notes);
}
