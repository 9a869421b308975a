/** The last thing that can be taken back, by the toast or the key `z`. */
import { announce } from '../../kit/live.tsx'
import { toast } from '../../kit/toast.tsx'
import { words as kitWords } from '../../kit/words.ts'
import { words } from './words.ts'

type Undo = () => Promise<void>

let last: Undo | undefined
let takeToast: (() => void) | undefined

const run = async (undo: Undo): Promise<void> => {
  if (last === undo) last = undefined
  await undo()
  announce(words().undone)
  toast({ text: words().undone, ms: 3000 })
}

/** Says that something was done and how it is undone. */
export const offerUndo = (text: string, undo: Undo): void => {
  last = undo
  takeToast?.()
  takeToast = toast({ text, action: { label: kitWords().undo, run: () => void run(undo) } })
}

export const undoLast = (): void => {
  const undo = last
  takeToast?.()
  takeToast = undefined
  if (undo === undefined) toast({ text: words().nothingToUndo, ms: 3000 })
  else void run(undo)
}
