/**
 * The webmail in Chromium, slowed down four times, beside Debian's Roundcube on the same mailboxes by our IMAP: a mailbox of 10,000
 * messages as people go through it, and searches in one of 100,000, these also by Roundcube over Debian's Dovecot with the same mails.
 * Times are the page's own, to the drawing.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { weigh } from '@bulkhead/web/budgets.mjs'
import { startPlatform } from '../../platform/platform.ts'
import { bigLogin, median, password, type Bench, type RowGroup } from '../bench.ts'
import { endedWithRun, removedWithRun } from '../ending.ts'
import { fillArchive, fillLarge, fillNewsletters, rareWords } from '../load/fill.ts'
import { openBrowser, searchVisit, visit, type Asked, type SearchVisit, type Visit, type Webmail } from '../load/webmail.ts'
import { settled } from '../load/settled.ts'
import { bulkhead, roundcube } from '../load/webmails.ts'
import { ensureRoundcube, startRoundcube } from '../peers/roundcube.ts'
import { figureText, type Figure as Measured, type Row } from '../table.ts'
import type { Target } from '../target.ts'

/** As a well-known port is. */
const roundcubePort = 80
const newsletters = 'Newsletters'
const archiveLogin = 'archivist'
/** As many times the large mailbox: 100,000 messages. */
const archiveTimes = 10
const archiveSeconds = 240
/** Behind the filling servers tidy up: an archive of years is not asked in the second in which it came. */
const tidySeconds = 180
/** In every third of the generated mails. */
const words = '納期'

/** The first asks everything that lies sealed to be opened: it is the cold one. */
const questions: readonly (Asked & { readonly name: string })[] = [
  { name: 'Latin, in one old message', words: rareWords.latin.words, isThere: true },
  { name: 'Japanese, in one old message', words: rareWords.japanese.words, isThere: true },
  { name: 'Latin, in many', words: 'fotebi', isThere: true },
  { name: 'Japanese, in many', words: '年電', isThere: true },
  { name: 'subject, in many', words: 'subject:nikaka', isThere: true },
  { name: 'Latin, absent', words: 'xylophonist', isThere: false },
  { name: 'Japanese, absent', words: '鶴亀', isThere: false },
]

const searchParts = ['search', 'search-roundcube', 'search-dovecot'] as const
const parts = ['everyday', ...searchParts, 'weights'] as const

type SearchPart = (typeof searchParts)[number]

interface Figure {
  readonly name: string
  readonly unit: string
  readonly goal?: number
  readonly of: (measured: Visit) => number
}

const figures: readonly Figure[] = [
  { name: 'mailbox opens, rows on the screen', unit: 'ms', goal: 1_000, of: ({ listMs }) => listMs },
  { name: 'first message of a visit opens', unit: 'ms', of: ({ firstMs }) => firstMs },
  { name: 'next message opens', unit: 'ms', goal: 100, of: ({ nextMs }) => median(nextMs) },
  { name: 'next message opens, HTML', unit: 'ms', goal: 100, of: ({ nextHtmlMs }) => median(nextHtmlMs) },
  { name: 'another mailbox, shown for the first time', unit: 'ms', goal: 500, of: ({ otherMs }) => otherMs },
  { name: 'back to a mailbox shown before', unit: 'ms', goal: 100, of: ({ backMs }) => median(backMs) },
  { name: 'rows after a jump far down', unit: 'ms', goal: 500, of: ({ jumpMs }) => jumpMs },
  { name: 'search of all text, first rows', unit: 'ms', goal: 500, of: ({ searchMs }) => searchMs },
  { name: 'worst interaction (INP)', unit: 'ms', goal: 200, of: ({ inpMs }) => inpMs },
  { name: 'layout shifts (CLS)', unit: '', goal: 0.1, of: ({ cls }) => cls },
  { name: 'bytes until the list shows, nothing cached', unit: 'KB', of: ({ weight }) => weight.bytes / 1_000 },
  { name: 'JavaScript and style until the list shows, as gzip', unit: 'KB', goal: 200, of: ({ weight }) => weight.code / 1_000 },
  { name: 'largest answer of the list', unit: 'KB', goal: 100, of: ({ weight }) => weight.largest / 1_000 },
]

/** In milliseconds. */
const searchFigures: readonly { readonly name: string; readonly goal: number; readonly of: (measured: SearchVisit) => Measured }[] = [
  { name: 'mailbox opens, after a start of the server', goal: 1_000, of: ({ listMs }) => listMs },
  ...questions.flatMap(({ name }, at) => [
    { name: `search, ${name}${at === 0 ? ', nothing opened yet' : ''}`, goal: 500, of: ({ searches }: SearchVisit) => searches[at]?.firstMs ?? NaN },
    { name: `search, ${name}, asked again`, goal: 500, of: ({ searches }: SearchVisit) => searches[at]?.againMs ?? NaN },
  ]),
]

const ourOrigin = ({ platform }: Bench): string => `http://localhost:${platform.portOf('bench', plainWebPort)}`

const medians = (bench: Bench, who: string, visits: readonly Visit[]): readonly number[] =>
  figures.map(({ name, unit, of }) => {
    const value = median(visits.map(of))
    bench.say(`webmail, ${who}: ${name}: ${value.toPrecision(3)} ${unit}`)
    return value
  })

