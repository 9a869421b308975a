/** What a session is played against. */
/** A logged-in client; lines without their CRLF. */
export interface Client {
  send(bytes: Buffer): void
  /** Both ways compressed from here on (RFC 4978). */
  compress(): void
  /** TLS from here on, whatever the certificate; only over a socket. */
  secure(): void
  /** The next line; rejects when none comes for a while, or the connection ended. */
  line(): Promise<string>
  close(): Promise<void>
}

export interface World {
  /** Another client of the one account of this transcript. */
  connect(): Promise<Client>
  /** What `$login` and the like stand for. */
  readonly words?: readonly (readonly [word: string, value: string])[]
  /** Clients of another account, whose address is `$neighbour`; where the transcript's own don't speak IMAP, of this account, which do. */
  readonly neighbour?: { connect(): Promise<Client> }
  /** An IMAP client that does what `given` asks; absent where clients of the transcript speak IMAP themselves. */
  preparer?(): Promise<Client>
}
