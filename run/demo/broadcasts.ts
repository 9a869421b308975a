/** Mail that nobody answers: newsletters, receipts, notices, a mailing list, and what belongs into Junk. */
import type { Chance } from './random.ts'
import type { Letter } from './letter.ts'
import { picture } from './pictures.ts'
import { people, senders } from './people.ts'

const dayMs = 86_400_000
const to = [people.hanako] as const

/** Newsletters as they are: a table of tables, a picture, a button, remote pictures that count readers. */
const newsletterPage = (title: string, lead: string, items: readonly string[], colour: string, site: string): string => `<!doctype html>
<html><head><meta charset="utf-8"><style>.b{font-family:sans-serif}.h{color:#ffffff}a{color:${colour}}</style></head>
<body bgcolor="#f2f2ee"><table width="100%" cellpadding="0" cellspacing="0" class="b"><tr><td align="center">
<table width="600" cellpadding="0" cellspacing="0" bgcolor="#ffffff">
<tr><td bgcolor="${colour}" style="padding:20px 28px"><h1 class="h" style="margin:0;font-size:22px">${title}</h1></td></tr>
<tr><td><img src="cid:head@${site}" width="600" height="180" alt="${title}" style="display:block"></td></tr>
<tr><td style="padding:20px 28px;font-size:15px;line-height:1.7">${lead}</td></tr>
${items.map((item) => `<tr><td style="padding:10px 28px;border-top:1px solid #e4e4de;font-size:15px;line-height:1.6">${item} <a href="https://${site}/read">…</a></td></tr>`).join('\n')}
<tr><td align="center" style="padding:24px"><a href="https://${site}/all" style="background-color:${colour};color:#ffffff;padding:10px 22px;border-radius:6px;text-decoration:none">${site}</a></td></tr>
<tr><td style="padding:14px 28px;font-size:12px;color:#777770">${people.hanako.email} <a href="https://${site}/unsubscribe">unsubscribe</a><img src="https://${site}/open.gif?u=4711" width="1" height="1" alt=""></td></tr>
</table></td></tr></table></body></html>`

interface Newsletter {
  readonly from: keyof typeof senders
  readonly colour: string
  readonly titles: readonly [string, ...string[]]
  readonly lead: string
  readonly items: readonly [string, string, string, ...string[]]
  readonly everyDays: number
  readonly issues: number
}

const newsletters: readonly Newsletter[] = [
  {
    from: 'bookshop', colour: '#1d5b79', everyDays: 7, issues: 16, lead: '今週の新刊と、店主のひとことをお届けします。',
    titles: ['今週の新刊案内', '店主が選ぶ冬の三冊', '海の本フェア、はじまりました', '読書会のお知らせ'],
    items: ['『灯台守の手紙』発売。港町の十年を描いた連作短編集。', '文庫フェア：旅の本を二冊お買い上げでしおりを進呈。', '朗読会「波の音、声の音」参加者募集中。', '古書棚に写真集が入りました。'],
  },
  {
    from: 'travel', colour: '#c2541b', everyDays: 9, issues: 12, lead: '週末に間に合う小さな旅を集めました。',
    titles: ['雪見温泉 早割のご案内', '冬の函館、いちばん良い季節です', '週末ひとり旅 特集'],
    items: ['湯の川温泉 平日限定プラン', '流氷に会いに行く三日間', '朝市で朝ごはん：函館の市場案内', '早割は今月末まで'],
  },
  {
    from: 'weekly', colour: '#23424f', everyDays: 7, issues: 18, lead: 'Good morning from the quay. The ferry is late, the coffee is not.',
    titles: ['The lighthouse gets a new keeper', 'What the tide brought in', 'A bridge, at last', 'Letters: on gulls'],
    items: ['The council votes on the footbridge on Tuesday.', 'Twelve photographs of the old fish market.', 'Where to hear live music this week.', 'The crossword, and last week\'s answers.'],
  },
  {
    from: 'kitchen', colour: '#7a8b2f', everyDays: 5, issues: 20, lead: '旬の食材で、きょうの一品。',
    titles: ['かぶと鶏の白いスープ', '柿なます、作り置きのこつ', '鮭のちゃんちゃん焼き', 'ゆず味噌の保存法'],
    items: ['材料（2人分）と下ごしらえ', '作り方：弱火で15分', '余ったら：翌日の朝ごはんに', '読者の写真から'],
  },
]

