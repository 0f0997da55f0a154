import { quote } from "../reading/problem";
import { rule, type Finding } from "./rule";

/** A hosted runner has neither this machine's files nor its programs. */
export const runnerReachesTheCluster = rule(["target", "backend"], ({ target, backend }): Finding[] => {
  if (target.kind !== "existing" || backend.kind !== "cloud" || backend.execution !== "remote") return [];
  const needs =
    target.connection.kind === "kubeconfig"
      ? `the kubeconfig file ${target.connection.path}`
      : `the program ${target.connection.exec.command} and the file ${target.connection.clusterCaCertificatePath}`;
  return [
    {
      path: ["backend", "execution"],
      found: quote(backend.execution),
      accepted: `target.connection needs ${needs}, which HashiCorp's runners do not have`,
      advice: "set it to agent, where your own runner has them, or to local",
    },
  ];
});

/** State that synthesis does not delete, and that is not scattered over the machine. */
export const stateIsKept = rule(["backend"], ({ backend }): Finding[] => {
  if (backend.kind !== "local") return [];
  const path = ["backend", "directory"];
  const steps = backend.directory.split(/[\\/]/).filter((step) => step !== "" && step !== ".");
  if (steps[0] === "cdktf.out") {
    const accepted = "a folder outside cdktf.out, which synthesis cleans";
    return [{ path, found: quote(backend.directory), accepted, advice: "set it to .state, the default" }];
  }
  if (steps.includes("..")) {
    const accepted = "a folder inside the project";
    return [{ path, found: quote(backend.directory), accepted, advice: "set it to .state, the default" }];
  }
  return [];
});
