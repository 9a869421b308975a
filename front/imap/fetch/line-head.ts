/** How a FETCH response begins; `UIDFETCH` names the message by its UID (RFC 9586 section 3.3). */
export const lineHead = (uidOnly: boolean, at: number, uid: number): string => (uidOnly ? `* ${uid} UIDFETCH (` : `* ${at + 1} FETCH (`)
