/** 誤送信防止: when the recipients of a message are shown once more, and in which order (outside people first). */
import type { Address } from './address.ts'
import { domainOf } from './address.ts'
import type { Draft } from './draft.ts'

export const confirmChoices = ['off', 'outside', 'always'] as const
export type ConfirmChoice = (typeof confirmChoices)[number]

export interface ConfirmRow {
  readonly field: 'to' | 'cc' | 'bcc'
  readonly address: Address
  readonly outside: boolean
}

/** A brand can ask for more than the person chose, never for less. */
export const strictest = (one: ConfirmChoice, other: ConfirmChoice): ConfirmChoice =>
  confirmChoices[Math.max(confirmChoices.indexOf(one), confirmChoices.indexOf(other))] ?? 'always'

/** `own`: addresses of the person; other accounts of the same domain count as inside. */
export const recipientRows = (draft: Draft, own: readonly string[]): ConfirmRow[] => {
  const inside = new Set(own.map(domainOf))
  const rows = (['to', 'cc', 'bcc'] as const).flatMap((field) =>
    draft[field].map((address): ConfirmRow => ({ field, address, outside: !inside.has(domainOf(address.email)) })))
  return rows.toSorted((a, b) => Number(b.outside) - Number(a.outside))
}

export const needsConfirming = (choice: ConfirmChoice, rows: readonly ConfirmRow[]): boolean =>
  choice === 'always' || (choice === 'outside' && rows.some(({ outside }) => outside))
