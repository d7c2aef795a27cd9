import { Problem, problemOf } from "../../api/problem.ts";
import type { Import } from "../../api/generated/types.gen.ts";
import type { Kind } from "./import-facts.tsx";

/**
 * Uploads a file and reports how much of it has left. (XMLHttpRequest, because `fetch` tells nothing about the way up;
 * a stock file of a million rows takes long enough to want to know.)
 */
export function sendFile(
  kind: Kind,
  options: Readonly<Record<string, string>>,
  file: File,
  progress: (ratio: number) => void,
  signal: AbortSignal,
): Promise<Import> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/v1/imports/${kind}?${new URLSearchParams({ fileName: file.name, ...options })}`);
    request.setRequestHeader("Content-Type", "text/csv");
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => {
      if (request.status < 300) resolve(request.response as Import);
      else reject(problemOf(request.response, new Response(null, { status: request.status })));
    };
    request.onerror = () => reject(problemOf(undefined, undefined));
    request.onabort = () => reject(new Problem({ status: 0, code: "aborted", title: "The upload was stopped." }));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
