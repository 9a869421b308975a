/** What a FETCH answer is put together from. */
export type Piece = string | Buffer