const issue = ({ from, colour, titles, lead, items }: Newsletter, number: number, atMs: number, by: string): Letter => {
  const sender = senders[from]
  const site = sender.email.slice(sender.email.indexOf('@') + 1)
  const title = titles[number % titles.length] ?? titles[0]
  const some = items.filter((_, at) => (at + number) % 4 !== 3)
  return {
    from: sender, to, subject: title, atMs, checked: { by, result: 'pass' },
    text: `${title}\n\n${lead}\n\n${some.map((item) => `・${item}`).join('\n')}\n\nhttps://${site}/all\n`,
    html: newsletterPage(title, lead, some, colour, site),
    enclosures: [{ name: 'head.png', type: 'image/png', contentId: `head@${site}`, bytes: picture(300, 90, [126, 170 + (number * 13) % 60, 210], [30 + (number * 29) % 90, 96, 140]) }],
    fields: [
      ['List-Id', `<news.${site}>`],
      ['List-Unsubscribe', `<https://${site}/unsubscribe/4711>, <mailto:unsubscribe@${site}>`],
      ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
    ],
  }
}

const orders = ['電気ケトル', 'LEDデスクライト', '単三電池 20本', '加湿器フィルター', 'USBメモリ 64GB', '炊飯器 5.5合'] as const

const receipts = (nowMs: number, by: string, { below }: Chance): readonly Letter[] => Array.from({ length: 14 }, (_, number) => {
  const item = orders[number % orders.length] ?? orders[0]
  const yen = (980 + below(140) * 100).toLocaleString('en')
  const atMs = nowMs - (number * 13 + 1) * dayMs - below(20) * 3_600_000
  const order: Letter = {
    from: senders.shop, to, atMs, checked: { by, result: 'pass' }, subject: `ご注文の確認（注文番号 HD-${10_421 + number}）`,
    text: `港 花子 様\n\nご注文ありがとうございます。\n\n${item}　1点　${yen}円（税込）\n\nお届けの予定日は発送時にお知らせします。\n\nひなた電機オンライン\n`,
  }
  const parcel: Letter = {
    from: senders.delivery, to, atMs: atMs + dayMs, checked: { by, result: 'pass' }, subject: '【あおぞら宅配便】お届け予定のお知らせ',
    text: `港 花子 様\n\nひなた電機オンライン様からのお荷物を、明日お届けする予定です。\n\nお問い合わせ番号 4902-${String(1_000 + number * 37)}-${String(20 + number)}\n\nこのメールは送信専用です。\n`,
  }
  return [order, parcel]
}).flat()

const patches = ['Read tide tables lazily', 'Fix off-by-one in moon phase', 'Test the harbour clock against leap seconds', 'Drop support for the 2019 format', 'Document --station'] as const

