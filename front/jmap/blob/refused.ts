/** Why an upload is not taken, as methods say it; `http/upload.ts` says the same as problems. */
import type { UploadRefused } from '@bulkhead/mail/uploads/uploads.ts'
import { setError, type SetError, type SetErrorType } from '@bulkhead/wire/jmap/errors.ts'

export const uploadRefusals = {
  lately: { type: 'rateLimit', detail: 'too much was uploaded lately; try again in an hour' },
  atOnce: { type: 'overQuota', detail: 'too much is being uploaded at once; try again when that is done' },
  cellFull: { type: 'overQuota', detail: 'there is no room for uploads just now; try again later' },
} as const satisfies Record<UploadRefused['why'], { readonly type: SetErrorType; readonly detail: string }>

export const uploadError = ({ why }: UploadRefused): SetError => setError(uploadRefusals[why].type, uploadRefusals[why].detail)
