/** Did the person write of an attachment? Looks at their own words only: not at quotes, forwarded text or signature. */
import { opensForwarded, withoutSignature } from './quote.ts'

const promising = [
  /(?:添付|同封|別添|別紙)(?!(?:は|ファイル(?:は)?|資料は)?(?:不要|なし|無し|ありません|ございません|していません|しておりません|しません|いたしません|忘れ))/u,
  /\b(?:attached|attaching|enclosed|enclosing)\b/iu,
  /\b(?:see|find|open|review|sign|in|with|as an?|the|my|our|this|these)\s+(?:the\s+)?(?:attachments?|enclosures?)\b/iu,
  /\bi(?:'ve| have|'m| am| will|'ll)?\s+attach(?:ed|ing)?\b/iu,
]

const denying = /\b(?:no|without(?: an?)?|not|n't|nothing(?: is)?)\s+attach(?:ed|ments?|ing)\b/iu

const ownWords = (text: string): string => {
  const lines = withoutSignature(text).split('\n')
  const forwarded = lines.findIndex(opensForwarded)
  return (forwarded < 0 ? lines : lines.slice(0, forwarded)).filter((line) => !line.startsWith('>')).join('\n')
}

export const promisesAttachment = (subject: string, text: string): boolean => {
  const title = /^(?:re|fwd?|fw)\s*:/iu.test(subject) ? '' : subject
  const sentences = `${title}\n${ownWords(text)}`.split(/[\n。．!?！？]|\. /u)
  return sentences.some((sentence) => !denying.test(sentence) && promising.some((pattern) => pattern.test(sentence)))
}
