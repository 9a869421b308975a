/**
 * What can't be true of a name given in EHLO or HELO (RFC 5321 sections 2.3.5, 4.1.3, 4.1.4). Judged by whoever wants to;
 * RFC 5321 itself forbids refusing mail because a name does not match its address, so only the impossible is here.
 */
import { isAddressLiteral, isDomain } from './path.ts'

/**
 * `ownName`: it says it is us. `bareAddress`: an address without brackets. `otherLiteral`: the literal of another address.
 * `syntax`: neither a domain nor a literal. `unqualified`: a name without a dot.
 */
export type HelloFlaw = 'ownName' | 'bareAddress' | 'otherLiteral' | 'syntax' | 'unqualified'

const bareAddress = /^(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)$/i

const addressOf = (literal: string): string => literal.slice(1, -1).replace(/^ipv6:/i, '').toLowerCase()

export const helloFlaw = (name: string, ownName: string, peer: string): HelloFlaw | undefined => {
  if (bareAddress.test(name)) return 'bareAddress'
  if (name.startsWith('[')) {
    if (!isAddressLiteral(name)) return 'syntax'
    return addressOf(name) === peer.toLowerCase() ? undefined : 'otherLiteral'
  }
  const domain = name.replace(/\.$/, '').toLowerCase()
  if (!isDomain(domain)) return 'syntax'
  if (domain === ownName.toLowerCase()) return 'ownName'
  return domain.includes('.') ? undefined : 'unqualified'
}

/** Nobody who can be answered says these; a phone behind a router may say its own literal, a printer its bare name. */
export const isImpossible = (flaw: HelloFlaw | undefined): boolean => flaw === 'ownName' || flaw === 'bareAddress' || flaw === 'syntax'
