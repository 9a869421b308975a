/** Everything the drill planted, as the scanner looks for it. */
import { largeBytes, plantedAccounts, plantedMailbox, plantedMails, plantedQueued } from './planted.ts'
import { formsOf, type Needle } from './scanner.ts'

const everywhere = { database: true, backup: true }
const nowhere = { database: false, backup: false }

/** How PKCS #8 begins (RFC 5208) for the kinds of keys the vault makes: version 0, the algorithm, the octet string's head. */
const privateKeyHeads = [
  { name: 'RSA private key', head: '020100300d06092a864886f70d010101050004' },
  { name: 'Ed25519 private key', head: '302e020100300506032b657004220420' },
  { name: 'X25519 private key', head: '302e020100300506032b656e04220420' },
] as const

/** In hexadecimal it stands in our own sources, and so in compiled code. */
const isNoCode = ({ form }: Needle['forms'][number]): boolean => form.toLowerCase() !== 'hex'

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
  { class: 'Q', name: `subject ${plantedQueued.subject}`, forms: formsOf(plantedQueued.subject, false), control: everywhere },
  { class: 'Q', name: `text ${plantedQueued.text}`, forms: formsOf(plantedQueued.text, false), control: everywhere },
  ...privateKeyHeads.map(({ name, head }): Needle => ({ class: 'K', name, forms: formsOf(Buffer.from(head, 'hex'), false).filter(isNoCode), control: nowhere })),
  { class: 'M', name: 'mailbox name', forms: formsOf(plantedMailbox, false), control: everywhere },
]
