import { type Container } from "../api/objects";
import { type ConformanceImages, type StandIn, type StandInPrograms } from "./stand-in-program";

/** The suite's own backend, built from its source. */
export function echoBasic({ echoBasic: program }: ConformanceImages): StandIn {
  return {
    kind: "program",
    title: "the conformance suite's echo-basic",
    command: ["/echo-basic"],
    args: [],
    environment: {},
    mounts: [{ source: program, target: "/echo-basic" }],
    configuration: [],
  };
}

/** Istio's echo server, whose image the suite calls echo-advanced, and beside it the client that the suite runs in it. */
export function echoAdvanced(
  { args = [] }: Container,
  { echoClient, certificate, key }: ConformanceImages,
  { echoServer }: Pick<StandInPrograms, "echoServer">,
): StandIn {
  return {
    kind: "program",
    title: "Istio's echo server",
    command: ["/usr/local/bin/server"],
    args,
    environment: {},
    mounts: [
      { source: echoServer, target: "/usr/local/bin/server" },
      { source: echoClient, target: "/usr/local/bin/client" },
      { source: certificate, target: "/cert.crt" },
      { source: key, target: "/cert.key" },
    ],
    configuration: [],
  };
}
