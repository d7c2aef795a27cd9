import { useEffect, useReducer, useRef, useState } from "react";
import { onlyOn, useEdited } from "../../api/edited.ts";
import { getDocument, getDocumentDraft, getDocumentVersion, saveDocumentDraft } from "../../api/generated/sdk.gen.ts";
import { Problem } from "../../api/problem.ts";
import { serverText } from "../../api/server-text.ts";
import type { DocumentName } from "./documents.ts";

export type Fault = { readonly pointer: string; readonly message: string };

/** In the reader's language. */
const told = (fault: Fault): Fault => ({ ...fault, message: serverText(fault.message) });

/** After the last change; typing and clicking on are not interrupted. */
const PAUSE_MS = 600;

export interface DraftStart {
  readonly content: unknown;
  /** Counts the saves; undefined: there is no draft yet, it is created by the first change. */
  readonly revision: number | undefined;
  readonly basedOn: number | null;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

/** What editing starts from: the open draft, else what is in force. */
export function useDraftStart(path: DocumentName) {
  return useEdited(["draft", path.kind, path.code], async (signal) => ({ data: await readStart(path, signal) }));
}

async function readStart(path: DocumentName, signal: AbortSignal): Promise<DraftStart> {
  const { draft, publishedVersion, latestVersion } = (await getDocument({ path, signal })).data;
  if (draft) return (await getDocumentDraft({ path, signal })).data;
  const version = publishedVersion ?? latestVersion;
  const { content } = (await getDocumentVersion({ path: { ...path, version }, signal })).data;
  return { content, revision: undefined, basedOn: version, faults: [], warnings: [] };
}

interface History<Content> {
  readonly past: readonly Content[];
  readonly present: Content;
  readonly future: readonly Content[];
}

type Move<Content> = { change: (content: Content) => Content } | "undo" | "redo";

function moved<Content>(history: History<Content>, move: Move<Content>): History<Content> {
  const { past, present, future } = history;
  if (move === "undo") {
    const before = past.at(-1);
    return before ? { past: past.slice(0, -1), present: before, future: [present, ...future] } : history;
  }
  if (move === "redo") {
    const [after, ...rest] = future;
    return after ? { past: [...past, present], present: after, future: rest } : history;
  }
  const changed = move.change(present);
  return changed === present ? history : { past: [...past, present].slice(-200), present: changed, future: [] };
}

export type Saving = "saved" | "unsaved" | "saving" | "conflict" | "failed";

/** A draft that is edited: every change can be taken back, and is saved by itself unless somebody else has saved since. */
export function useDraft<Content extends object>(path: DocumentName, start: DraftStart, begun: Content) {
  const [history, move] = useReducer(moved<Content>, { past: [], present: begun, future: [] });
  const [saved, setSaved] = useState(begun);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>();
  const [said, setSaid] = useState({ faults: start.faults.map(told), warnings: start.warnings.map(told) });
  const revision = useRef(start.revision);
  const { past, present, future } = history;
  const isDue = present !== saved && !sending && error === undefined;

  useEffect(() => {
    if (!isDue) return;
    const timer = setTimeout(() => void save(present), PAUSE_MS);
    return () => clearTimeout(timer);
    // `save` reads nothing else that changes.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isDue, present]);

  async function save(content: Content): Promise<void> {
    setSending(true);
    setError(undefined);
    try {
      const basedOn = revision.current === undefined ? { basedOn: start.basedOn } : {};
      const { data } = await saveDocumentDraft({
        path,
        body: { content, ...basedOn },
        headers: onlyOn(revision.current),
      });
      revision.current = data.revision;
      setSaved(content);
      setSaid({ faults: data.faults.map(told), warnings: data.warnings.map(told) });
    } catch (refused) {
      setError(refused);
    } finally {
      setSending(false);
    }
  }

  /** What somebody else saved is given up for what is here. */
  async function overwrite(): Promise<void> {
    const { draft } = (await getDocument({ path })).data;
    revision.current = draft?.revision;
    await save(present);
  }

  const isConflict = error instanceof Problem && error.code === "versionConflict";
  const state: Saving = isConflict
    ? "conflict"
    : error !== undefined
      ? "failed"
      : sending
        ? "saving"
        : present !== saved
          ? "unsaved"
          : "saved";
  return {
    content: present,
    change: (change: (content: Content) => Content) => move({ change }),
    undo: past.length > 0 ? () => move("undo") : undefined,
    redo: future.length > 0 ? () => move("redo") : undefined,
    state,
    error,
    ...said,
    /** Of what is saved; undefined: nothing has been saved yet. */
    revision: () => revision.current,
    retry: () => save(present),
    overwrite,
  };
}

export type Draft<Content extends object> = ReturnType<typeof useDraft<Content>>;
