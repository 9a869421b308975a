/**
 * The typing of a door: each verb has what is asked, what is answered, and the refusals it may give. A verb that is
 * not in the contract does not exist.
 */
export interface Verb {
  readonly ask: object
  readonly answer: object
  readonly refusal: string
}

export type Verbs = Readonly<Record<string, Verb>>

export type Reply<V extends Verb> =
  | { readonly is: 'answered'; readonly answer: V['answer'] }
  | { readonly is: 'refused'; readonly refusal: V['refusal'] }

export const answered = <A>(answer: A): { readonly is: 'answered'; readonly answer: A } => ({ is: 'answered', answer })
export const refused = <R extends string>(refusal: R): { readonly is: 'refused'; readonly refusal: R } => ({
  is: 'refused',
  refusal,
})

/** What a server of the door provides. `ask` is hostile until the handler has checked it. */
export type Handlers<C extends Verbs, Caller extends string> = {
  readonly [K in keyof C]: (ask: Readonly<Record<string, unknown>>, caller: Caller) => Promise<Reply<C[K]>> | Reply<C[K]>
}

/** What a caller of the door sees. Rejects with a `Fault` (`doorAway`, `doorBusy`, `doorTimeout` or the server's own code). */
export interface Door<C extends Verbs> {
  ask<K extends keyof C & string>(verb: K, ask: C[K]['ask']): Promise<Reply<C[K]>>
}
