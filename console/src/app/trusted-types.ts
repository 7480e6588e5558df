interface PolicyFactory {
  createPolicy(name: string, rules: { createHTML: (text: string) => string }): unknown;
}

/** Nothing here makes HTML from text. The kit writes style sheets through innerHTML, which hold no markup. */
export function installTrustedTypes(): void {
  const factory = (window as { trustedTypes?: PolicyFactory }).trustedTypes;
  factory?.createPolicy("default", {
    createHTML(text) {
      if (text.includes("<")) throw new TypeError("The console makes no HTML from text.");
      return text;
    },
  });
}
