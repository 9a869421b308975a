/** Days as people write them in a search: 2026/11/21, 2026年11月21日, 令和8年11月21日, R8.11.21, 11/21, 昨日, yesterday; full-width digits too. Pure. */

/** First years of the eras, less one: 令和8年 is 2018 + 8. */
const eras: Record<string, number> = { 令和: 2018, r: 2018, 平成: 1988, h: 1988, 昭和: 1925, s: 1925 }

const daysBack: Record<string, number> = { 今日: 0, today: 0, 昨日: 1, yesterday: 1, 一昨日: 2, おととい: 2 }

const dayMs = 86_400_000

const dayOf = (year: number, month: number, day: number): Date | undefined => {
  const date = new Date(year, month - 1, day)
  return date.getFullYear() === year && date.getMonth() === month - 1 && date.getDate() === day ? date : undefined
}

/** The start of that day where the page is, or undefined. A day without a year is the last one that was. */
export const dateIn = (written: string, now: Date): Date | undefined => {
  const text = written.normalize('NFKC').toLowerCase().trim()
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate())
  const back = daysBack[text]
  if (back !== undefined) return new Date(today.getFullYear(), today.getMonth(), today.getDate() - back)
  const era = /^(令和|平成|昭和|[rhs])(元|\d{1,2})[年./-](\d{1,2})[月./-](\d{1,2})日?$/u.exec(text)
  if (era !== null) return dayOf((eras[era[1] ?? ''] ?? 0) + (era[2] === '元' ? 1 : Number(era[2])), Number(era[3]), Number(era[4]))
  const full = /^(\d{4})[年/.-](\d{1,2})(?:[月/.-](\d{1,2})日?|月)?$/u.exec(text)
  if (full !== null) return dayOf(Number(full[1]), Number(full[2]), Number(full[3] ?? '1'))
  const year = /^(\d{4})年?$/u.exec(text)
  if (year !== null) return dayOf(Number(year[1]), 1, 1)
  const short = /^(\d{1,2})[月/](\d{1,2})日?$/u.exec(text)
  if (short === null) return undefined
  const found = dayOf(now.getFullYear(), Number(short[1]), Number(short[2]))
  return found !== undefined && found.getTime() > now.getTime() ? dayOf(now.getFullYear() - 1, Number(short[1]), Number(short[2])) : found
}

const unitDays: Record<string, number> = { d: 1, 日: 1, w: 7, 週: 7, 週間: 7, m: 30, か月: 30, ヶ月: 30, カ月: 30, y: 365, 年: 365 }

/** `3d`, `2w`, `6m`, `1y`, `3日`, `2週間`, `6か月`: that long before now. */
export const agoIn = (written: string, now: Date): Date | undefined => {
  const found = /^(\d{1,4})(\D{1,2})$/u.exec(written.normalize('NFKC').toLowerCase().trim())
  const days = unitDays[found?.[2] ?? '']
  return found === null || days === undefined ? undefined : new Date(now.getTime() - Number(found[1]) * days * dayMs)
}

const sizeUnits: Record<string, number> = { '': 1, b: 1, k: 1024, kb: 1024, m: 1024 ** 2, mb: 1024 ** 2, g: 1024 ** 3, gb: 1024 ** 3 }

/** `5M`, `300k`, `10MB`: bytes. */
export const sizeIn = (written: string): number | undefined => {
  const found = /^(\d{1,7})([a-z]{0,2})$/u.exec(written.normalize('NFKC').toLowerCase().trim())
  const unit = sizeUnits[found?.[2] ?? 'x']
  return found === null || unit === undefined ? undefined : Number(found[1]) * unit
}
