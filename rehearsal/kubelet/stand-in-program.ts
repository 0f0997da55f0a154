import { type IstioPrograms } from "../programs/istio";
import { type Mount } from "./sandbox";

/** What runs in place of the images of the Gateway API's conformance suite. */
export interface ConformanceImages {
  readonly echoBasic: string;
  readonly echoClient: string;
  /** A certificate that echo-advanced serves, and its key. */
  readonly certificate: string;
  readonly key: string;
}

/** Programs of this machine that stand in for the images of a pod. */
export interface StandInPrograms {
  /** The first stands in for images whose tag is of no other's minor version. */
  readonly istios: readonly IstioPrograms[];
  readonly envoy: string;
  readonly certManagerController: string;
  readonly certManagerWebhook: string;
  readonly certManagerCainjector: string;
  readonly node: string;
  readonly healthServer: string;
  readonly echoServer: string;
  readonly application: string;
  readonly spanReceiver: string;
  /** Only where the conformance suite is to run. */
  readonly conformance?: ConformanceImages;
}

/** A key of a ConfigMap that the program reads from a file, changed where it asks for what the program lacks. */
export interface ConfigurationFile {
  readonly configMap: string;
  readonly key: string;
  readonly target: string;
  readonly rewrite: (content: string) => string;
}

/** The certificate that a program ends TLS with: names and addresses in it, and the paths where it looks for it. */
export interface Serving {
  readonly names: readonly string[];
  readonly certificate: string;
  readonly key: string;
}

/** What runs in place of a container's image. */
export type StandIn =
  | {
      readonly kind: "program";
      /** What the report says of it: "pilot-discovery, built from …". */
      readonly title: string;
      readonly command: readonly string[];
      readonly args: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
      readonly mounts: readonly Mount[];
      readonly configuration: readonly ConfigurationFile[];
      /** Only where it ends TLS. */
      readonly serving?: Serving;
    }
  | {
      /** A check that the rehearsal makes itself; the container has done its work once it holds. */
      readonly kind: "check";
      readonly title: string;
      readonly check: "cert-manager-api";
    }
  | { readonly kind: "simulated" };
