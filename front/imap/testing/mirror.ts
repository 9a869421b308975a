/**
 * A client that believes what it is told: it keeps a copy of its mailbox out of responses alone (RFC 9051 section 7), and
 * with QRESYNC brings the copy it had before up to date (RFC 7162 section 3.2.5). Flags are sorted texts.
 */
import assert from 'node:assert/strict'
import type { Client } from '@bulkhead/test/golden/world.ts'

export type Dialect = 'plain' | 'notify' | 'condstore' | 'qresync' | 'rev2' | 'uidOnly'

interface Known {
  uid: number | null
  flags: string | null
}

export interface Copy {
  readonly mailbox: string
  readonly uidValidity: number
  readonly modSeq: number
  readonly messages: ReadonlyMap<number, string>
}

export interface Store {
  readonly numbers: readonly number[]
  readonly mode: '' | '+' | '-'
  readonly flag: string
  readonly silent: boolean
  readonly byUid: boolean
  readonly unchangedSince: boolean
}

/** The server said BYE. */
export class LetGo extends Error {
  override readonly name = 'LetGo'
}

/** Questions until all that is there is known: others go on meanwhile. */
const roundsMax = 50

/** Told between commands too, of this mailbox and of others. */
const listening =
  'NOTIFY SET (selected-delayed (MessageNew (UID FLAGS) MessageExpunge FlagChange)) (personal (MailboxName MessageNew MessageExpunge FlagChange))'

const begins: Readonly<Record<Dialect, string | null>> = {
  plain: null,
  notify: listening,
  condstore: 'ENABLE CONDSTORE',
  qresync: 'ENABLE QRESYNC',
  rev2: 'ENABLE IMAP4rev2',
  uidOnly: 'ENABLE UIDONLY',
}

const sorted = (flags: string): string => flags.split(' ').filter((flag) => flag !== '').sort().join(' ')

const uidsOf = (set: string): readonly number[] =>
  set.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split(':').map(Number)
    return Array.from({ length: to - from + 1 }, (_, at) => from + at)
  })

export class Mirror {
  readonly dialect: Dialect
  readonly #client: Client
  #messages: Known[] = []
  #mailbox: string | null = null
  #uidValidity = 0
  #mailboxId = ''
  /** The highest MODSEQ seen, and up to where all is known. */
  #seenModSeq = 0
  #modSeq = 0
  #tag = 0
  #idleTag: string | null = null
  #code = ''
  /** A command is under way that names messages by number, or answers so (RFC 9051 section 7.5.1). */
  #keepsNumbers = false

  private constructor(client: Client, dialect: Dialect) {
    this.#client = client
    this.dialect = dialect
  }

  static async open(client: Client, dialect: Dialect): Promise<Mirror> {
    const mirror = new Mirror(client, dialect)
    const command = begins[dialect]
    if (command !== null) await mirror.#run(command)
    return mirror
  }

  get mailbox(): string | null {
    return this.#mailbox
  }

  get mailboxId(): string {
    return this.#mailboxId
  }

  get count(): number {
    return this.#messages.length
  }

