/**
 * The program that stands in for the health workload's image: it answers 200 on the paths of its probes
 * and 404 on all others. It runs alone in the pod, so it is kept as the text of one file.
 */
export const healthServerSource = `"use strict";
const http = require("node:http");
const paths = new Set(["/healthz", "/readyz", ...process.argv.slice(2)]);
const answer = (request, response) => {
  const known = paths.has(request.url.split("?")[0]);
  response.writeHead(known ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify({ status: known ? "OK" : "not found" }));
};
const ports = (process.env.PORTS || "").split(",").filter(Boolean).map(Number);
for (const port of ports) http.createServer(answer).on("error", () => {}).listen(port, "0.0.0.0");
process.on("SIGTERM", () => process.exit(0));
`;