/** A list with subjects in brackets, and answers to answers. */
const listMail = (nowMs: number, by: string, { below, pick }: Chance): readonly Letter[] => Array.from({ length: 45 }, (_, number) => {
  const subject = `[tidepool-dev] [PATCH] ${patches[number % patches.length] ?? patches[0]}`
  const root = `patch-${number % 15}@lists.tidepool.example`
  const first = number < 15
  return {
    from: { name: pick(['Noor', 'Tomasz', 'Ayumi', 'Ben'] as const), email: senders.devList.email }, to: [senders.devList], atMs: nowMs - (number % 15) * 3 * dayMs - 5 * dayMs + Math.floor(number / 15) * 7_200_000,
    subject: first ? subject : `Re: ${subject}`, checked: { by, result: 'pass' } as const, messageId: first ? root : `reply-${number}@lists.tidepool.example`, references: first ? [] : [root],
    text: first
      ? `---\n src/tide.c | ${2 + below(30)} ++++----\n 1 file changed\n\n--- a/src/tide.c\n+++ b/src/tide.c\n@@ -40,7 +40,7 @@\n-  return level + 1;\n+  return level;\n`
      : `> ---\n>  src/tide.c\n\n${pick(['Looks right to me.', 'Could you add a test for the spring tide?', 'Applied, thanks.', 'Nit: the comment says the opposite.'] as const)}\n`,
    fields: [['List-Id', 'tidepool development <dev.lists.tidepool.example>'], ['List-Post', '<mailto:dev@lists.tidepool.example>']],
  }
})

const notices = (nowMs: number, by: string): readonly Letter[] => [
  {
    from: senders.minatoNet, to, atMs: nowMs - 40 * dayMs, checked: { by, result: 'pass' }, subject: 'Minato Net メールへようこそ',
    text: '港 花子 様\n\nMinato Net のメールをご利用いただきありがとうございます。\n\n・パソコン、スマートフォン、このウェブメールのどれでもお使いいただけます。\n・迷惑メールと判定されたメールは「迷惑メール」に入ります。\n・パスワードをお尋ねするメールを、当社からお送りすることはありません。\n\nMinato Net サポート\n',
  },
  {
    from: senders.city, to, atMs: nowMs - 8 * dayMs, checked: { by, result: 'pass' }, subject: '【港市】冬の一斉清掃のお知らせ',
    text: '市民の皆さま\n\n12月6日（日）午前8時より、市内一斉清掃を行います。\n雨天の場合は13日に延期します。\n\n港市役所 環境課\nhttps://city-minato.example/cleaning\n',
  },
  {
    from: senders.bank, to, atMs: nowMs - 18 * dayMs, checked: { by, result: 'pass' }, subject: '年末年始の営業日について',
    text: 'いつもご利用いただきありがとうございます。\n\n12月31日から1月3日まで、窓口はお休みさせていただきます。\n\nみなと信用金庫\n',
  },
]

/** What filters put aside. */
export const junk = (nowMs: number, by: string): readonly Letter[] => [
  {
    from: senders.bait, to, atMs: nowMs - 2 * dayMs, checked: { by, result: 'fail' }, subject: '【重要】お客様の口座が一時停止されました',
    text: '24時間以内にご確認ください。\nhttps://minato-shinkin.example/login\n',
    html: '<html><body><p>お客様の口座が<b>一時停止</b>されました。</p><p><a href="http://login.minato-shlnkin.example/verify">https://minato-shinkin.example/login</a></p><p>24時間以内にご確認がない場合、口座は凍結されます。</p><img src="http://minato-shlnkin.example/logo.png" alt="みなと信用金庫"></body></html>',
  },
  ...Array.from({ length: 9 }, (_, number): Letter => ({
    from: senders.prize, to, atMs: nowMs - (number * 3 + 1) * dayMs, checked: { by, result: 'fail' }, subject: `You have won ${(number + 2) * 1_000} EUR !!!`,
    text: 'CONGRATULATIONS dear winner, reply with your full name to claim.\n',
  })),
]

/** What came to the INBOX. `by`: the host that checked it. */
export const broadcasts = (nowMs: number, by: string, random: Chance): readonly Letter[] => [
  ...newsletters.flatMap((one) => Array.from({ length: one.issues }, (_, number) =>
    issue(one, number, nowMs - (number * one.everyDays + 1) * dayMs - random.below(10) * 3_600_000, by))),
  ...receipts(nowMs, by, random),
  ...listMail(nowMs, by, random),
  ...notices(nowMs, by),
]
