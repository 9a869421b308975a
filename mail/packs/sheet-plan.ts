/** Which sheet is to be made next, of which packs, and which sheets it replaces. Pure. */
import type { IndexPackLine, SheetLine } from '../ports/pack-store.ts'

/** A sheet with as many messages, or bytes of digests, is full: it is made anew only with its packs. */
export const fullMessages = 16_384
export const fullBytes = 4_194_304
/** A sheet that is not full is made anew with what came after it, where that is half of it: each message moves a few times at most. */
const growthMin = 0.5

export interface SheetPlan {
  /** Ascending; as many of them, from the first, as fill a sheet. None: the sheets replaced only go. */
  readonly packs: readonly IndexPackLine[]
  readonly replaces: readonly SheetLine[]
}

const messagesOf = (lines: readonly { readonly messages: number }[]): number => lines.reduce((sum, { messages }) => sum + messages, 0)

const isWithin = (sheet: SheetLine) => ({ first, last }: IndexPackLine): boolean => sheet.first <= first && last <= sheet.last

export const isFull = ({ messages, sizeBytes }: Pick<SheetLine, 'messages' | 'sizeBytes'>): boolean => messages >= fullMessages || sizeBytes >= fullBytes

/** Both ascend. Undefined where every pack is in a sheet, and every sheet has what its packs have. */
export const nextSheet = (packs: readonly IndexPackLine[], sheets: readonly SheetLine[]): SheetPlan | undefined => {
  for (const sheet of sheets) {
    const within = packs.filter(isWithin(sheet))
    if (messagesOf(within) !== sheet.messages) return { packs: within, replaces: [sheet] }
  }
  const from = packs.findIndex((pack) => !sheets.some((sheet) => isWithin(sheet)(pack)))
  const first = packs[from]
  if (first === undefined) return undefined
  const next = sheets.find((sheet) => sheet.first > first.first)
  const fresh = packs.slice(from).filter((pack) => next === undefined || pack.last < next.first)
  const before = sheets.filter((sheet) => sheet.last < first.first)
  const replaces: SheetLine[] = []
  let messages = messagesOf(fresh)
  for (let last = before.pop(); last !== undefined && !isFull(last) && messages >= last.messages * growthMin; last = before.pop()) {
    replaces.unshift(last)
    messages += last.messages
  }
  return { packs: [...packs.filter((pack) => replaces.some((sheet) => isWithin(sheet)(pack))), ...fresh], replaces }
}
