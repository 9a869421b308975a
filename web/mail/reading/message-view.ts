/** What `MessageView/get` answers (`urn:bulkhead:jmap:webmail`), as `front/jmap/reading/view.ts` makes it. */
import type { Id } from '../jmap/types.ts'

export const charsetChoices = ['auto', 'iso-2022-jp', 'shift_jis', 'euc-jp', 'utf-8'] as const
export type CharsetChoice = (typeof charsetChoices)[number]

export interface TextSegment {
  readonly text: string
  readonly depth: number
  readonly href: string | null
}

export interface TextBody {
  readonly is: 'text'
  readonly segments: readonly TextSegment[]
  readonly hasQuote: boolean
  readonly truncated: boolean
}

export interface HtmlBody {
  readonly is: 'html'
  readonly url: string
  readonly hasQuote: boolean
  readonly truncated: boolean
  readonly remoteImages: number
  readonly imagesShown: boolean
  readonly recoloured: boolean
  readonly lines: number
}

export interface ViewAddress {
  readonly name: string | null
  readonly email: string
  readonly shown: string
}

export interface Verification {
  readonly state: 'verified' | 'customer' | 'partly' | 'failed' | 'unknown' | 'own'
  readonly spf: string | null
  readonly dkim: string | null
  readonly dmarc: string | null
  readonly domain: string | null
}

export type WarningKind =
  | 'verificationFailed' | 'nameHoldsOtherAddress' | 'replyToElsewhere' | 'lookAlikeDomain' | 'mixedScripts' | 'linkTextElsewhere'
  | 'deceptiveAttachment' | 'virus' | 'spam' | 'claimsOfficial'

export interface Warning {
  readonly kind: WarningKind
  readonly level: 'danger' | 'caution'
  readonly facts: readonly string[]
}

export interface Attachment {
  readonly partId: string
  readonly name: string
  readonly type: string
  readonly sizeBytes: number
  readonly url: string
  readonly previewUrl: string | null
  readonly deceptive: boolean
  readonly inline: boolean
}

export interface Unsubscribe {
  readonly oneClickHost: string | null
  readonly mailto: { readonly to: string; readonly subject: string; readonly body: string } | null
  readonly url: string | null
  readonly listId: string | null
}

export interface MessageView {
  readonly emailId: Id
  readonly subject: string
  readonly from: readonly ViewAddress[]
  readonly sender: ViewAddress | null
  readonly replyTo: readonly ViewAddress[]
  readonly to: readonly ViewAddress[]
  readonly cc: readonly ViewAddress[]
  readonly bcc: readonly ViewAddress[]
  readonly counts: { readonly to: number; readonly cc: number; readonly bcc: number }
  readonly sentAt: string | null
  readonly receivedAt: string
  readonly sizeBytes: number
  readonly body: { readonly is: 'none' | 'tooDear' } | TextBody | HtmlBody
  readonly charset: { readonly used: string; readonly choice: CharsetChoice }
  readonly verification: Verification
  readonly official: boolean
  readonly warnings: readonly Warning[]
  readonly unsubscribe: Unsubscribe | null
  readonly attachments: readonly Attachment[]
  readonly attachmentsTotal: number
  readonly allAttachmentsUrl: string | null
  readonly sourceUrl: string
  readonly emlUrl: string
  readonly printUrl: string
  readonly expiresAt: string
}

/** How one message is wanted. */
export interface ViewWish {
  readonly charset: CharsetChoice
  readonly images: boolean
  readonly dark: boolean
  readonly originalColours: boolean
  readonly preferPlain: boolean
}
