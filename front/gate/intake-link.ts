/**
 * One session's LMTP connection to `intake` (RFC 2033): opened when the first MAIL comes, pipelined from the first byte,
 * never repeated here when it breaks. Everything written within a turn leaves in one system call.
 */
import { connect, type Socket } from 'node:net'
import type { SmtpCommand } from '@bulkhead/wire/smtp/command.ts'
import { smtpClient, type SmtpClient } from '@bulkhead/wire/smtp/client.ts'
import { isPositive, type Reply } from '@bulkhead/wire/smtp/reply.ts'

export interface LinkListener<Tag> {
  answered(tag: Tag, reply: Reply): void
  /** After the last `answered` of a turn. */
  settled(): void
  /** The link is dead; these were never answered. */
  broken(owed: readonly Tag[], reason: string): void
  /** Content may flow again. */
  drained(): void
}

/** Answers nobody waits for, but a refused greeting or LHLO breaks the link. */
const formality = Symbol('formality')
const opening = Symbol('opening')
type Owed<Tag> = Tag | typeof formality | typeof opening

const isTag = <Tag>(owed: Owed<Tag>): owed is Tag => owed !== formality && owed !== opening

export class IntakeLink<Tag extends object> {
  readonly #socket: Socket
  readonly #client: SmtpClient<Owed<Tag>> = smtpClient()
  readonly #listener: LinkListener<Tag>
  #dead = false

  constructor(path: string, hostName: string, timeoutMs: number, listener: LinkListener<Tag>) {
    this.#listener = listener
    this.#socket = connect(path)
    this.#socket.setTimeout(timeoutMs)
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#socket.on('drain', () => this.#listener.drained())
    this.#socket.on('timeout', () => {
      if (this.#client.owedCount > 0) this.#break('timeout')
    })
    this.#socket.on('error', (error: Error & { code?: string }) => this.#break(error.code ?? 'error'))
    this.#socket.on('close', () => this.#break('closed'))
    this.#client.expect(opening)
    this.#write(this.#client.ask({ verb: 'LHLO', name: hostName }, opening))
  }

  get alive(): boolean {
    return !this.#dead
  }

  get mayAsk(): boolean {
    return this.#client.mayAsk
  }

  get unsentBytes(): number {
    return this.#socket.writableLength
  }

  ask(command: SmtpCommand, tag: Tag): void {
    this.#write(this.#client.ask(command, tag))
  }

  /** A command whose answer changes nothing. */
  mention(command: SmtpCommand): void {
    this.#write(this.#client.ask(command, formality))
  }

  /** One chunk (RFC 3030); the last one is answered once per accepted recipient. */
  chunk(content: readonly Buffer[], sizeBytes: number, last: { readonly replies: number } | undefined, tag: Tag): void {
    this.#write(this.#client.ask({ verb: 'BDAT', sizeBytes, last: last !== undefined }, tag))
    if (last !== undefined) this.#client.expect(tag, last.replies - 1)
    if (!this.#dead) for (const piece of content) this.#socket.write(piece)
  }

  cork(): void {
    this.#socket.cork()
  }

  uncork(): void {
    this.#socket.uncork()
  }

  /** Says goodbye and closes; nothing more is reported. */
  quit(): void {
    if (this.#dead) return
    this.#dead = true
    this.#socket.end('QUIT\r\n')
  }

  destroy(): void {
    this.#dead = true
    this.#socket.destroy()
  }

  #write(text: string): void {
    if (!this.#dead) this.#socket.write(text, 'utf8')
  }

  #receive(chunk: Buffer): void {
    if (this.#dead) return
    this.#client.push(chunk)
    for (let found = this.#client.next(); found !== undefined && !this.#dead; found = this.#client.next()) {
      if (found.is !== 'answered') {
        this.#break(found.is)
        return
      }
      const { tag, reply } = found
      if (isTag(tag)) this.#listener.answered(tag, reply)
      else if (tag === opening && !isPositive(reply)) this.#break('refused')
    }
    if (!this.#dead) this.#listener.settled()
  }

  #break(reason: string): void {
    if (this.#dead) return
    this.#dead = true
    this.#socket.destroy()
    this.#listener.broken(this.#client.owed().filter(isTag), reason)
  }
}
