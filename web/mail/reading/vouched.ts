import type { MessageView } from './message-view.ts'

const states: ReadonlySet<MessageView['verification']['state']> = new Set(['verified', 'customer', 'partly'])

/** Somebody vouches for the sender: nobody is trusted by a name that anyone could have written. */
export const isVouchedFor = ({ verification }: Pick<MessageView, 'verification'>): boolean => states.has(verification.state)
