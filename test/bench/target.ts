/** What a server under measurement is to the rows. */
export interface Target {
  readonly name: string
  /** Where mail for its people is handed in: by SMTP, or by LMTP. */
  readonly entry: { readonly port: number; readonly lmtp: boolean }
  readonly imap: { readonly port: number; readonly tlsPort: number | null }
  /** Process whose tree holds all of the server. */
  readonly pid: number
  addressOf(login: string): string
  /** The IMAP LOGIN command's arguments. */
  loginOf(login: string): string
}
