/**
 * Who reads texts of strangers for a mailroom. Small ones are read where they are; large ones go to the process `reader`, which holds nothing
 * and may take its time, so that nobody else of this mailroom waits for them. One at a time is there, and accounts take turns.
 */
import { request } from 'node:http'
import { encodeFrame } from '@bulkhead/door/frame.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { LargeTexts } from '@bulkhead/mail/ports/large-texts.ts'
import { textRead, type TextAsk, type TextRead } from './text-work.ts'

export interface TextReader {
  /** `tooDear`: it took too long, too much memory, or too many are waiting. `whose`: whom its place in the line is counted to. */
  read(ask: TextAsk, bytes: Buffer, whose: string): Promise<TextRead | 'tooDear'>
}

/** Everything where it is, where there is no reader. */
export const inlineReader: TextReader = { read: async (ask, bytes) => textRead(ask, bytes) }

/** What the worst of this size costs, nobody notices. */
const inlineBytesMax = 32_768
const waitingPerAccountMax = 16
const waitingMax = 256
/** More than the reader gives itself for one text; then it is not there. */
const answerMsMax = 12_000
const answerBytesMax = 64 * 1024 * 1024
/** A reader that ended is back soon. */
const attemptsMax = 8
const againMs = 300

interface Job {
  readonly ask: TextAsk
  readonly bytes: Buffer
  readonly done: (answer: TextRead | 'tooDear') => void
}

type Said = TextRead | 'tooDear' | 'away'

/** `away`: nobody was there to take it. */
const asked = (path: string, { ask, bytes }: Job): Promise<Said> =>
  new Promise((resolve) => {
    let isTaken = false
    const fail = (): void => resolve(isTaken ? 'tooDear' : 'away')
    const head = encodeFrame({ ...ask })
    const headers = { 'content-length': head.length + bytes.length }
    const sent = request({ socketPath: path, method: 'POST', path: '/', headers, agent: false, timeout: answerMsMax })
    sent.on('socket', (socket) => socket.once('connect', () => (isTaken = true)))
    sent.on('timeout', () => sent.destroy())
    sent.on('error', fail)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      let sizeBytes = 0
      response.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length
        if (sizeBytes > answerBytesMax) sent.destroy()
        else chunks.push(chunk)
      })
      response.on('error', fail)
      response.on('end', () => resolve(response.statusCode === 200 ? (JSON.parse(Buffer.concat(chunks).toString('utf8')) as TextRead) : 'tooDear'))
    })
    sent.write(head)
    sent.end(bytes)
  })

const patiently = async (path: string, job: Job): Promise<TextRead | 'tooDear'> => {
  for (let attempt = 1; ; attempt += 1) {
    const said = await asked(path, job)
    if (said !== 'away') return said
    if (attempt >= attemptsMax) return 'tooDear'
    await new Promise((resolve) => setTimeout(resolve, againMs))
  }
}

/** Accounts in the order of their turns, each with its jobs. */
const line = () => {
  const jobs = new Map<string, Job[]>()
  let size = 0
  return {
    /** False where it is full. */
    add(whose: string, job: Job): boolean {
      const own = jobs.get(whose) ?? []
      if (size >= waitingMax || own.length >= waitingPerAccountMax) return false
      own.push(job)
      jobs.set(whose, own)
      size += 1
      return true
    },
    next(): Job | undefined {
      for (const [whose, own] of jobs) {
        const job = own.shift()
        jobs.delete(whose)
        if (own.length > 0) jobs.set(whose, own)
        if (job !== undefined) size -= 1
        return job
      }
      return undefined
    },
  }
}

export const textReader = (path: string, meter: Meter): TextReader => {
  const waiting = line()
  let isBusy = false
  const work = async (): Promise<void> => {
    isBusy = true
    for (let job = waiting.next(); job !== undefined; job = waiting.next()) {
      const answer = await patiently(path, job)
      meter.count('mailroom_large_texts_total', 1, { outcome: answer === 'tooDear' ? 'tooDear' : 'read' })
      job.done(answer)
    }
    isBusy = false
  }
  return {
    async read(ask, bytes, whose) {
      if (bytes.length <= inlineBytesMax) return textRead(ask, bytes)
      return new Promise((done) => {
        if (!waiting.add(whose, { ask, bytes, done })) done('tooDear')
        else if (!isBusy) void work()
      })
    },
  }
}

/** The same for searches (`mail/ports/large-texts.ts`). */
export const largeTexts = (reader: TextReader): LargeTexts => ({
  async folded({ type, subtype, encoding, parameters }, bytes, whose) {
    const read = await reader.read({ part: { type, subtype, encoding, parameters }, charset: 'auto', html: null, value: null, folded: true }, bytes, whose)
    return read === 'tooDear' ? undefined : read.value
  },
})
