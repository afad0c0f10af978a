/** The nonce under which the policy of the host allows styles; empty where there is no policy. */
export function getStyleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? '';
}
