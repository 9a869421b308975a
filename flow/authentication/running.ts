/** Runs checks that yield questions (`wire/mailauth/dns-question.ts`) on the DNS there is, and stops waiting in time. */
import type { Asking, AskedType, DnsReply } from '@bulkhead/wire/mailauth/dns-question.ts'
import type { Dns } from '../resolving/dns.ts'

/** What may be asked until the time is over; later every answer is `away`. Closed when nothing more is asked. */
export interface Questions {
  reply(name: string, type: AskedType): Promise<DnsReply<unknown>>
  close(): void
}

const away = { is: 'away' } as const

export const questionsWithin = (dns: Dns, limitMs: number): Questions => {
  const { promise: over, resolve } = Promise.withResolvers<typeof away>()
  let isOver = false
  const timer = setTimeout(() => {
    isOver = true
    resolve(away)
  }, limitMs)
  timer.unref()
  return {
    reply: (name, type) => (isOver ? over : Promise.race([dns.query(name, type), over])),
    close: () => clearTimeout(timer),
  }
}

export const answered = async <R>(asking: Asking<R>, questions: Questions): Promise<R> => {
  let step = asking.next()
  while (step.done !== true) step = asking.next(await questions.reply(step.value.name, step.value.type))
  return step.value
}
