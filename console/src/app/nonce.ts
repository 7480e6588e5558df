/** The nonce that this page came with; styles made while it runs must carry it. */
export function cspNonce(): string {
  return document.querySelector<HTMLMetaElement>("meta[property='csp-nonce']")?.nonce ?? "";
}
