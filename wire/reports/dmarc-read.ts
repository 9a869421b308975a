/**
 * Reads aggregate reports as others make them: by the old schema and the new, with and without namespace, in any order. What
 * is not known is passed over; what goes beyond the limits is refused.
 */
import type { DmarcReport, DmarcRow, PublishedPolicy } from './dmarc-report.ts'
import { readXml } from './xml.ts'

const rowsMax = 50_000
/** Of one row: results of DKIM, of SPF, overrides. */
const resultsMax = 100
const wordMax = 512
const countMax = 1_000_000_000_000

type Texts = Record<string, string>

const cut = (text: string | undefined): string => (text ?? '').slice(0, wordMax)

const whole = (text: string | undefined): number | undefined => {
  if (text === undefined || !/^[0-9]{1,13}$/.test(text)) return undefined
  const value = Number(text)
  return value <= countMax ? value : undefined
}

interface Building {
  readonly metadata: Texts
  readonly policy: Texts
  readonly rows: DmarcRow[]
  row: Texts
  overrides: { type: string; comment: string }[]
  dkimResults: { domain: string; selector: string; result: string }[]
  spfResults: { domain: string; scope: string; result: string }[]
  inner: Texts
  refused: boolean
}

const pushed = <T>(list: T[], item: T, building: Building): void => {
  if (list.length >= resultsMax) building.refused = true
  else list.push(item)
}

const endRecord = (building: Building): void => {
  const { row, rows, overrides, dkimResults, spfResults } = building
  const count = whole(row['count'])
  if (count === undefined || rows.length >= rowsMax) building.refused = true
  else {
    rows.push({
      sourceIp: cut(row['source_ip']), count, disposition: cut(row['disposition']), dkim: cut(row['dkim']), spf: cut(row['spf']), overrides,
      headerFrom: cut(row['header_from']), envelopeFrom: cut(row['envelope_from']), envelopeTo: cut(row['envelope_to']), dkimResults, spfResults,
    })
  }
  building.row = {}
  building.overrides = []
  building.dkimResults = []
  building.spfResults = []
}

/** What the end of an element at a path below `feedback` means. */
const ended = (building: Building, path: string, text: string): void => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const { inner } = building
  if (path === 'record') endRecord(building)
  else if (/^report_metadata\/(?:date_range\/)?\w+$/.test(path)) building.metadata[name] = text
  else if (/^policy_published\/\w+$/.test(path)) building.policy[name] = text
  else if (/^record\/(?:row|identifiers|row\/policy_evaluated)\/\w+$/.test(path) && name !== 'policy_evaluated' && name !== 'reason') building.row[name] = text
  else if (/^record\/(?:row\/policy_evaluated\/reason|auth_results\/(?:dkim|spf))\/\w+$/.test(path)) inner[name] = text
  else {
    if (path === 'record/row/policy_evaluated/reason') pushed(building.overrides, { type: cut(inner['type']), comment: cut(inner['comment']) }, building)
    else if (path === 'record/auth_results/dkim') {
      pushed(building.dkimResults, { domain: cut(inner['domain']), selector: cut(inner['selector']), result: cut(inner['result']) }, building)
    } else if (path === 'record/auth_results/spf') {
      pushed(building.spfResults, { domain: cut(inner['domain']), scope: cut(inner['scope']), result: cut(inner['result']) }, building)
    } else return
    building.inner = {}
  }
}

const policyOf = (policy: Texts): PublishedPolicy => ({
  domain: cut(policy['domain']).toLowerCase(), p: cut(policy['p']), sp: cut(policy['sp']), np: cut(policy['np']),
  adkim: cut(policy['adkim']), aspf: cut(policy['aspf']), fo: cut(policy['fo']), testing: cut(policy['testing']),
})

/** Undefined where it is no such report. `text` is bounded by whoever unpacked it. */
export const readDmarcReport = (text: string): DmarcReport | undefined => {
  const building: Building = { metadata: {}, policy: {}, rows: [], row: {}, overrides: [], dkimResults: [], spfResults: [], inner: {}, refused: false }
  const path: string[] = []
  let isFeedback = false
  const fine = readXml(text, {
    start(name) {
      if (path.length === 0) isFeedback = name === 'feedback'
      path.push(name)
    },
    end(_, own) {
      if (isFeedback && !building.refused && path.length > 1) ended(building, path.slice(1).join('/'), own)
      path.pop()
    },
  })
  const { metadata } = building
  const policy = policyOf(building.policy)
  const beginSeconds = whole(metadata['begin'])
  const endSeconds = whole(metadata['end'])
  if (!fine || !isFeedback || building.refused || beginSeconds === undefined || endSeconds === undefined || policy.domain === '') return undefined
  const [org, email, id] = [cut(metadata['org_name']), cut(metadata['email']), cut(metadata['report_id'])]
  return { org, email, id, beginSeconds, endSeconds, policy, rows: building.rows }
}
