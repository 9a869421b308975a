/**
 * Blobs for messages and packs: a name is doomed for each of its accounts before it is durable, and the append or pack that names it
 * pardons it. Whatever dies in between leaves nothing behind for longer than the sweep takes to come by (`mail/packs/blob-sweep.ts`).
 */
import type { BlobStore, BlobWriter } from '../ports/blob-store.ts'
import type { PackStore } from '../ports/pack-store.ts'

export const doomedUntilNamed = (blobs: BlobStore, store: Pick<PackStore, 'doomBlob'>): BlobStore => ({
  ...blobs,
  async create(): Promise<BlobWriter> {
    const writer = await blobs.create()
    return {
      name: writer.name,
      write: (chunk) => writer.write(chunk),
      async keep(accounts) {
        await store.doomBlob(accounts, writer.name)
        return writer.keep(accounts)
      },
      discard: () => writer.discard(),
    }
  },
})
