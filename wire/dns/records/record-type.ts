/** What every record type is: its number and its data, bytes to value and back. */

export interface RecordType<T> {
  /** RFC 1035 section 3.2.2 and the registry after it. */
  readonly number: number
  /**
   * The value of the data between `start` and `end`, which may point back into the message; undefined where it is not
   * exactly that, to the octet.
   */
  read(message: Buffer, start: number, end: number): T | undefined
  /** Undefined where the value has no wire form. */
  encode(value: T): Buffer | undefined
}
