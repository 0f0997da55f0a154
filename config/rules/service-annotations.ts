import {
  annotationAdvice,
  answersAnyAnnotation,
  exposuresOf,
  kindsGuarding,
} from "../../exposures/exposures";
import { externalDnsKeys } from "../../features/gateways/external-dns";
import { certifiedHosts } from "../gateway/gateway-certificates";
import type { GatewayConfig } from "../gateway/gateway";
import { quote } from "../reading/problem";
import { type Place, placeOf } from "../target/target";
import { rule, type Finding } from "./rule";

/** An annotation that a file gives to a gateway's Service, and where. */
interface Given {
  readonly path: Finding["path"];
  readonly among: "extraAnnotations" | "values";
  readonly key: string;
  readonly value: unknown;
}

function rawAnnotations({ values }: GatewayConfig): Readonly<Record<string, unknown>> {
  const { service } = values;
  if (typeof service !== "object" || service === null || Array.isArray(service)) return {};
  const { annotations } = service;
  if (typeof annotations !== "object" || annotations === null || Array.isArray(annotations)) return {};
  return annotations;
}

function given(gateway: GatewayConfig, path: Finding["path"]): Given[] {
  return [
    ...Object.entries(gateway.extraAnnotations).map(([key, value]) => ({
      path: [...path, "extraAnnotations", key],
      among: "extraAnnotations" as const,
      key,
      value,
    })),
    ...Object.entries(rawAnnotations(gateway)).map(([key, value]) => ({
      path: [...path, "values", "service", "annotations", key],
      among: "values" as const,
      key,
      value,
    })),
  ];
}

/** An annotation that says what a key of the exposure says, or that nothing reads with this exposure. */
function exposureFinding(
  { path, among, key }: Given,
  { exposure }: GatewayConfig,
  place: Place,
): Finding | undefined {
  const words = { path, found: quote(key) };
  const advice = annotationAdvice(exposure.kind, key);
  if (advice !== undefined) {
    return { ...words, accepted: "annotations of load balancers follow from the gateway's exposure", advice };
  }
  const [reader] = kindsGuarding(key);
  if (reader === undefined || answersAnyAnnotation(exposure)) return undefined;
  return {
    ...words,
    accepted: `annotations of load balancers follow from the gateway's exposure, and ${exposure.kind} does not read this one`,
    advice: exposuresOf(place).includes(reader)
      ? `remove it, or set exposure.kind to ${reader}`
      : "remove it",
    // Nothing contradicts it: it only does nothing.
    ...(among === "extraAnnotations" ? { severity: "warning" } : {}),
  };
}

/** In one zone two that make a record undo each other's; in two zones, as inside and outside, it is meant. */
function recordFinding({ path, key, value }: Given, { dns, tls }: GatewayConfig): Finding | undefined {
  if (dns?.kind === "external-dns" && Object.values<string>(externalDnsKeys).includes(key)) {
    return {
      path,
      found: quote(value),
      accepted: "with dns.kind external-dns the annotation follows from tls.hosts and dns.ttlSeconds",
      advice: "remove it, or remove dns",
    };
  }
  if (key !== externalDnsKeys.hostname || dns === undefined || tls === undefined) return undefined;
  const asked = String(value)
    .split(",")
    .map((host) => host.trim());
  const host = certifiedHosts(tls).find((own) => asked.includes(own));
  if (host === undefined) return undefined;
  return {
    path,
    found: quote(value),
    accepted: `dns makes a record for ${host}, too, and in one zone external-dns would take it over`,
    advice: "remove one of the two, unless they stand in two zones",
    severity: "warning",
  };
}

/** Annotations of a gateway's Service: none says what a key says, and each stands in one place. */
export const serviceAnnotationsContradictNoKey = rule(["target", "gateways"], ({ target, gateways }) =>
  gateways.flatMap((gateway, index): Finding[] => {
    const raw = rawAnnotations(gateway);
    return given(gateway, ["gateways", index]).flatMap((annotation): Finding[] => {
      const { path, among, key } = annotation;
      const twice = among === "extraAnnotations" && Object.hasOwn(raw, key);
      return [
        exposureFinding(annotation, gateway, placeOf(target)),
        recordFinding(annotation, gateway),
        twice
          ? {
              path,
              found: quote(key),
              accepted: "an annotation stands once, and values.service.annotations has this one",
              advice: "remove it from values.service.annotations",
            }
          : undefined,
      ].filter((finding) => finding !== undefined);
    });
  }),
);