/** Roundcube over a server for as long as the work takes; undefined where it is not installed. */
const withRoundcube = async <T>(bench: Bench, { imap }: Target, name: string, work: (webmail: Webmail) => Promise<T>): Promise<T | undefined> => {
  if (!ensureRoundcube(bench.say)) return undefined
  const root = mkdtempSync(join(tmpdir(), 'bulkhead-roundcube-'))
  removedWithRun(root)
  try {
    await using peer = endedWithRun(await startRoundcube(root, bench.peerPorts + roundcubePort, imap.port))
    return await work(roundcube(peer.origin, name))
  } catch (fault) {
    // Ours is measured all the same.
    bench.say(`webmail, ${name}: ${fault instanceof Error ? fault.message : String(fault)}`)
    return undefined
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** A mailbox that somebody has had for a while: what filling it in a minute left to be packed is packed. */
const tidied = async (bench: Bench): Promise<void> => {
  if (!await settled(bench.platform.pid, tidySeconds)) bench.say('webmail: the platform is busy still')
}

const everyday = async (bench: Bench): Promise<readonly Row[]> => {
  await fillLarge(bench, bench.ours)
  await fillNewsletters(bench, bigLogin, newsletters)
  await tidied(bench)
  const measure = async (webmail: Webmail): Promise<readonly number[]> => {
    await using browser = await openBrowser()
    const visits: Visit[] = []
    const tour = { login: bench.ours.addressOf(bigLogin), password, other: newsletters, words }
    for (let round = 0; round < bench.rounds; round += 1) visits.push(await visit(browser, webmail, tour))
    return medians(bench, webmail.name, visits)
  }
  const own = await measure(bulkhead(ourOrigin(bench)))
  const peer = await withRoundcube(bench, bench.ours, 'Roundcube', measure)
  return figures.map(({ name, unit, goal }, at) => ({
    name: `webmail, ${bench.mailbox} messages: ${name}`, unit, more: false, ours: own[at] ?? NaN,
    peers: peer === undefined ? {} : { Roundcube: peer[at] ?? NaN }, ...(goal === undefined ? {} : { goal }),
  }))
}

const dropPageCache = (): void => {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3')
  } catch {
    // As another than root: only what the platform itself remembers is gone.
  }
}

const searched = async (bench: Bench, webmail: Webmail): Promise<SearchVisit> => {
  await using browser = await openBrowser()
  const measured = await searchVisit(browser, webmail, bench.ours.addressOf(archiveLogin), password, questions)
  for (const { name, of } of searchFigures) bench.say(`webmail, ${webmail.name}: ${name}: ${figureText(of(measured))} ms`)
  return measured
}

/** The platform started again: it can't know anything yet, and nothing is in the page cache. */
const fresh = async <T>(bench: Bench, work: () => Promise<T>): Promise<T> => {
  await bench.platform.stop()
  dropPageCache()
  const again = endedWithRun(await startPlatform({ ...bench.platform.options, directory: bench.platform.directory }))
  try {
    return await work()
  } finally {
    await again.stop()
  }
}

const searchesOfOurs = async (bench: Bench): Promise<Partial<Record<SearchPart, SearchVisit | undefined>>> => {
  await bench.plant([archiveLogin])
  await fillArchive(bench, bench.ours, archiveLogin, archiveTimes * bench.mailbox, archiveSeconds)
  await tidied(bench)
  return {
    ...(bench.wants('search') ? { search: await fresh(bench, () => searched(bench, bulkhead(ourOrigin(bench)))) } : {}),
    ...(bench.wants('search-roundcube')
      ? { 'search-roundcube': await fresh(bench, () => withRoundcube(bench, bench.ours, 'Roundcube', (webmail) => searched(bench, webmail))) }
      : {}),
  }
}

const searchOfDovecot = async (bench: Bench): Promise<SearchVisit | undefined> => {
  if (bench.peers === undefined) return undefined
  const { dovecot } = bench.peers
  await fillArchive(bench, dovecot, archiveLogin, archiveTimes * bench.mailbox, archiveSeconds)
  dropPageCache()
  return withRoundcube(bench, dovecot, 'Roundcube on Dovecot', (webmail) => searched(bench, webmail))
}

const searches = async (bench: Bench): Promise<readonly Row[]> => {
  // Before ours, which is stopped and started.
  const dovecot = bench.wants('search-dovecot') ? await searchOfDovecot(bench) : undefined
  const { search, 'search-roundcube': theirs } = bench.wants('search') || bench.wants('search-roundcube') ? await searchesOfOurs(bench) : {}
  return searchFigures.map(({ name, goal, of }) => ({
    name: `webmail, ${archiveTimes * bench.mailbox} messages: ${name}`, unit: 'ms', more: false, goal, ours: search === undefined ? NaN : of(search),
    peers: { ...(theirs === undefined ? {} : { Roundcube: of(theirs) }), ...(dovecot === undefined ? {} : { 'Roundcube on Dovecot': of(dovecot) }) },
  }))
}

const weights = (): readonly Row[] =>
  weigh(new URL('../../../web/dist', import.meta.url).pathname).map(({ route, bytes, bytesMax }) => ({
    name: `webmail: ${route}, JavaScript and style as built, gzip`, unit: 'KB', more: false, ours: bytes / 1_000, peers: {}, goal: bytesMax / 1_000,
  }))

export const webmail: RowGroup = {
  name: 'webmail',
  about: 'the webmail in Chromium with a CPU slowed down four times, beside Roundcube on the same mailboxes; a quarter of an hour',
  long: true,
  parts,
  measure: async (bench) => [
    ...(bench.wants('everyday') ? await everyday(bench) : []),
    ...(searchParts.some((part) => bench.wants(part)) ? await searches(bench) : []),
    ...(bench.wants('weights') ? weights() : []),
  ],
}
