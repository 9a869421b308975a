/**
 * Limits of the MIME pass. Beyond one of them a part degrades to an opaque leaf and the message is delivered all the
 * same; nothing here can refuse a message or grow without bound.
 */
export interface MimeLimits {
  /** Nesting of multiparts and of messages within messages. */
  readonly depthMax: number
  /** Parts of a message, the root included. The last one swallows what is left. */
  readonly partsMax: number
  /** Parameters of one Content-Type or Content-Disposition field. */
  readonly parametersMax: number
  /** A longer header field is not interpreted. */
  readonly fieldBytesMax: number
  /** Of a longer header only this much is interpreted. */
  readonly headerBytesMax: number
  /** RFC 2046 allows 70; mailers were seen with twice that. */
  readonly boundaryBytesMax: number
  /** Text of all parts' header fields that goes into the index; parts beyond it are opaque and nameless. */
  readonly indexTextMax: number
}

export const mimeLimits: MimeLimits = {
  depthMax: 50,
  partsMax: 1_000,
  parametersMax: 128,
  fieldBytesMax: 65_536,
  headerBytesMax: 262_144,
  boundaryBytesMax: 250,
  indexTextMax: 1_048_576,
}

/** Of a message's own header, in its index. */
export const headerKeptMax = 16_384
