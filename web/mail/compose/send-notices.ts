/** What the page says of mail on its way, so that it is taken off the screen with the mail, from wherever it is taken back. */
import { toast, type Toast } from '../../kit/toast.tsx'

const shown = new Map<string, () => void>()

export const tellOf = (submissionId: string, wanted: Toast): void => {
  const takeAway = toast({
    ...wanted,
    onGone: () => {
      shown.delete(submissionId)
      wanted.onGone?.()
    },
  })
  shown.set(submissionId, takeAway)
}

export const takeNoticeAway = (submissionId: string): void => {
  shown.get(submissionId)?.()
  shown.delete(submissionId)
}
