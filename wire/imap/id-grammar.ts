/** Parameters of ID (RFC 2971 section 3.3), before login and after. What clients say of themselves is checked and not kept. */
import { bad, list, nstring, peek, space, string, type Parser } from './scan.ts'

const pairsMax = 30
const fieldOctetsMax = 30
const valueOctetsMax = 1_024

const field: Parser<void> = (scan) => {
  if (string(scan).length > fieldOctetsMax) bad('Field is too long')
}

const value: Parser<void> = (scan) => {
  if ((nstring(scan)?.length ?? 0) > valueOctetsMax) bad('Value is too long')
}

/** `string SP nstring` */
const pair: Parser<void> = (scan) => {
  field(scan)
  space(scan)
  value(scan)
}

const pairs = list(pair, pairsMax)

/** `id-params-list = "(" [string SP nstring *(SP string SP nstring)] ")" / nil` */
export const idParameters: Parser<true> = (scan) => {
  if (peek(scan) === 0x28) pairs(scan)
  else if (peek(scan) === 0x22 || peek(scan) === 0x7b || nstring(scan) !== null) bad('Missing parameters')
  return true
}