  #byUid(uid: number): Known | undefined {
    return this.#messages.find((message) => message.uid === uid)
  }

  /** A UID nobody told of is one of the messages that came last. */
  #vanish(uid: number): void {
    const at = this.#messages.findIndex((message) => message.uid === uid)
    const unknown = at >= 0 ? at : this.#messages.findIndex((message) => message.uid === null)
    assert.ok(unknown >= 0, `VANISHED ${uid}, which never was`)
    this.#messages.splice(unknown, 1)
  }

  #fetched(number: string, items: string, isUid: boolean): void {
    const uid = isUid ? number : /(?:^| )UID (\d+)/.exec(items)?.[1]
    const flags = /(?:^| )FLAGS \(([^)]*)\)/.exec(items)?.[1]
    const modSeq = /MODSEQ \((\d+)\)/.exec(items)?.[1]
    if (modSeq !== undefined) this.#seenModSeq = Math.max(this.#seenModSeq, Number(modSeq))
    const message = isUid ? this.#uidFetched(Number(number)) : this.#messages[Number(number) - 1]
    assert.ok(message !== undefined, `FETCH of ${number}, which is not there`)
    if (uid !== undefined) {
      assert.ok(message.uid === null || message.uid === Number(uid), `message ${number} has UID ${message.uid}, then ${uid}`)
      message.uid = Number(uid)
    }
    if (flags !== undefined) message.flags = sorted(flags)
  }

  /** Without numbers a client keeps its messages by UID; those it has none of are somewhere between. */
  #uidFetched(uid: number): Known | undefined {
    const known = this.#byUid(uid)
    const at = this.#messages.findIndex((message) => message.uid === null)
    if (known !== undefined || at < 0) return known
    const message: Known = { uid, flags: null }
    this.#messages.splice(at, 1, message)
    this.#messages.sort((one, other) => (one.uid ?? Infinity) - (other.uid ?? Infinity))
    return message
  }

  #told(line: string): void {
    assert.ok(!this.#keepsNumbers || !/^\* (?:\d+ EXPUNGE|VANISHED \d)/.test(line), 'numbers move while a command counts on them')
    if (line.startsWith('* OK [CLOSED]')) this.#leave()
    const code = /^\* OK \[(\w+) (\d+)\]/.exec(line)
    if (code?.[1] === 'UIDVALIDITY') this.#uidValidity = Number(code[2])
    if (code?.[1] === 'HIGHESTMODSEQ') this.#seenModSeq = Number(code[2])
    this.#mailboxId = /^\* OK \[MAILBOXID \(([^)]*)\)\]/.exec(line)?.[1] ?? this.#mailboxId
    const numbered = /^\* (\d+) (EXISTS|EXPUNGE|FETCH|UIDFETCH)(?: \((.*)\))?$/.exec(line)
    const [, number = '', what, items = ''] = numbered ?? []
    if (what === 'EXISTS') while (this.#messages.length < Number(number)) this.#messages.push({ uid: null, flags: null })
    if (what === 'EXPUNGE') {
      assert.ok(!['qresync', 'uidOnly'].includes(this.dialect), 'EXPUNGE where VANISHED belongs')
      assert.ok(Number(number) <= this.#messages.length, `EXPUNGE of ${number}, which is not there`)
      this.#messages.splice(Number(number) - 1, 1)
    }
    if (what === 'FETCH' || what === 'UIDFETCH') this.#fetched(number, items, what === 'UIDFETCH')
    const vanished = /^\* VANISHED ([\d:,]+)$/.exec(line)?.[1]
    if (vanished !== undefined) for (const uid of uidsOf(vanished)) this.#vanish(uid)
  }

  async #until(isLast: (line: string) => boolean): Promise<string> {
    for (;;) {
      const line = await this.#client.line()
      if (line.startsWith('* BYE')) throw new LetGo(line)
      if (isLast(line)) return line
      this.#told(line)
    }
  }

  /** All is told; what is known by number alone is not known enough to have it behind us. */
  #advance(): void {
    if (this.#messages.every(({ uid, flags }) => uid !== null && flags !== null)) this.#modSeq = this.#seenModSeq
  }

  /** `breaks`: the command's end tells all there is to tell. */
  async #run(command: string, breaks = false, kept?: string[]): Promise<string> {
    const tag = `t${(this.#tag += 1)}`
    this.#keepsNumbers = /^(?:FETCH|STORE|SEARCH) /.test(command)
    this.#client.send(Buffer.from(`${tag} ${command}\r\n`))
    let last = await this.#until((line) => kept !== undefined || line.startsWith(`${tag} `))
    while (!last.startsWith(`${tag} `)) {
      kept?.push(last)
      last = await this.#until(() => true)
    }
    this.#code = /^\S+ OK \[([^\]]*)\]/.exec(last)?.[1] ?? ''
    const highest = /^HIGHESTMODSEQ (\d+)/.exec(this.#code)?.[1]
    if (highest !== undefined) this.#seenModSeq = Math.max(this.#seenModSeq, Number(highest))
    if (breaks && last.includes(' OK ')) this.#advance()
    return last
  }

  /** What is told until the response CLOSED is of the mailbox before. */
  async select(mailbox: string): Promise<void> {
    const last = await this.#run(`SELECT ${mailbox}`)
    if (!last.includes(' OK ')) return this.#leave()
    this.#mailbox = mailbox
    this.#modSeq = this.#seenModSeq
    await this.learn()
  }

  #leave(): void {
    this.#mailbox = null
    this.#messages = []
    this.#seenModSeq = 0
  }

  /** As a client that was away (RFC 7162 section 3.2.5): with the copy it had. */
  async resume(copy: Copy): Promise<void> {
    const messages = new Map(copy.messages)
    const isSame = (): boolean => this.#uidValidity === copy.uidValidity
    this.#leave()
    const tag = `t${(this.#tag += 1)}`
    this.#client.send(Buffer.from(`${tag} SELECT ${copy.mailbox} (QRESYNC (${copy.uidValidity} ${Math.max(1, copy.modSeq)}))\r\n`))
    let count = 0
    const last = await this.#until((line) => {
      if (line.startsWith(`${tag} `)) return true
      const exists = /^\* (\d+) EXISTS$/.exec(line)?.[1]
      if (exists !== undefined) count = Number(exists)
      const gone = /^\* VANISHED \(EARLIER\) (.*)$/.exec(line)?.[1]
      if (gone !== undefined) for (const uid of uidsOf(gone)) messages.delete(uid)
      const fetched = /^\* \d+ FETCH \(UID (\d+) FLAGS \(([^)]*)\) MODSEQ \(\d+\)\)$/.exec(line)
      if (fetched !== null) messages.set(Number(fetched[1]), sorted(fetched[2] ?? ''))
      return false
    })
    if (!last.includes(' OK ')) return
    this.#mailbox = copy.mailbox
    this.#modSeq = this.#seenModSeq
    if (!isSame()) return this.learn()
    const now = [...messages].sort(([one], [other]) => one - other)
    assert.equal(now.length, count, 'a copy brought up to date has as many messages as the mailbox')
    this.#messages = now.map(([uid, flags]) => ({ uid, flags }))
  }

  /** Asks for what it was only told the number of. */
  async learn(): Promise<void> {
    for (let round = 0; this.#mailbox !== null && this.#messages.some(({ uid, flags }) => uid === null || flags === null); round += 1) {
      assert.ok(round < roundsMax, `asked again and again for ${JSON.stringify(this.#messages)}`)
      const at = this.#messages.findIndex(({ uid, flags }) => uid === null || flags === null)
      const first = this.dialect === 'uidOnly' ? 1 : this.#messages[at]?.uid ?? (this.#messages[at - 1]?.uid ?? 0) + 1
      await this.#run(`UID FETCH ${first}:* (FLAGS)`, true)
    }
  }

  /** What was not refused by `MODIFIED` has become what the client asked for. */
  #stored(uids: readonly number[], { mode, flag }: Store, byUid: boolean): void {
    const left = /^MODIFIED (.*)$/.exec(this.#code)?.[1]
    const leftOut = new Set(left === undefined ? [] : uidsOf(left).map((one) => (byUid ? one : this.#messages[one - 1]?.uid)))
    for (const uid of uids) {
      const message = this.#byUid(uid)
      if (message === undefined || message.flags === null || leftOut.has(uid)) continue
      const flags = new Set(message.flags.split(' ').filter((one) => one !== '' && mode !== ''))
      if (mode === '-') flags.delete(flag)
      else flags.add(flag)
      message.flags = [...flags].sort().join(' ')
    }
  }

  /** With `.SILENT` the client assumes what it asked for; FETCHes that come with the answer know better. */
  async store(given: Store): Promise<void> {
    const chosen = [...new Set(given.numbers)].filter((number) => number <= this.#messages.length)
    const uids = chosen.flatMap((number) => this.#messages[number - 1]?.uid ?? [])
    if (chosen.length === 0 || uids.length < chosen.length) return
    const byUid = given.byUid || this.dialect === 'uidOnly'
    const isConditional = given.unchangedSince && ['condstore', 'qresync'].includes(this.dialect)
    const condition = isConditional ? ` (UNCHANGEDSINCE ${this.#modSeq})` : ''
    const item = `${given.mode}FLAGS${given.silent ? '.SILENT' : ''}`
    const kept: string[] = []
    await this.#run(`${byUid ? 'UID ' : ''}STORE ${(byUid ? uids : chosen).join(',')}${condition} ${item} (${given.flag})`, false, kept)
    if (given.silent) this.#stored(uids, given, byUid)
    for (const line of kept) this.#told(line)
  }

  /** Any command whose responses are all about the mailbox. */
  async act(command: string, breaks: boolean): Promise<void> {
    await this.#run(command, breaks)
  }

  /** UIDs of messages by number, for commands that name them so. */
  uidSet(numbers: readonly number[]): string {
    return numbers.flatMap((number) => this.#messages[number - 1]?.uid ?? []).join(',')
  }

  /** CLOSE removes what is \Deleted without a word, and says up to where all was told (RFC 7162 section 3.2.8). */
  async close(): Promise<Copy | null> {
    const copy = this.#copy()
    const isWhole = copy?.messages.size === this.#messages.length
    await this.#run('CLOSE')
    const code = isWhole ? /^HIGHESTMODSEQ (\d+)/.exec(this.#code)?.[1] : undefined
    const told = Number(code ?? copy?.modSeq)
    this.#leave()
    if (copy === null) return null
    return { ...copy, modSeq: told, messages: new Map([...copy.messages].filter(([, flags]) => !flags.includes('\\Deleted'))) }
  }

  /** What is certain. */
  #copy(): Copy | null {
    const messages = this.#messages.flatMap(({ uid, flags }) => (uid === null || flags === null ? [] : [[uid, flags] as const]))
    if (this.#mailbox === null) return null
    return { mailbox: this.#mailbox, uidValidity: this.#uidValidity, modSeq: this.#modSeq, messages: new Map(messages) }
  }

  async beginIdle(): Promise<void> {
    this.#keepsNumbers = false
    if (this.#idleTag !== null) return
    this.#idleTag = `t${(this.#tag += 1)}`
    this.#client.send(Buffer.from(`${this.#idleTag} IDLE\r\n`))
    await this.#until((line) => line.startsWith('+ '))
  }

  /** Waits in IDLE for a line of this kind. */
  async hear(pattern: RegExp): Promise<void> {
    assert.ok(this.#idleTag !== null, 'only an IDLE hears')
    this.#told(await this.#until((line) => pattern.test(line)))
  }

  async endIdle(): Promise<void> {
    const tag = this.#idleTag
    if (tag === null) return
    this.#idleTag = null
    this.#client.send(Buffer.from('DONE\r\n'))
    await this.#until((line) => line.startsWith(`${tag} `))
    this.#advance()
  }

  /** Goes without a word. */
  async leave(): Promise<Copy | null> {
    await this.#client.close()
    return this.#copy()
  }

  /** UID and flags of every message, in order. */
  view(): readonly (readonly [uid: number | null, flags: string | null])[] {
    return this.#messages.map(({ uid, flags }) => [uid, flags])
  }
}
