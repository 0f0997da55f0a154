import { formatProblem } from "../../../config/reading/problem";
import { problemsOfFile } from "../../../config/reading/parse-environment";
import { readApplications } from "../../../features/applications/read-applications";
import { existing, parse } from "./environment-files";

/** An environment with one application, shop, in namespace shop. */
export const shop = `${existing}gateways:
  - { name: ingress, exposure: { kind: nodeport }, tls: { issuer: ca, hosts: [shop.example.com] } }
certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }
applications:
  - { name: shop, path: applications/shop, namespace: shop }
`;

/**
 * What is said of the files of application shop, one problem a line.
 *
 * @throws Error with the problems of the environment file itself, when it has any.
 */
export function judged(text: string, environment = shop): string {
  const parsed = parse(environment);
  if ("problems" in parsed) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  const read = readApplications(parsed.environment, {
    shop: [{ source: "applications/shop/shop.yaml", text }],
  });
  const ofFile = problemsOfFile("environments/lab.yaml", environment, read.findings);
  return [...read.problems, ...ofFile].map(formatProblem).join("\n");
}

export const service = (name: string, port = "{ name: http, port: 80 }", app = name) => `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${app} }, ports: [${port}] }
`;

export const deployment = (
  name: string,
  labels = `{ app: ${name}, version: v1 }`,
  more = "",
) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: ${labels} }
    spec: { containers: [{ name: app, image: app${more} }] }
`;

export const virtualService = (route: string, head = "hosts: [cart]") => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart }
spec:
  ${head}
  http:
    - route: [${route}]
`;

export const subsets = (...names: readonly string[]) => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart }
spec: { host: cart, subsets: [${names.map((name) => `{ name: ${name}, labels: { version: v1 } }`).join(", ")}] }
`;

/** Documents of one file. */
export const documents = (...all: readonly string[]) => all.join("---\n");
