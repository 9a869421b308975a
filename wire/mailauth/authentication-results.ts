/**
 * The Authentication-Results field (RFC 8601): written for a message that came in, and recognised on one that brings its own
 * (section 5: whoever writes fields under a name removes those that come from outside under it).
 */
import { comment, isBlankChar, quotedString } from '../mime/scan.ts'
import type { ArcOutcome, DkimOutcome, DmarcOutcome, SpfOutcome } from './results.ts'

/** `smtp.mailfrom=alice@example.org` */
export type ResultProperty = readonly [name: string, value: string]

export interface MethodResult {
  readonly method: string
  readonly result: string
  readonly reason: string | null
  readonly properties: readonly ResultProperty[]
}

const valueCharsMax = 300
const lineCharsMax = 78
const token = /^[A-Za-z0-9!#$%&'*+\-.^_`{|}~]+$/
const notQuotable = /[^\x20-\x7e\u00a0-\u{10ffff}]/gu

/** A token, an address, or a quoted string: whatever it is, nothing in it can end it. RFC 8616 section 5 lets UTF-8 in. */
const pvalue = (text: string): string => {
  const bare = [...text.replace(notQuotable, '?')].slice(0, valueCharsMax).join('')
  const [local = '', domain, ...more] = bare.split('@')
  const words = domain === undefined ? [local] : more.length > 0 ? [''] : local === '' ? [domain] : [local, domain]
  return words.every((word) => token.test(word)) ? bare : `"${bare.replace(/["\\]/g, '\\$&')}"`
}

const resinfo = ({ method, result, reason, properties }: MethodResult): readonly string[] => [
  `${method}=${result}`,
  ...(reason === null ? [] : [`reason=${pvalue(reason)}`]),
  ...properties.filter(([, value]) => value !== '').map(([name, value]) => `${name}=${pvalue(value)}`),
]

/** Value of the field, folded between words, without the last CRLF. Each result begins a line. */
export const resultsField = (authservId: string, results: readonly MethodResult[]): string => {
  const groups = results.length === 0 ? [['none']] : results.map(resinfo)
  let text = ` ${pvalue(authservId)};`
  groups.forEach((words, at) => {
    let line = '\t'
    words.forEach((word, index) => {
      const whole = index === words.length - 1 && at < groups.length - 1 ? `${word};` : word
      if (line.length > 1 && line.length + 1 + whole.length > lineCharsMax) {
        text += `\r\n${line}`
        line = `\t  ${whole}`
      } else line += line.length > 1 ? ` ${whole}` : whole
    })
    text += `\r\n${line}`
  })
  return text
}

export const spfResult = (spf: SpfOutcome, reversePath: string): MethodResult => ({
  method: 'spf', result: spf.result, reason: spf.reason,
  properties: [spf.identity === 'helo' ? ['smtp.helo', spf.domain] : ['smtp.mailfrom', reversePath]],
})

export const dkimResults = (dkim: readonly DkimOutcome[]): readonly MethodResult[] => {
  if (dkim.length === 0) return [{ method: 'dkim', result: 'none', reason: null, properties: [] }]
  return dkim.map(({ result, reason, domain, selector, algorithm, signatureStart, identity }) => ({
    method: 'dkim', result, reason,
    properties: [
      ['header.d', domain], ...(identity === '' || identity === `@${domain}` ? [] : [['header.i', identity] as const]),
      ['header.s', selector], ['header.a', algorithm], ['header.b', signatureStart],
    ],
  }))
}

/** RFC 8601 section 2.7.4: a login, not the transport, vouches. */
export const submittedResult = (reversePath: string): MethodResult => ({
  method: 'auth', result: 'pass', reason: null, properties: [['smtp.mailfrom', reversePath]],
})

export const dmarcResult = ({ result, reason, fromDomain, record, policy }: DmarcOutcome): MethodResult => ({
  method: 'dmarc', result, reason,
  properties: [['header.from', fromDomain ?? ''], ...(record === null ? [] : [['policy.dmarc', policy] as const])],
})

export const arcResult = ({ result, reason, hops, oldestPass }: ArcOutcome): MethodResult => ({
  method: 'arc', result: result === 'temperror' ? 'fail' : result, reason,
  properties: [['header.oldest-pass', oldestPass === null ? '' : String(oldestPass)], ['arc.chain', hops.toReversed().map(({ domain }) => domain).join(':')]],
})

/** `authserv-id`, lower case, behind white space and comments; undefined where there is none to read. */
export const authservIdOf = (value: string): string | undefined => {
  let at = 0
  while (at < value.length) {
    const char = value[at] ?? ''
    if (char === '(') at = Math.max(at + 1, comment(value, at).end)
    else if (isBlankChar(char)) at += 1
    else break
  }
  if (value[at] === '"') return quotedString(value, at).value.trim().toLowerCase()
  const word = /^[^\s;("]+/.exec(value.slice(at, at + valueCharsMax))?.[0]
  return word?.toLowerCase()
}
