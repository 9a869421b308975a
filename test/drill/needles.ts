/** Everything the drill planted, as the scanner looks for it. */
import { plantedAccounts, plantedMailbox, plantedMails, plantedQueued } from './planted.ts'
import { formsOf, type Needle } from './scanner.ts'

export const needlesOf = (domain: string): readonly Needle[] => [
  ...plantedAccounts.map(({ localPart }): Needle => ({ class: 'A', name: `address ${localPart}`, forms: formsOf(`${localPart}@${domain}`, true) })),
  { class: 'A', name: 'address of a correspondent', forms: formsOf(plantedQueued.to, true) },
  ...plantedAccounts.map(({ localPart, password }): Needle => ({ class: 'P', name: `password of ${localPart}`, forms: formsOf(password, true) })),
  ...[...plantedMails, plantedQueued].flatMap(({ subject, text }): Needle[] => [
    { class: 'M', name: `subject ${subject}`, forms: formsOf(subject, false) },
    { class: 'M', name: `text ${text}`, forms: formsOf(text, false) },
  ]),
  { class: 'M', name: 'mailbox name', forms: formsOf(plantedMailbox, false) },
]
