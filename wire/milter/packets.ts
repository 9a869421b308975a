/**
 * The milter protocol, version 6 (libmilter's `mfdef.h`), the mail server's side: commands out, replies in. A packet is a
 * length of four bytes, a letter, and data; texts end in NUL. Nothing a filter sends can be larger than our limits.
 */

export const version = 6

/** What we let a filter change (SMFIF_*). Changing sender and recipients is not among it. */
export const actions = { addHeaders: 0x01, changeBody: 0x02, changeHeaders: 0x10, quarantine: 0x20 } as const
export const actionsOffered = actions.addHeaders | actions.changeBody | actions.changeHeaders | actions.quarantine

/** What a filter may say it does not want (SMFIP_NO*), does not answer (SMFIP_NR_*), or may do (SKIP). */
export const steps = {
  noConnect: 0x01, noHelo: 0x02, noMail: 0x04, noRcpt: 0x08, noBody: 0x10, noHeaders: 0x20, noEndOfHeader: 0x40,
  mutesHeader: 0x80, noUnknown: 0x100, noData: 0x200, skip: 0x400,
  mutesConnect: 0x1000, mutesHelo: 0x2000, mutesMail: 0x4000, mutesRcpt: 0x8000, mutesData: 0x1_0000,
  mutesEndOfHeader: 0x4_0000, mutesBody: 0x8_0000, leadingSpace: 0x10_0000,
} as const
export const stepsOffered = Object.values(steps).reduce((all, one) => all | one, 0)

export const bodyChunkMax = 65_535
const replyBytesMax = 1_048_576
const textMax = 65_536
const headBytes = 4

const text = (value: string): Buffer => Buffer.from(`${value.replaceAll('\0', '')}\0`, 'utf8')
const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

const packet = (letter: string, ...parts: readonly Buffer[]): Buffer => {
  const length = parts.reduce((sum, part) => sum + part.length, 1)
  return Buffer.concat([number(length), Buffer.from(letter, 'latin1'), ...parts])
}

const family = (peer: string | null): string => (peer === null ? 'U' : peer.includes(':') ? '6' : '4')
const portBytes = Buffer.alloc(2)

export const command = {
  negotiate: () => packet('O', number(version), number(actionsOffered), number(stepsOffered)),
  /** Macros for the command of that letter: names without braces where they are one letter. */
  macros: (letter: string, macros: readonly (readonly [name: string, value: string])[]) =>
    packet('D', Buffer.from(letter, 'latin1'), ...macros.flatMap(([name, value]) => [text(name), text(value)])),
  /** The host's name, then how and whence it connected; an IPv6 address without a tag. */
  connect: (host: string, peer: string | null) =>
    peer === null ? packet('C', text(host), Buffer.from('U')) : packet('C', text(host), Buffer.from(family(peer)), portBytes, text(peer)),
  helo: (name: string) => packet('H', text(name)),
  mail: (path: string) => packet('M', text(`<${path}>`)),
  rcpt: (path: string) => packet('R', text(`<${path}>`)),
  data: () => packet('T'),
  /** One character a byte: the value may be in any charset. */
  header: (name: string, value: string) => packet('L', text(name), Buffer.from(`${value.replaceAll('\0', '')}\0`, 'latin1')),
  endOfHeader: () => packet('N'),
  body: (chunk: Buffer) => packet('B', chunk),
  endOfBody: () => packet('E'),
  quit: () => packet('Q'),
} as const

export type MilterReply =
  | { readonly is: 'negotiated'; readonly version: number; readonly actions: number; readonly steps: number }
  | { readonly is: 'continue' | 'accept' | 'reject' | 'tempfail' | 'discard' | 'skip' | 'progress' | 'failed' | 'ignored' }
  | { readonly is: 'reply'; readonly code: number; readonly enhanced: string | undefined; readonly lines: readonly string[] }
  | { readonly is: 'quarantine'; readonly reason: string }
  | { readonly is: 'addHeader'; readonly at: number | null; readonly name: string; readonly value: string }
  | { readonly is: 'changeHeader'; readonly number: number; readonly name: string; readonly value: string }
  | { readonly is: 'replaceBody'; readonly chunk: Buffer }

