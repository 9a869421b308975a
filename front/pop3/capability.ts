/**
 * What CAPA lists (RFC 2449 section 6): one list, in the gate before login and in the mailroom after it. AUTH-RESP-CODE is RFC
 * 3206, UTF8 and LANG are RFC 6856.
 */

export const always = ['TOP', 'UIDL', 'RESP-CODES', 'AUTH-RESP-CODE', 'PIPELINING', 'UTF8', 'LANG'] as const

export const implementation = 'IMPLEMENTATION Bulkhead'

/** Nothing where logins need not wait. */
export const loginDelayLine = (delayMs: number): readonly string[] =>
  delayMs === 0 ? [] : [`LOGIN-DELAY ${Math.ceil(delayMs / 1_000)}`]

/** RFC 2449 section 6.7. Before login it is the least that an account may have chosen. */
export const expireBeforeLogin = 'EXPIRE 1 USER'
export const expireLine = (days: number | null): string => `EXPIRE ${days ?? 'NEVER'}`
