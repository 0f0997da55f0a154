import { z } from "zod";

/** A DNS label: what Kubernetes accepts as the name of a Namespace or Service (RFC 1123, at most 63 characters). */
export const kubernetesName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
    error: "lower-case letters, digits and dashes, beginning and ending with a letter or digit",
  });

/** What Kubernetes accepts as the name of most objects, such as Secrets: DNS labels with dots between. */
export const objectName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, {
    error: "lower-case letters, digits, dashes and dots, beginning and ending with a letter or digit",
  });

/** Key of an annotation: a name, and before it a DNS name and a slash where it has an owner. */
export const annotationKey = z
  .string()
  .max(317)
  .regex(/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, {
    error: "an annotation's key such as external-dns.alpha.kubernetes.io/hostname",
  });

/** A Kubernetes quantity of CPU, such as `500m` or `2`. */
export const cpuQuantity = z.string().regex(/^([0-9]+m|[0-9]+(\.[0-9]{1,3})?)$/, {
  error: 'a quoted Kubernetes CPU quantity, such as "500m" or "2"',
});

/** A Kubernetes quantity of memory, such as `512Mi` or `2Gi`. */
export const memoryQuantity = z.string().regex(/^[0-9]+(\.[0-9]+)?(Ki|Mi|Gi|Ti)$/, {
  error: 'a Kubernetes memory quantity with a binary unit, such as "512Mi" or "2Gi"',
});

/** A port that a Service may hand out on every node, in Kubernetes' default range. */
export const nodePort = z.int().min(30000).max(32767);

/** A TCP port. */
export const tcpPort = z.int().min(1).max(65535);

/** A host name of an application, or a wildcard for one label of it (`*.example.com`). */
export const hostName = z
  .string()
  .max(253)
  .regex(/^(\*\.)?([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
    error: "a lower-case DNS name such as shop.example.com, or *.example.com",
  });

/** A URL as it stands; zod's own check would take spaces, quotes and line ends, and leave some of them out. */
function url(scheme: string, error: string) {
  const signs = new RegExp(`^${scheme}://[A-Za-z0-9._~:/?#[\\]@!$&()*+,;=%-]+$`);
  return z
    .string()
    .regex(signs, { error, abort: true })
    .refine((text) => URL.canParse(text), { error });
}

/** An address that speaks HTTPS. */
export const httpsUrl = url("https", "an https:// address");

/** An address that speaks HTTP or HTTPS. */
export const httpUrl = url("https?", "an http:// or https:// address");

/** An IPv4 range, such as `10.0.0.0/16`. */
export const cidrBlock = z.cidrv4({ error: "an IPv4 range such as 10.0.0.0/16" });
