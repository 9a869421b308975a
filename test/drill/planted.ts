/**
 * What the drill plants before it steals: the addresses, passwords and texts of a pretend ISP, known here so that the
 * scanner and the cracker can look for exactly them.
 */

export interface PlantedAccount {
  readonly localPart: string
  readonly password: string
  /** It is cancelled before the theft. */
  readonly cancelled: boolean
}

export interface PlantedMail {
  readonly to: string
  readonly subject: string
  /** Unmistakable words of the body. */
  readonly text: string
  readonly sizeBytes: number
}

/** Above this a message goes to the blob store instead of a row. */
export const largeBytes = 500_000

/** Weak ones that the rule for new passwords lets pass; the cracker has them all on its list. */
export const weakPasswords = ['sakura1234', 'hanako1985', 'tokyo2026', 'yakyuu99', 'momotaro1', 'fujisan3776', 'densha55', 'hanshin1985'] as const

const names = ['hanako.sato', 'taro.yamada', 'kenji-watanabe', 'yuki_tanaka', 'mail.admin', 'suzuki1984', 'mori..no', 'itou.']

/** Odd-dot local parts cannot be given out by us; they arrive by import and are planted as such. */
const isGivable = (name: string): boolean => !name.includes('..') && !name.endsWith('.')

export const plantedAccounts: readonly PlantedAccount[] = names
  .filter(isGivable)
  .map((localPart, at) => ({ localPart, password: weakPasswords[at % weakPasswords.length] ?? '', cancelled: at === 5 }))

export const plantedMails: readonly PlantedMail[] = plantedAccounts.flatMap(({ localPart }, at) => [
  { to: localPart, subject: `Kaigi shiryou ${at} lanternfish`, text: `velvet-anchor-${at} the account number is 4402-${at}`, sizeBytes: 3_000 },
  { to: localPart, subject: `港の見積書${at}`, text: `極秘の見積もり番号${at}です`, sizeBytes: 12_000 },
  { to: localPart, subject: `Large harbour plan ${at}`, text: `copper-lighthouse-${at} sees the whole bay`, sizeBytes: 900_000 },
])

/** A mailbox a customer names after something private, and a message that waits in the outbound queue. */
export const plantedMailbox = 'Divorce lawyer 離婚'
/** The same in modified UTF-7 (RFC 3501 section 5.1.3). */
export const plantedMailboxWire = 'Divorce lawyer &luJaWg-'
export const plantedQueued = { to: 'secret.friend@unreachable.example', subject: 'Waiting pomegranate letter', text: 'crimson-ferry leaves at nine' } as const
