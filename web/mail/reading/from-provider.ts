/**
 * Whether a sender is one that the brand names as its own and that our reception verified: such mail may speak as the provider. It is no
 * notice for that: the banner is for what the platform itself put into the mailbox.
 */
import { brand } from '../../brand/brand.ts'
import type { MessageView } from './message-view.ts'

export const isFromProvider = ({ verification, from }: Pick<MessageView, 'verification' | 'from'>): boolean => {
  const [sender] = from
  if (sender === undefined || from.length !== 1 || verification.state !== 'verified') return false
  const email = sender.email.toLowerCase()
  const domain = email.slice(email.lastIndexOf('@') + 1)
  return brand.value?.official?.some((own) => own.toLowerCase() === email || own.toLowerCase() === domain) === true
}
