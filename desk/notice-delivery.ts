/** A notice on its way to intake: written as the brand of its readers, signed for each of them. */
import { base64 } from '@bulkhead/base/bytes.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { NoticeFate } from '@bulkhead/door/contracts/notice.ts'
import { checkedLook } from '@bulkhead/mail/brand/look.ts'
import { encodeNoticeSeal, noticeDigest } from '@bulkhead/mail/reading/official.ts'
import { noticeMessage, type NoticeText } from '@bulkhead/mail/reading/notice-message.ts'
import type { Desk } from './desk.ts'

/** `from` undefined: as the brand writes. */
export type Wanted = Omit<NoticeText, 'from'> & { readonly from: string | undefined }

export interface Reader {
  readonly account: AccountHandle
  readonly brand: string
}

/** A brand writes as what its look says, else as its domain's postmaster, whom every domain has (RFC 5321 section 4.5.1). */
const sendersOf = async ({ directory }: Desk, { language, from }: Wanted): Promise<ReadonlyMap<string, NoticeText['from']>> => {
  const brands = await directory.brands()
  return new Map(await Promise.all(brands.map(async ({ brand, name, domains }) => {
    const kept = await directory.brandLook(brand)
    const checked = checkedLook(kept === null ? null : JSON.parse(kept))
    const look = checked.is === 'look' ? checked.look : null
    const email = from ?? look?.official.find((one) => one.includes('@')) ?? `postmaster@${domains[0] ?? 'localhost'}`
    return [brand, { name: look?.name[language] ?? name, email }] as const
  })))
}

/** In the order of brands, not of `lines`. Rejects with a `Fault` where intake is away. */
export const deliverNotice = async (desk: Desk, wanted: Wanted, lines: readonly Reader[]): Promise<readonly NoticeFate[]> => {
  const { intake, directory, signNotice } = desk
  const [senders, keys] = await Promise.all([sendersOf(desk, wanted), directory.publicKeys(lines.map(({ account }) => account))])
  const byBrand = Map.groupBy(lines, ({ brand }) => brand)
  const fates = await Promise.all([...byBrand].map(async ([brand, accounts]): Promise<readonly NoticeFate[]> => {
    const from = senders.get(brand)
    if (from === undefined || intake === null) return accounts.map(() => 'away')
    const message = noticeMessage({ ...wanted, from })
    const digest = noticeDigest(message)
    const recipients = accounts.flatMap(({ account }) => {
      const publicKey = keys.get(account)
      if (publicKey === undefined) return []
      return [{ account, publicKey: base64(publicKey), seal: base64(encodeNoticeSeal(signNotice(account, digest))) }]
    })
    const gone = accounts.slice(recipients.length).map((): NoticeFate => 'gone')
    if (recipients.length === 0) return gone
    const reply = await intake.ask('notice', { notice: wanted.id, message: base64(message), recipients })
    return reply.is === 'answered' ? [...reply.answer.fates, ...gone] : accounts.map(() => 'away')
  }))
  return fates.flat()
}
