/** What a kubeconfig says of a server and of whoever uses it. */
export interface KubeconfigParts {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Name of cluster, user and context. */
  readonly name: string;
  /** Sent by clients that send tokens over plain HTTP: client-node does, kubectl does not. */
  readonly token?: string;
}

/** The text of a kubeconfig, for any client. JSON is YAML. */
export function kubeconfigText({ url, name, token }: KubeconfigParts): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    // There is nothing to verify without TLS; client-node wants to read that before it speaks plain HTTP.
    clusters: [{ name, cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: token === undefined ? {} : { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
