/** A role address that shares mailboxes with the person of a look, over IMAP (RFC 4314), as a colleague's mail program does. */
import { ImapFlow } from 'imapflow'
import { written, type Mail } from './mail.ts'
import type { Stage } from './stage.ts'

/** Its types leave out what sends a command that the library has no name for. */
declare module 'imapflow' {
  interface ImapFlow {
    exec(command: string, args: readonly { readonly type: 'STRING'; readonly value: string }[]): Promise<{ next(): void }>
  }
}

export class SharedMailbox implements AsyncDisposable {
  readonly name: string
  readonly #client: ImapFlow
  readonly #member: string

  private constructor(client: ImapFlow, name: string, member: string) {
    this.#client = client
    this.name = name
    this.#member = member
  }

  /** Made with this mail in it, and nobody's yet but the owner's. `name`: of ASCII, once for an owner. */
  static async make(stage: Stage, { name, member, mails }: { readonly name: string; readonly member: string; readonly mails: readonly Mail[] }): Promise<SharedMailbox> {
    const client = new ImapFlow({
      host: 'localhost', port: stage.platform.portOf(stage.cell, 993), secure: true, auth: { user: stage.sharer, pass: stage.password },
      logger: false, tls: { rejectUnauthorized: false },
    })
    await client.connect()
    const made = new SharedMailbox(client, name, member)
    await client.mailboxCreate(made.#path)
    for (const mail of mails) await client.append(made.#path, written(mail, [stage.sharer]))
    return made
  }

  get #path(): string {
    return `Shared/${this.name}`
  }

  async append(mail: Mail): Promise<void> {
    await this.#client.append(this.#path, written(mail, [this.#member]))
  }

  /** Letters of RFC 4314; none takes the mailbox away. */
  async allow(rights: string): Promise<void> {
    const given = [this.#path, this.#member, ...(rights === '' ? [] : [rights])]
    const answer = await this.#client.exec(rights === '' ? 'DELETEACL' : 'SETACL', given.map((value) => ({ type: 'STRING', value })))
    answer.next()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.logout().catch(() => undefined)
  }
}
