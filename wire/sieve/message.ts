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
  /** The message as a part of itself. */
  root(): SievePart
}

/** A field with parameters (RFC 2045 section 5.1, RFC 2183). */
export interface PartField {
  /** Lower case. */
  readonly value: string
  /** Names in lower case. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** RFC 5703. */
export interface SievePart {
  /** Itself, and all parts within it, in order. */
  all(): readonly SievePart[]
  /** As `SieveMessage` gives them. */
  header(name: string): readonly string[]
  addresses(name: string): readonly (readonly string[])[]
  structured(name: string): readonly PartField[]
  /** Decoded; empty for what is no text. */
  text(): string
}

/** What judging found (RFC 5235). */
export interface SieveScores {
  /** From 0 to 100; null: nobody looked. */
  readonly spamPercent: number | null
  /** 0: nobody looked. */
  readonly virusLevel: 0 | 1 | 5
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
  readonly scores: SieveScores
  mailboxExists(name: string): boolean
  mailboxIdExists(id: string): boolean
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
