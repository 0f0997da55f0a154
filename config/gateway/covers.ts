/** Whether a host in a certificate covers a name: `*.example.com` covers one label. */
export function covers(host: string, name: string): boolean {
  return host === name || (host.startsWith("*.") && name.slice(name.indexOf(".")) === host.slice(1));
}
