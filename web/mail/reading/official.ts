/**
 * Whether a message comes from the provider itself: sealed by the platform, or from an address that the brand names as its own and that our
 * reception verified. Mail can say neither of itself.
 */
import { brand } from '../../brand/brand.ts'
import type { MessageView } from './message-view.ts'

export const isOfficial = ({ official, verification, from }: Pick<MessageView, 'official' | 'verification' | 'from'>): boolean => {
  if (official) return true
  const [sender] = from
  if (sender === undefined || from.length !== 1 || verification.state !== 'verified') return false
  const email = sender.email.toLowerCase()
  const domain = email.slice(email.lastIndexOf('@') + 1)
  return brand.value?.official?.some((own) => own.toLowerCase() === email || own.toLowerCase() === domain) === true
}
