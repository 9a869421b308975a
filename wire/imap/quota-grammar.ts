/** Arguments of SETQUOTA (RFC 9208 section 7). */
import { astring, atom, list, number, space, type Parser } from './scan.ts'

const resourcesMax = 20

export interface SetQuota {
  readonly root: string
  readonly limits: readonly (readonly [resource: string, limit: number])[]
}

/** `quota-root-name = astring` */
export const quotaRoot: Parser<string> = (scan) => astring(scan).toString('utf8')

const limit: Parser<readonly [string, number]> = (scan) => {
  const resource = atom(scan)
  space(scan)
  return [resource, number(scan)]
}

/** `quota-root-name SP "(" [resource-name SP resource-limit *(…)] ")"` */
export const setQuotaArguments: Parser<SetQuota> = (scan) => {
  const root = quotaRoot(scan)
  space(scan)
  return { root, limits: list(limit, resourcesMax)(scan) }
}
