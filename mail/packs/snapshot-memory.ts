/**
 * Sealed segments of snapshots, remembered from session to session: a login soon after another asks the store only for what
 * changed. A segment is known by its name and the journal's number it was written at, and never changes under both.
 */
import type { AccountHandle, ModSeq } from '@bulkhead/base/ids.ts'
import type { JournalReader, Loaded, StoredSegment } from '../ports/journal-store.ts'
import type { PackMemory } from './pack-memory.ts'

const nameOf = (account: AccountHandle, { segment, seq }: Pick<StoredSegment, 'segment' | 'seq'>): string => `${account}/${segment}@${seq}`

/** With the bytes of every segment; undefined where one that was left out is no longer remembered. */
const completed = (memory: PackMemory, account: AccountHandle, loaded: Loaded): Loaded | undefined => {
  const segments: StoredSegment[] = []
  for (const segment of loaded.snapshot.segments) {
    const name = nameOf(account, segment)
    const sealed = segment.sealed.length > 0 ? memory.sealed.put(name, segment.sealed) : memory.sealed.get(name)
    if (sealed === undefined) return undefined
    segments.push({ ...segment, sealed })
  }
  memory.keepSnapshotSeq(account, loaded.snapshot.seq)
  return { ...loaded, snapshot: { ...loaded.snapshot, segments } }
}

export const loadRemembered = async (store: JournalReader, memory: PackMemory, account: AccountHandle): Promise<Loaded | undefined> => {
  const known = memory.snapshotSeq(account)
  const loaded = await store.load(account, known)
  if (loaded === undefined) return undefined
  const whole = completed(memory, account, loaded)
  if (whole !== undefined) return whole
  memory.keepSnapshotSeq(account, 0 as ModSeq)
  const again = await store.load(account)
  return again === undefined ? undefined : completed(memory, account, again)
}
