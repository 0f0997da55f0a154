import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { hostOf, portOf, type Target } from "../target";
import { InputError } from "./input-error";

const quoted = (text: string) => JSON.stringify(text.slice(0, 200));

/**
 * Reads a URL that is to be probed.
 *
 * @param source what holds it, for the message
 */
export function parseUrl(text: string, source: string): URL {
  if (!URL.canParse(text)) throw new InputError(`${source} is ${quoted(text)}, which is no URL`);
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new InputError(`${source} is ${quoted(text)}; its scheme is not http or https`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new InputError(
      `${source} holds a user name or password, which is not sent; remove it from the URL`,
    );
  }
  if (portOf(url) === 0) throw new InputError(`${source} has port 0; ports go from 1 to 65535`);
  return url;
}

/**
 * Reads a host to ask for, as server name and as Host header: a DNS name, or an IP address without brackets.
 *
 * @param source what holds it, for the message
 */
export function parseHost(text: string, source: string): string {
  if (isIP(text) !== 0) return text;
  const name = /^[^\s:/?#@[\]\\]+$/.test(text) ? domainToASCII(text) : "";
  if (/^[a-z0-9._-]{1,253}$/.test(name)) return name;
  throw new InputError(
    `${source} is ${quoted(text)}; a DNS name or an IP address is expected, without scheme, port and path`,
  );
}

/** What is probed when a person names the URL. */
export function targetFromUrl(text: string, host: string | undefined): Target {
  const url = parseUrl(text, "--url");
  return {
    source: "--url",
    url,
    host: host === undefined ? hostOf(url) : parseHost(host, "--host"),
    istioRevision: "",
  };
}
