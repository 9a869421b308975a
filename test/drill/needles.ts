/** Everything the drill planted, as the scanner looks for it. */
import { largeBytes, plantedAccounts, plantedMailbox, plantedMails, plantedQueued } from './planted.ts'
import { formsOf, type Needle } from './scanner.ts'

const everywhere = { database: true, backup: true }
const nowhere = { database: false, backup: false }

/** Passwords are kept as verifiers even by the image that does not seal: the cracker looks for those. */
export const needlesOf = (domain: string): readonly Needle[] => [
  ...plantedAccounts.map(
    ({ localPart, cancelled }): Needle => ({
      class: 'A',
      name: `address ${localPart}`,
      forms: formsOf(`${localPart}@${domain}`, true),
      control: cancelled ? nowhere : everywhere,
    }),
  ),
  { class: 'A', name: 'address of a correspondent', forms: formsOf(plantedQueued.to, true), control: everywhere },
  ...plantedAccounts.map(
    ({ localPart, password }): Needle => ({ class: 'P', name: `password of ${localPart}`, forms: formsOf(password, true), control: nowhere }),
  ),
  ...plantedMails.flatMap(({ to, subject, text, sizeBytes }): Needle[] => {
    const gone = plantedAccounts.some(({ localPart, cancelled }) => cancelled && localPart === to)
    return [
      { class: 'M', name: `subject ${subject}`, forms: formsOf(subject, false), control: gone ? nowhere : everywhere },
      { class: 'M', name: `text ${text}`, forms: formsOf(text, false), control: gone ? nowhere : { database: sizeBytes < largeBytes, backup: true } },
    ]
  }),
  { class: 'M', name: `subject ${plantedQueued.subject}`, forms: formsOf(plantedQueued.subject, false), control: everywhere },
  { class: 'M', name: `text ${plantedQueued.text}`, forms: formsOf(plantedQueued.text, false), control: everywhere },
  { class: 'M', name: 'mailbox name', forms: formsOf(plantedMailbox, false), control: everywhere },
]
