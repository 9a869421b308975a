/**
 * What `MessageView/get` answers (capability `urn:bulkhead:jmap:webmail`): everything a reading pane needs of one Email, in
 * one answer. Texts are plain and unescaped: the page shows them as DOM text. URLs lead to `/content/<token>` at the
 * session's content origin, for this session alone and for a short time (`expiresAt`).
 */

/** 自動 and the four that Japanese mail is really in. */
export const charsetChoices = ['auto', 'iso-2022-jp', 'shift_jis', 'euc-jp', 'utf-8'] as const
export type CharsetChoice = (typeof charsetChoices)[number]

export interface ViewAsk {
  readonly emailId: string
  readonly charset: CharsetChoice
  /** Remote images are loaded, through the scout. */
  readonly images: boolean
  readonly dark: boolean
  /** The sender's colours in spite of `dark`. */
  readonly originalColours: boolean
  /** Plain text is wanted where the message has both. */
  readonly preferPlain: boolean
  /** `quote` is wanted too, for an answer. */
  readonly quote: boolean
}

/** A run of plain text. `depth`: of the quote it stands in, 0 for the sender's own words. */
export interface TextSegment {
  readonly text: string
  readonly depth: number
  /** Where it leads: `https:`, `http:` or `mailto:`; null for text alone. */
  readonly href: string | null
}

export type ViewBody =
  | { readonly is: 'none' }
  /** Reading it takes more than one message may take; source and .eml are to be had. */
  | { readonly is: 'tooDear' }
  | {
      readonly is: 'text'
      readonly segments: readonly TextSegment[]
      /** There is a quoted tail; the page may fold it away. */
      readonly hasQuote: boolean
      /** More than is shown; the rest is in the source. */
      readonly truncated: boolean
    }
  | {
      readonly is: 'html'
      /** A document for a sandboxed frame, its quoted tail folded away. */
      readonly url: string
      readonly hasQuote: boolean
      readonly truncated: boolean
      /** Images that would come from elsewhere. */
      readonly remoteImages: number
      readonly imagesShown: boolean
      /** Recoloured for a dark page. */
      readonly recoloured: boolean
      /** Lines of text in about 80 columns: how tall a frame is needed, which no page can measure of another's document. */
      readonly lines: number
    }

export interface ViewAddress {
  /** Decoded, without characters that turn or hide text. */
  readonly name: string | null
  readonly email: string
  /** The address as it is to be read where its domain has other letters than ASCII and can be trusted to look like itself. */
  readonly shown: string
}

/** From our own Authentication-Results field alone; `customer`: sent from a login of the cell; `unknown` where there is none (sent mail, imported mail). */
export type VerificationState = 'verified' | 'customer' | 'partly' | 'failed' | 'unknown' | 'own'

export interface SenderVerification {
  readonly state: VerificationState
  readonly spf: string | null
  readonly dkim: string | null
  readonly dmarc: string | null
  /** The domain that vouches: of the aligned signature or path. */
  readonly domain: string | null
}

/** `level`: `danger` stands above all else. `facts` are shown as text. */
export interface Warning {
  readonly kind:
    | 'verificationFailed' | 'nameHoldsOtherAddress' | 'replyToElsewhere' | 'lookAlikeDomain' | 'mixedScripts' | 'linkTextElsewhere'
    | 'deceptiveAttachment' | 'virus' | 'spam' | 'claimsOfficial'
  readonly level: 'danger' | 'caution'
  readonly facts: readonly string[]
}

export interface ViewAttachment {
  readonly partId: string
  /** Safe to show and to save: no path, no control or direction-turning characters. */
  readonly name: string
  readonly type: string
  readonly sizeBytes: number
  readonly url: string
  /** For types that are safe to show in place: images that are really images. Null for all others. */
  readonly previewUrl: string | null
  /** Its name is not what it seems: two endings, turned text, an ending that runs. */
  readonly deceptive: boolean
  readonly inline: boolean
}

export interface UnsubscribeFacts {
  /** RFC 8058, only where a valid DKIM signature covers both fields: the host that will be told. */
  readonly oneClickHost: string | null
  readonly mailto: { readonly to: string; readonly subject: string; readonly body: string } | null
  /** A page to be opened by the person. */
  readonly url: string | null
  readonly listId: string | null
}

export interface MessageView {
  readonly emailId: string
  readonly subject: string
  readonly from: readonly ViewAddress[]
  readonly sender: ViewAddress | null
  readonly replyTo: readonly ViewAddress[]
  /** At most `addressesShownMax` of each; the counts say how many there are. */
  readonly to: readonly ViewAddress[]
  readonly cc: readonly ViewAddress[]
  readonly bcc: readonly ViewAddress[]
  readonly counts: { readonly to: number; readonly cc: number; readonly bcc: number }
  /** UTCDate of the Date field, null where there is none that can be read; and when it arrived. */
  readonly sentAt: string | null
  readonly receivedAt: string
  readonly sizeBytes: number
  readonly body: ViewBody
  readonly charset: { readonly used: string; readonly choice: CharsetChoice }
  readonly verification: SenderVerification
  /** From the provider itself: filed by the platform, never true of anything that came from outside. */
  readonly official: boolean
  readonly warnings: readonly Warning[]
  readonly unsubscribe: UnsubscribeFacts | null
  readonly attachments: readonly ViewAttachment[]
  /** More than `attachmentsShownMax` there are not shown. */
  readonly attachmentsTotal: number
  /** Every attachment in one archive; null for fewer than two. */
  readonly allAttachmentsUrl: string | null
  readonly sourceUrl: string
  readonly emlUrl: string
  /** A document to be printed. */
  readonly printUrl: string
  readonly quote: { readonly text: string; readonly html: string | null } | null
  readonly expiresAt: string
}

export const addressesShownMax = 200
export const attachmentsShownMax = 200
/** Emails in one `MessageView/get`. */
export const viewsMax = 20
