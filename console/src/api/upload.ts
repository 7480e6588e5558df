import { addressOf, refusalOf, tenantHeader } from "./http";
import { offline } from "./problem";

/** Sends the file of a document as it is. Only XMLHttpRequest tells how much of a body has gone out. */
export function uploadDocument(
  tenant: string,
  id: string,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", addressOf("/api/documents/{id}/content", { path: { id } }));
    for (const [name, value] of Object.entries(tenantHeader(tenant))) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () =>
      request.status < 300 ? resolve() : reject(refusalOf(request.status, request.responseText));
    request.onerror = () => reject(offline());
    request.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
