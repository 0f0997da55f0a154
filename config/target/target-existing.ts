import { z } from "zod";
import { httpsUrl } from "../kubernetes-name";
import { existingCloud } from "./existing-cloud";
import { kubernetesVersion } from "./kubernetes-version";

/** Credentials from an entry of a kubeconfig file. */
const kubeconfigConnection = z
  .strictObject({
    kind: z.literal("kubeconfig"),
    path: z
      .string()
      .min(1)
      .default("~/.kube/config")
      .describe("Path of the kubeconfig file; a relative one begins at the project's root."),
    context: z.string().min(1).describe("Name of the context in that file."),
  })
  .describe("An entry of a kubeconfig file.");

/** An API server by address, with a program that prints a token. */
const hostConnection = z
  .strictObject({
    kind: z.literal("host"),
    host: httpsUrl.describe("Address of the API server."),
    clusterCaCertificatePath: z
      .string()
      // cdktf takes no quotes in the argument of a function.
      .regex(/^[^"]+$/, { error: "a path without quotes" })
      .describe(
        "Path of the PEM file with the API server's CA certificate; a relative one begins at the project's root.",
      ),
    exec: z
      .strictObject({
        command: z.string().min(1).describe("Program that prints an ExecCredential."),
        args: z.array(z.string()).default([]).describe("Its arguments."),
        env: z.record(z.string(), z.string()).default({}).describe("Its environment; no secrets."),
      })
      .describe("Credential plugin, run again whenever a token is needed."),
  })
  .describe("An API server by address.");

/** A cluster that exists already: on premises, in a laptop, or made by somebody else. */
export const existingTarget = z
  .strictObject({
    kind: z.literal("existing"),
    clusterName: z
      .string()
      // Istio's charts write it between quotes as it is.
      .regex(/^[A-Za-z0-9]([A-Za-z0-9._:/@-]{0,251}[A-Za-z0-9])?$/, {
        error: "letters, digits and ._:/@-, beginning and ending with a letter or digit",
      })
      .optional()
      .describe("Name in the outputs and in Istio's telemetry. Default: the environment's name."),
    kubernetesVersion,
    platform: z
      .enum(["kubernetes", "k3s", "k3d", "microk8s", "minikube", "openshift"])
      .default("kubernetes")
      .describe("Distribution: decides where the CNI plugin's files lie."),
    connection: z
      .discriminatedUnion("kind", [kubeconfigConnection, hostConnection])
      .describe("How Terraform reaches the API server."),
    cloud: existingCloud,
  })
  .describe("A cluster that exists already.");

export type ExistingTarget = z.output<typeof existingTarget>;
export type ClusterConnection = ExistingTarget["connection"];
export type Platform = ExistingTarget["platform"];
