/** The nonce that this page came with; styles made while it runs must carry it. */
export function cspNonce(): string {
  return document.querySelector<HTMLMetaElement>("meta[property='csp-nonce']")?.nonce ?? "";
}

/** The kit's dialogs stop the page behind them from scrolling by a style, and look for its nonce here. */
export function shareNonce(): void {
  (window as { __webpack_nonce__?: string }).__webpack_nonce__ = cspNonce();
}
