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

type Ended = (building: Building, name: string, text: string) => void

const inMetadata: Ended = ({ metadata }, name, text) => void (metadata[name] = text)
const inPolicy: Ended = ({ policy }, name, text) => void (policy[name] = text)
const inRow: Ended = ({ row }, name, text) => void (row[name] = text)
const inResult: Ended = ({ inner }, name, text) => void (inner[name] = text)

/** Takes what was gathered of an inner element and begins the next. */
const innerEnded = (take: (building: Building, inner: Texts) => void): Ended => (building) => {
  take(building, building.inner)
  building.inner = {}
}

const dkimEnded = innerEnded((building, inner) =>
  pushed(building.dkimResults, { domain: cut(inner['domain']), selector: cut(inner['selector']), result: cut(inner['result']) }, building))
const spfEnded = innerEnded((building, inner) =>
  pushed(building.spfResults, { domain: cut(inner['domain']), scope: cut(inner['scope']), result: cut(inner['result']) }, building))
const reasonEnded = innerEnded((building, inner) => pushed(building.overrides, { type: cut(inner['type']), comment: cut(inner['comment']) }, building))

interface Place {
  /** The element itself ends. */
  readonly own?: Ended
  /** An element right inside it ends that has no place of its own. */
  readonly inside?: Ended
  readonly places?: Readonly<Record<string, Place>>
}

const places: Place = {
  places: {
    report_metadata: { inside: inMetadata, places: { date_range: { inside: inMetadata } } },
    policy_published: { inside: inPolicy },
    record: {
      own: endRecord,
      places: {
        row: { inside: inRow, places: { policy_evaluated: { inside: inRow, places: { reason: { own: reasonEnded, inside: inResult } } } } },
        identifiers: { inside: inRow },
        auth_results: { places: { dkim: { own: dkimEnded, inside: inResult }, spf: { own: spfEnded, inside: inResult } } },
      },
    },
  },
}

const placeIn = (place: Place | undefined, name: string): Place | undefined =>
  place?.places !== undefined && Object.hasOwn(place.places, name) ? place.places[name] : undefined

const policyOf = (policy: Texts): PublishedPolicy => ({
  domain: cut(policy['domain']).toLowerCase(), p: cut(policy['p']), sp: cut(policy['sp']), np: cut(policy['np']),
  adkim: cut(policy['adkim']), aspf: cut(policy['aspf']), fo: cut(policy['fo']), testing: cut(policy['testing']),
})

/** Undefined where it is no such report. `text` is bounded by whoever unpacked it. */
export const readDmarcReport = (text: string): DmarcReport | undefined => {
  const building: Building = { metadata: {}, policy: {}, rows: [], row: {}, overrides: [], dkimResults: [], spfResults: [], inner: {}, refused: false }
  /** Of every open element; undefined inside what is not known. */
  const open: (Place | undefined)[] = []
  let isFeedback = false
  const fine = readXml(text, {
    start(name) {
      if (open.length === 0) isFeedback = name === 'feedback'
      open.push(open.length === 0 ? places : placeIn(open.at(-1), name))
    },
    end(name, own) {
      const place = open.pop()
      if (!isFeedback || building.refused) return
      if (place === undefined) open.at(-1)?.inside?.(building, name, own)
      else place.own?.(building, name, own)
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
