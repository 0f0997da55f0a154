import { z } from "zod";

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
/** Names of Deployments and their like are DNS subdomains, those of namespaces labels. */
const subdomain = `${label}(\\.${label})*`;

/** Text that can stand in a header and in a report: no line break, no escape sequence. */
export const oneLine = (maxLength: number, what: string) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/, { error: `${what}, in one line` });

export const gatewayName = z
  .string()
  .max(63)
  .regex(new RegExp(`^${label}$`), { error: "the name of a gateway" });

export const hostName = z
  .string()
  .max(253)
  .regex(new RegExp(`^${subdomain}$`), { error: "a lower-case DNS name such as shop.example.com" });

/** A Deployment, StatefulSet or DaemonSet: `reviews-v2`, `bookinfo/reviews-v2`. */
export const workloadName = z
  .string()
  .max(317)
  .regex(new RegExp(`^(${label}/)?${subdomain}$`), {
    error: "the name of a Deployment, StatefulSet or DaemonSet, such as reviews-v2 or bookinfo/reviews-v2",
  });

/** The same with its namespace, which cannot be left out. */
export const namespacedWorkload = z
  .string()
  .max(317)
  .regex(new RegExp(`^${label}/${subdomain}$`), {
    error: "a workload with its namespace, such as shop/cart",
  });

export const headerName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, { error: "the name of an HTTP header" });

export const headerValue = oneLine(8192, "a header's value");
