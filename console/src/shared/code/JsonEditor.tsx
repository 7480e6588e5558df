import { memo, useMemo } from "react";
import styles from "./code.module.css";
import { jsonTokens } from "./highlight";

/** Above this, colours would be slower than the typing. */
const COLOURED_LIMIT = 60_000;

/** Text of JSON under the cursor: the browser's own editing over a coloured copy. Tab leaves it, as everywhere. */
export function JsonEditor({
  label,
  value,
  onChange,
  readOnly = false,
}: {
  label: string;
  value: string;
  onChange?: (text: string) => void;
  readOnly?: boolean;
}) {
  const numbers = useMemo(
    () =>
      value
        .split("\n")
        .map((_, index) => index + 1)
        .join("\n"),
    [value],
  );
  return (
    <div className={`surface ${styles.editor}`}>
      <div className={styles.numbers} aria-hidden>
        {numbers}
      </div>
      <div className={styles.paper}>
        <pre aria-hidden>
          <Coloured text={value} />
          {"\n"}
        </pre>
        <textarea
          aria-label={label}
          value={value}
          readOnly={readOnly}
          spellCheck={false}
          autoCapitalize="off"
          wrap="off"
          onChange={(event) => onChange?.(event.currentTarget.value)}
        />
      </div>
    </div>
  );
}

const Coloured = memo(function Coloured({ text }: { text: string }) {
  if (text.length > COLOURED_LIMIT) return text;
  return jsonTokens(text).map((token, index) =>
    token.kind ? (
      <span key={index} className={styles[token.kind]}>
        {token.text}
      </span>
    ) : (
      token.text
    ),
  );
});
