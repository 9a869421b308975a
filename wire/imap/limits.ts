/** What a client may send. Beyond each of these is a refusal, never more memory. */

/** All lines of one command together, without its literals. */
export const lineBytesMax = 65_536
/** A literal that is not a message. */
export const literalBytesMax = 262_144
/** Literals of one command together that are kept in memory. */
export const literalsBytesMax = 524_288
/** An over-long line is skipped up to this many bytes; then the connection ends. */
export const skipBytesMax = 4 * 1024 * 1024
export const nestingMax = 50
/** Items of one parenthesised list: flags, FETCH attributes, header field names, patterns. */
export const listItemsMax = 1_000
export const searchKeysMax = 2_000
/** One text that is searched for. */
export const searchTextBytesMax = 4_096
export const sequenceRangesMax = 16_384
export const sectionDepthMax = 50
export const mailboxNameBytesMax = 1_024
export const tagBytesMax = 256
