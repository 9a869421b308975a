/**
 * Why a server said no, from its code, enhanced code and words: servers agree on the first only roughly, on the second
 * seldom, and the Japanese carriers, Gmail, Microsoft and Yahoo each have words of their own. First row that fits.
 */
import type { Words } from '@bulkhead/wire/trace/status-words.ts'

export const bounceClasses = [
  'tooManyConnections', 'rateLimited', 'greylisted', 'blocklisted', 'unauthenticated', 'spam', 'malware', 'mailboxFull', 'mailboxDisabled',
  'unknownRecipient', 'badAddress', 'noSuchDomain', 'acceptsNoMail', 'tooLarge', 'tooManyRecipients', 'tls', 'relayDenied', 'loop', 'expired',
  'unreachable', 'unsupported', 'policy', 'busy', 'other',
] as const
export type BounceClass = (typeof bounceClasses)[number]

export interface Refusal {
  readonly code: number
  readonly enhanced: string
  readonly text: string
}

type Row = readonly [name: BounceClass, words: RegExp]

/** What is read of a reply; the telling words come first. */
const readMax = 600

const byWords: readonly Row[] = [
  ['tooManyConnections', /too many (?:concurrent |simultaneous |open )?(?:smtp )?(?:connections|sessions)|concurrent connection|connection limit/i],
  ['greylisted', /gr[ea]y-?list|postgrey|try again in \d+ (?:sec|min)|please (?:retry|try again) later.*first|temporary.*unknown sender/i],
  // Microsoft S3150 and 5.7.511, Spamhaus and its kin, iCloud HM08, Proofpoint.
  ['blocklisted', /blocklist|black-?list|block list|spamhaus|spamcop|barracuda|\brbl\b|\bdnsbl\b|sorbs|banned sending ip|\bS3140\b|\bS3150\b/i],
  ['blocklisted', /listed (?:in|at|on|by)|bad reputation|poor reputation|your (?:ip|host).*(?:blocked|denied|rejected)/i],
  ['blocklisted', /ip address.*(?:blocked|denied)|low sender reputation|client host .*blocked/i],
  // Gmail 5.7.26 and 5.7.30, Microsoft 5.7.509 and 5.7.515.
  ['unauthenticated', /unauthenticated|dmarc|\bspf\b|\bdkim\b|sender policy framework|not authenticated|authentication check/i],
  ['unauthenticated', /does not have a? ?(?:valid )?ptr|reverse dns|\bptr record/i],
  // Yahoo TSS04, Gmail 4.7.28, Microsoft 4.7.500 and 4.7.650, iCloud.
  ['rateLimited', /rate.?limit|\bthrottl|too (?:many|fast|much) (?:mail|messages|mails|requests|errors)|\bTS\d\d\]|\[TSS\d\d\]/i],
  ['rateLimited', /temporarily deferred|unusual rate|sending (?:rate|limit)|slow down|exceed.*(?:per (?:hour|minute|day)|rate|messages)/i],
  ['rateLimited', /message rate|送信制限|流量/i],
  ['malware', /virus|malware|infected|dangerous attachment|blocked file type|phish/i],
  ['mailboxFull', /(?:mailbox|inbox|quota|storage|disk).*(?:full|exceed|over|insufficient)|over ?quota|out of (?:storage|space)|quota exceeded|容量/i],
  ['mailboxDisabled', /(?:account|mailbox|user|address).*(?:disabled|inactive|suspended|not active|deactivated|locked|expired|closed|discontinued)|利用停止|解約/i],
  // docomo `550 Unknown user`, au `550 5.1.1 User unknown`, SoftBank `550 Invalid recipient`, Yahoo `doesn't have a yahoo`.
  ['unknownRecipient', /unknown (?:user|recipient|address|local)|user unknown|no such (?:user|person|recipient|mailbox|address|account)/i],
  ['unknownRecipient', /invalid (?:recipient|mailbox|user)/i],
  ['unknownRecipient', /(?:recipient|user|account|address|mailbox).*(?:does ?n[o']t exist|not found|unknown|unavailable|not exist|n[o']t have)/i],
  ['unknownRecipient', /not a valid (?:mailbox|recipient|user)|recipient (?:address )?rejected: (?:undeliverable|access denied\. as\()|doesn't have a/i],
  ['unknownRecipient', /never heard|there is no one/i],
  ['tooManyRecipients', /too many recipients/i],
  ['tooLarge', /too (?:large|big)|size (?:limit|exceeds)|exceed.*size|message size|サイズ/i],
  ['relayDenied', /relay(?:ing)? (?:access )?(?:denied|not (?:permitted|allowed))|unable to relay|not (?:our|a local) domain|we do not relay/i],
  ['tls', /must issue a? ?starttls|tls (?:is )?required|requires? (?:a )?(?:secure|encrypted)|encryption required/i],
  ['loop', /\bloop|too many hops|hop count/i],
  ['spam', /\bspam|unsolicited|\bjunk\b|\bbulk\b|\bUCE\b|suspicious|likely (?:spam|unsolicited)|content (?:rejected|filter)/i],
  ['spam', /message (?:content )?rejected|looks like|迷惑メール/i],
  ['busy', /busy|overload|too much load|try (?:again )?later|temporar|system (?:not available|resources)|service (?:not available|unavailable)|resources|混雑/i],
  ['policy', /polic(?:y|ies)|not (?:allowed|permitted|authori[sz]ed)|access denied|rejected|refused|denied|blocked|prohibited/i],
]

/** RFC 3463 and the IANA registry: subject and detail. */
const byEnhanced: ReadonlyMap<string, BounceClass> = new Map([
  ['1.1', 'unknownRecipient'], ['1.2', 'noSuchDomain'], ['1.3', 'badAddress'], ['1.6', 'unknownRecipient'], ['1.10', 'acceptsNoMail'],
  ['2.1', 'mailboxDisabled'], ['2.2', 'mailboxFull'], ['2.3', 'tooLarge'], ['3.2', 'busy'], ['3.4', 'tooLarge'],
  ['4.1', 'unreachable'], ['4.2', 'unreachable'], ['4.3', 'unreachable'], ['4.4', 'unreachable'], ['4.5', 'busy'], ['4.6', 'loop'], ['4.7', 'expired'],
  ['5.3', 'tooManyRecipients'], ['6.1', 'unsupported'], ['6.3', 'unsupported'], ['6.7', 'unsupported'], ['6.8', 'unsupported'],
  ['7.4', 'tls'], ['7.5', 'tls'], ['7.20', 'unauthenticated'], ['7.23', 'unauthenticated'], ['7.25', 'unauthenticated'], ['7.26', 'unauthenticated'],
  ['7.28', 'rateLimited'], ['7.30', 'tls'], ['7.606', 'blocklisted'],
])

/** Details that name a cause for certain, so that words do not matter. */
const sure: ReadonlySet<string> = new Set(['1.1', '1.2', '1.10', '2.2', '3.4', '4.6', '4.7', '6.3', '6.7', '7.20', '7.23', '7.25', '7.26', '7.28', '7.606'])

export const bounceClassOf = ({ code, enhanced, text }: Refusal): BounceClass => {
  const detail = enhanced.slice(enhanced.indexOf('.') + 1)
  const known = byEnhanced.get(detail)
  if (known !== undefined && sure.has(detail)) return known
  const read = text.slice(0, readMax)
  const found = byWords.find(([name, words]) => words.test(read) && !(name === 'busy' && code >= 500))
  if (found !== undefined) return found[0]
  if (known !== undefined) return known
  return code === 421 || code === 450 || code === 451 ? 'busy' : enhanced.slice(2, 4) === '7.' ? 'policy' : 'other'
}

/** What the class means to the person who gets the report, where that says more than the code does. */
const words: Partial<Readonly<Record<BounceClass, Words>>> = {
  rateLimited: { ja: '相手のサーバが一度に受け取る量を制限しています', en: 'The server there limits how much it takes at a time' },
  tooManyConnections: { ja: '相手のサーバが混み合っています', en: 'The server there has enough connections' },
  greylisted: { ja: '相手のサーバが初めての送信元を確認しています。通常は自動的に配信されます', en: 'The server there checks new senders first; this usually passes by itself' },
  blocklisted: { ja: '相手のサーバがこちらの送信元を拒否しています。ご利用のプロバイダにお知らせください', en: 'The server there refuses our address; please tell your provider' },
  unauthenticated: { ja: '送信ドメイン認証に失敗したため受け取りを断られました', en: 'The server there could not confirm who sent it' },
  spam: { ja: '迷惑メールと判断されて受け取りを断られました', en: 'It was refused as unwanted mail' },
  malware: { ja: 'ウイルスなどの危険な内容と判断されて受け取りを断られました', en: 'It was refused as dangerous content' },
  mailboxFull: { ja: '宛先のメールボックスがいっぱいです', en: 'The mailbox is full' },
  mailboxDisabled: { ja: '宛先のメールボックスは現在使われていません', en: 'The mailbox is not in use' },
  unknownRecipient: { ja: '宛先のメールアドレスが存在しません', en: 'The address does not exist' },
  tooLarge: { ja: 'メールが大きすぎます', en: 'The message is too large' },
  relayDenied: { ja: '相手のサーバはこの宛先のメールを取り扱っていません', en: 'The server there is not responsible for this address' },
  tls: { ja: '暗号化された通信で相手のサーバを確認できませんでした', en: 'The server there could not be reached by verified encryption' },
  busy: { ja: '相手のサーバが混み合っています', en: 'The server there is busy' },
}

export const wordsOfClass = (name: BounceClass): Words | undefined => words[name]
