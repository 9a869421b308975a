/** A mailbox as people here have it, made up from a number: Japanese and English, threads, newsletters, attachments. The same number gives the same mail. */

export interface FakeEmail {
  readonly id: string
  readonly threadId: string
  mailboxIds: Record<string, true>
  keywords: Record<string, true>
  readonly from: readonly { name: string | null; email: string }[]
  readonly to: readonly { name: string | null; email: string }[]
  readonly cc: readonly { name: string | null; email: string }[]
  readonly subject: string | null
  readonly receivedAt: string
  readonly size: number
  readonly hasAttachment: boolean
  readonly preview: string
  readonly text: string
  /** Of the last change, and of its making. */
  changed: number
  readonly made: number
}

const people = [
  ['山田 花子', 'hanako.yamada@example.jp'], ['佐藤 健一', 'k.sato@example.co.jp'], ['鈴木商店 受注係', 'order@suzuki-shoten.example'], ['Emily Carter', 'emily@carter.example'], ['株式会社東西建設, 総務部', 'soumu@tozai.example'],
  ['髙橋 美咲', 'misaki@takahashi.example'], ['みなと市役所', 'oshirase@city.minato.example'], ['Jonas Weber', 'jonas.weber@example.de'], ['町内会', 'chonaikai@example.ne.jp'], ['Weekly Garden', 'news@garden.example'],
] as const

const subjects = [
  '来週の打ち合わせについて', '【ご請求】11月分のご利用料金のお知らせ', 'Re: 見積書の件', 'Photos from the trip', '回覧：防災訓練のお知らせ', 'ご注文ありがとうございます（注文番号 4821）', 'Meeting notes, Thursday', '写真を送ります',
  '【重要】システムメンテナンスのお知らせ', 'Your autumn garden, week 47', '忘年会の日程調整のお願い：12月18日（金）と19日（土）のどちらがよろしいでしょうか', 'Re: Re: contract draft v3', 'お世話になっております', 'Question about the invoice',
] as const

const bodies = [
  'お世話になっております。来週の打ち合わせですが、火曜の14時からでいかがでしょうか。資料は前日までにお送りします。どうぞよろしくお願いいたします。', 'Hi, the photos are in the attachment. The one by the lake is my favourite. See you on Sunday!',
  '平素よりご利用いただき誠にありがとうございます。ご利用料金が確定しましたのでお知らせいたします。詳しくは会員ページをご覧ください。', 'Please find the notes below. Two points are still open: who orders the parts, and by when we answer the customer.',
  '先日はありがとうございました。いただいた見積書について一点確認させてください。送料は別途でしょうか。', '写真を3枚送ります。容量が大きいので、届いたら教えてください。',
] as const

/** Numbers that look like chance and are not (mulberry32). */
export const numbers = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const me = { name: '田中 一郎', email: 'ichiro@example.jp' }

const hourMs = 3_600_000

/** `count` messages of the inbox, the newest first; every seventh answers the one before it in the list. */
export const mailOf = (count: number, now: Date, seed = 7): FakeEmail[] => {
  const next = numbers(seed)
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(next() * list.length)] as Item
  let at = now.getTime() - hourMs / 3
  const made: FakeEmail[] = []
  for (let number = count; number > 0; number -= 1) {
    const [name, email] = pick(people)
    const text = pick(bodies)
    const answers = number % 7 === 0 && made.length > 0
    const before = made.at(-1)
    const attachment = next() < 0.14
    made.push({
      id: `M${number}`,
      threadId: answers && before !== undefined ? before.threadId : `T${number}`,
      mailboxIds: { inbox: true },
      keywords: { ...(number < count - 2 && next() < 0.85 ? { $seen: true as const } : {}), ...(next() < 0.05 ? { $flagged: true as const } : {}), ...(next() < 0.1 ? { $answered: true as const } : {}) },
      from: [{ name, email }],
      to: [me],
      cc: [],
      subject: answers && before !== undefined ? before.subject : pick(subjects),
      receivedAt: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
      size: Math.floor(2000 + next() * 30_000 + (attachment ? 900_000 * next() : 0)),
      hasAttachment: attachment,
      preview: text.slice(0, 120),
      text,
      changed: 1,
      made: 1,
    })
    at -= next() * 16 * hourMs
  }
  return made
}
