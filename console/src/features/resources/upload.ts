import { tenantHeader } from "~/api/client";
import { offline, Problem } from "~/api/problem";

/** Sends a file as it is. Only XMLHttpRequest tells how much of a body has gone out. */
export function uploadFile(
  tenant: string,
  id: string,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `/api/documents/${encodeURIComponent(id)}/content`);
    for (const [name, value] of Object.entries(tenantHeader(tenant))) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve() : reject(problemOf(request)));
    request.onerror = () => reject(offline());
    request.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function problemOf(request: XMLHttpRequest): Problem {
  try {
    return new Problem(request.status, JSON.parse(request.responseText) as Record<string, unknown>);
  } catch {
    return new Problem(request.status, {});
  }
}