const texts = (data: Buffer): readonly string[] | undefined => {
  if (data.length > textMax || data.at(-1) !== 0) return undefined
  return data.toString('utf8', 0, data.length - 1).split('\0')
}

const printable = (value: string): string => value.replace(/[^ -~]/g, '?')

/** `550 5.7.1 words`, several lines as `550-…\r\n550 …`. */
const replyOf = (said: string): MilterReply | undefined => {
  const lines = said.split(/\r?\n/).filter((line) => line !== '')
  const matched = lines.map((line) => /^([45]\d\d)(?:[ -](?:([45]\.\d{1,3}\.\d{1,3}) ?)?(.*))?$/.exec(line))
  const [first] = matched
  if (first?.[1] === undefined) return undefined
  return { is: 'reply', code: Number(first[1]), enhanced: first[2], lines: matched.map((one) => printable(one?.[3] ?? '').slice(0, 400)).slice(0, 10) }
}

const headerOf = (data: Buffer): { readonly name: string; readonly value: string } | undefined => {
  const [name, value, ...others] = texts(data) ?? []
  return name === undefined || value === undefined || others.length > 0 || !/^[!-9;-~]{1,100}$/.test(name) ? undefined : { name, value }
}

const placed = (data: Buffer): { readonly at: number; readonly name: string; readonly value: string } | undefined => {
  const header = data.length < 4 ? undefined : headerOf(data.subarray(4))
  return header === undefined ? undefined : { at: data.readUInt32BE(0), ...header }
}

const plain = (is: 'continue' | 'accept' | 'reject' | 'tempfail' | 'discard' | 'skip' | 'progress' | 'failed' | 'ignored') => (): MilterReply => ({ is })

/** By the reply's letter (SMFIR_*). What changes the envelope was not offered, so it is a filter gone wrong. */
const readers: Readonly<Record<string, (data: Buffer) => MilterReply | undefined>> = {
  O: (data) => (data.length < 12 ? undefined : { is: 'negotiated', version: data.readUInt32BE(0), actions: data.readUInt32BE(4), steps: data.readUInt32BE(8) }),
  c: plain('continue'),
  a: plain('accept'),
  r: plain('reject'),
  t: plain('tempfail'),
  d: plain('discard'),
  s: plain('skip'),
  p: plain('progress'),
  f: plain('failed'),
  4: plain('failed'),
  l: plain('ignored'),
  y: (data) => replyOf((texts(data) ?? [''])[0] ?? ''),
  q: (data) => ({ is: 'quarantine', reason: printable((texts(data) ?? [''])[0] ?? '').slice(0, 200) }),
  h(data) {
    const header = headerOf(data)
    return header === undefined ? undefined : { is: 'addHeader', at: null, ...header }
  },
  i(data) {
    const found = placed(data)
    return found === undefined ? undefined : { is: 'addHeader', ...found }
  },
  m(data) {
    const found = placed(data)
    return found === undefined ? undefined : { is: 'changeHeader', number: found.at, name: found.name, value: found.value }
  },
  b: (data) => ({ is: 'replaceBody', chunk: Buffer.from(data) }),
}

/** Cuts a stream into replies. `malformed` is the end of it. */
export const replyReader = () => {
  let held: Buffer = Buffer.alloc(0)
  let bad = false
  return {
    push(chunk: Buffer): void {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    },
    next(): MilterReply | 'malformed' | undefined {
      if (bad) return 'malformed'
      if (held.length < headBytes) return undefined
      const length = held.readUInt32BE(0)
      bad = length < 1 || length > replyBytesMax
      if (bad) return 'malformed'
      if (held.length < headBytes + length) return undefined
      const letter = String.fromCharCode(held[headBytes] ?? 0)
      const reader = Object.hasOwn(readers, letter) ? readers[letter] : undefined
      const reply = reader?.(held.subarray(headBytes + 1, headBytes + length))
      held = held.subarray(headBytes + length)
      bad = reply === undefined
      return reply ?? 'malformed'
    },
  }
}
