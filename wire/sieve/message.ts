/** What a script may ask about the message and where it arrives. Answers are text as people read it. */

export interface SieveMessage {
  readonly sizeBytes: number
  /** Values of the fields of that name (lower case), in order: unfolded, encoded-words undone. */
  header(name: string): readonly string[]
  /** Addresses in the fields of that name, a list for each field. */
  addresses(name: string): readonly (readonly string[])[]
  /** RFC 5173 section 5.1: the body as it stands, one character a byte. */
  rawBody(): string
  /** RFC 5173 section 5.2: decoded text of parts of these types: `text`, `text/html`, or '' for all. */
  contents(types: readonly string[]): readonly string[]
  /** RFC 5173 section 5.3: what people read, of HTML without its tags. */
  text(): string
}

export interface SieveEnvelope {
  /** Empty: the null reverse path. */
  readonly from: string
  readonly to: string
}

/** `before`: what is known is answered; what is not is not there. RFC 5183 section 4. */
export type SieveEnvironment = Readonly<Record<string, string>>

export interface SieveSurroundings {
  readonly message: SieveMessage
  readonly envelope: SieveEnvelope
  readonly nowMs: number
  /** Minutes east of UTC, for dates where the script names no zone. */
  readonly zoneMinutes: number
  readonly environment: SieveEnvironment
  mailboxExists(name: string): boolean
  specialUseExists(use: string): boolean
  /** Of RFC 7352: whether this id was seen. Undefined: not known yet, and taken as not seen. */
  seenBefore(question: DuplicateQuestion): boolean | undefined
}

export interface DuplicateQuestion {
  readonly handle: string
  readonly id: string
  readonly seconds: number
  /** The time begins anew each time the id is seen. */
  readonly last: boolean
}
